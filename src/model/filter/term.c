/* One comparison: is it one that the field allows, and what does its right side mean? */
#include "base/parse.h"
#include "base/words.h"
#include "node.h"
#include <errno.h>

struct literal {
	struct term *term;
	const char *name; /* of the field, as it was written */
	const char *text;
	struct arena *arena;
	struct fault *fault;
};

static int wrong(const struct literal *l, const char *expected, const char *hint)
{
	l->fault->message = arena_printf(l->arena, "%s is compared with %s, not with \"%s\"",
	                                 field_word(l->term->field), expected, l->text);
	l->fault->hint = hint;
	return -EINVAL;
}

static const char *all_of(const char *const *words, struct arena *arena)
{
	TEXT_CLEANUP t = { 0 };

	text_add(&t, "it can be ");
	for (const char *const *w = words; *w; w++)
		text_printf(&t, "%s%s", w == words ? "" : w[1] ? ", " : " or ", *w);
	return arena_strdup(arena, t.bytes);
}

static int wrong_word(const struct literal *l, const char *expected, const char *const *words)
{
	const char *nearest = word_nearest(l->text, words);

	return wrong(l, expected,
	             nearest ? arena_printf(l->arena, "did you mean %s?", nearest) : all_of(words, l->arena));
}

/* A name where a number could stand means the field that has the name: uid == www-data. */
static int compile_number(const struct literal *l)
{
	struct term *t = l->term;
	uint64_t number;
	int err = parse_u64(l->text, &number);

	if (!err) {
		t->value = value_number(number);
		return 0;
	}
	if (err == -ERANGE || !t->field->named_by || (t->how != IS && t->how != IS_NOT))
		return wrong(l, "a number", err == -ERANGE ? "it is too large" : NULL);
	t->field = field_find(t->field->named_by);
	t->value = value_text(arena_strdup(l->arena, l->text));
	return 0;
}

static int compile_yesno(const struct literal *l)
{
	static const char *const words[] = { "yes", "no", "true", "false", "on", "off", "1", "0", NULL };

	for (size_t i = 0; words[i]; i++) {
		if (!word_equal(words[i], l->text))
			continue;
		l->term->value = (struct value){ .kind = VALUE_YESNO, .number = i % 2 == 0 };
		return 0;
	}
	return wrong(l, "yes or no", NULL);
}

static int compile_word(const struct literal *l)
{
	const char *const *words = l->term->field->words;

	for (const char *const *w = words; *w; w++) {
		if (!word_equal(*w, l->text))
			continue;
		l->term->value = (struct value){ .kind = VALUE_WORD, .text = *w };
		return 0;
	}
	return wrong_word(l, "one of its words", words);
}

static int compile_state(const struct literal *l)
{
	enum tcp_state state = state_parse(l->text);

	if (state == STATE_NONE)
		return wrong_word(l, "a state", state_names());
	l->term->value = (struct value){ .kind = VALUE_STATE, .number = state };
	return 0;
}

static int compile_address(const struct literal *l)
{
	struct value v = { .kind = VALUE_ADDRESS };

	if (addr_parse(l->text, &v.endpoint.addr))
		return wrong(l, "an address", strchr(l->text, '/') ? "a range needs `in`" : NULL);
	l->term->value = v;
	return 0;
}

/* `10.0.0.1:80`, or only one of both: `10.0.0.1`, `:80`. */
static int compile_endpoint(const struct literal *l)
{
	struct value v = { .kind = VALUE_ENDPOINT };
	uint64_t port;

	if (*l->text == ':' && !parse_u64(l->text + 1, &port) && port <= UINT16_MAX) {
		v.endpoint.port = (uint16_t)port;
		l->term->any_host = true;
	} else if (!addr_parse(l->text, &v.endpoint.addr)) {
		l->term->any_port = true;
	} else if (endpoint_parse(l->text, &v.endpoint)) {
		return wrong(l, "address:port", strchr(l->text, '/') ? "a range needs `in`" : NULL);
	}
	l->term->value = v;
	return 0;
}

static const char *duration_hint(const struct literal *l)
{
	const char *unit = parse_unit_meant(l->text);
	int digits = (int)strspn(l->text, "0123456789.");

	return unit ? arena_printf(l->arena, "write %.*s%s", digits, l->text, unit) : "like 90s, 5m, 2h or 1d";
}

/* A bare number is seconds, but of `age_ms` it is what the name says. */
static int compile_duration(const struct literal *l)
{
	size_t length = strlen(l->name);
	uint64_t ms;

	if (length > 3 && word_equal(l->name + length - 3, "_ms") && !parse_u64(l->text, &ms))
		l->term->value.range.low = ms;
	else if (!parse_duration_ms(l->text, &ms))
		l->term->value.range.low = ms;
	else
		return wrong(l, "a duration", duration_hint(l));
	l->term->value.kind = VALUE_DURATION;
	return 0;
}

static int compile_time(const struct literal *l)
{
	uint64_t ms;

	if (parse_rfc3339_ms(l->text, &ms))
		return wrong(l, "a time", "like 2026-01-31T12:00:00Z");
	l->term->value = (struct value){ .kind = VALUE_TIME, .number = ms };
	return 0;
}

static int compile_text(const struct literal *l)
{
	l->term->value = (struct value){ .kind = VALUE_TEXT, .text = arena_strdup(l->arena, l->text) };
	return 0;
}

static int compile_range(const struct literal *l)
{
	if (addr_range_parse(l->text, &l->term->range))
		return wrong(l, "an address range", "like 10.0.0.0/8 or fd00::/8");
	return 0;
}

/* Words and states are matched as JSON spells them, so the pattern is spelled so, too. */
static int compile_pattern(const struct literal *l)
{
	char *pattern = arena_strdup(l->arena, l->text);
	enum value_kind kind = l->term->field->kind;

	for (char *p = pattern; *p && *p != '[' && (kind == VALUE_WORD || kind == VALUE_STATE); p++)
		*p = *p == '-' ? '_' : *p >= 'A' && *p <= 'Z' ? (char)(*p - 'A' + 'a') : *p;
	l->term->pattern = pattern;
	return 0;
}

enum {
	EQUALITY = 1 << IS | 1 << IS_NOT,
	ORDER = EQUALITY | 1 << LESS | 1 << LESS_OR_SAME | 1 << MORE | 1 << MORE_OR_SAME,
	PATTERN = 1 << LIKE,
	RANGE = 1 << WITHIN,
};

static const struct {
	int (*compile)(const struct literal *l);
	unsigned allowed; /* 1 << enum compare */
} kinds[] = {
	[VALUE_NUMBER] = { compile_number, ORDER | PATTERN },
	[VALUE_NAMED] = { compile_number, ORDER | PATTERN },
	[VALUE_YESNO] = { compile_yesno, EQUALITY },
	[VALUE_TEXT] = { compile_text, EQUALITY | PATTERN },
	[VALUE_WORD] = { compile_word, EQUALITY | PATTERN },
	[VALUE_STATE] = { compile_state, EQUALITY | PATTERN },
	[VALUE_ADDRESS] = { compile_address, EQUALITY | PATTERN | RANGE },
	[VALUE_ENDPOINT] = { compile_endpoint, EQUALITY | PATTERN | RANGE },
	[VALUE_DURATION] = { compile_duration, ORDER },
	[VALUE_TIME] = { compile_time, ORDER | PATTERN },
	[VALUE_HOLDERS] = { compile_number, ORDER },
	[VALUE_CONTAINER] = { compile_text, EQUALITY | PATTERN },
};

const char *compare_sign(enum compare how)
{
	static const char *const signs[COMPARE_COUNT] = { "==", "!=", "<", "<=", ">", ">=", "~", "in" };

	return signs[how];
}

static int not_allowed(const struct literal *l, unsigned allowed)
{
	TEXT_CLEANUP t = { 0 };

	for (enum compare how = 0; how < COMPARE_COUNT; how++)
		if (allowed & 1U << how)
			text_printf(&t, " %s", compare_sign(how));
	l->fault->message = arena_printf(l->arena, "%s cannot be compared by %s", field_word(l->term->field),
	                                 compare_sign(l->term->how));
	l->fault->hint = arena_printf(l->arena, "expected one of%s", t.bytes);
	return -EINVAL;
}

int term_compile(struct term *ret, const struct field *field, const char *name, enum compare how, const char *text,
                 struct arena *arena, struct fault *fault)
{
	struct term term = { .field = field, .how = how };
	struct literal l = { &term, name, text, arena, fault };
	unsigned allowed = kinds[field->kind].allowed;
	int err;

	if (!(allowed & 1U << how))
		return not_allowed(&l, allowed);
	term.unknown = (streq(text, "-") || word_equal(text, "null")) && EQUALITY & 1U << how;
	if (term.unknown)
		err = 0;
	else if (how == LIKE)
		err = compile_pattern(&l);
	else if (how == WITHIN)
		err = compile_range(&l);
	else
		err = kinds[field->kind].compile(&l);
	if (!err)
		*ret = term;
	return err;
}
