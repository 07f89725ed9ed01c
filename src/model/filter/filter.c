/* The grammar, by recursive descent; what stands where a value is expected is taken up to the next blank, so
 * that `cmdline ~ *--port=80*` and `comm == (sd-pam)` need no quotes.
 *
 *	or:    and { "or" and }
 *	and:   unary { "and" unary }
 *	unary: "not" unary | "(" or ")" | field sign value | field "in" range | field (of yes or no)
 */
#include "base/words.h"
#include "node.h"
#include <ctype.h>
#include <errno.h>

enum { DEPTH_MOST = 100 }; /* nested parentheses and nots */

struct parser {
	const char *at;
	unsigned depth;
	struct arena *arena;
	struct fault fault;
};

static const struct {
	const char *sign;
	enum compare how;
} signs[] = {
	{ "==", IS }, { "!=", IS_NOT }, { "<=", LESS_OR_SAME }, { ">=", MORE_OR_SAME },
	{ "=", IS },  { "<", LESS },    { ">", MORE },          { "~", LIKE },
};

static int fail(struct parser *p, const char *at, const char *message, const char *hint)
{
	p->fault = (struct fault){ at, message, hint };
	return -EINVAL;
}

/* Where an operator of another language stands: how it is written here. */
static const char *operator_meant(const char *at)
{
	static const struct {
		const char *sign, *hint;
	} others[] = {
		{ "&", "write `and`" },
		{ ",", "write `and`" },
		{ "|", "write `or`" },
		{ "!", "write `not`" },
		{ "min", "a duration has no blank in it: 10m" },
		{ "sec", "a duration has no blank in it: 10s" },
		{ "h", "a duration has no blank in it: 10h" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		if (starts_with(at, others[i].sign))
			return others[i].hint;
	return NULL;
}

static void skip_blanks(struct parser *p)
{
	p->at += strspn(p->at, " \t\r\n");
}

/* The length of the name or keyword at `at`. */
static size_t word_length(const char *at)
{
	return strcspn(at, " \t\r\n()=!<>~\"'");
}

static char *word_at(const struct parser *p)
{
	return arena_strndup(p->arena, p->at, word_length(p->at));
}

/* What stands there, for messages. */
static const char *found(const struct parser *p)
{
	size_t length = MAX(word_length(p->at), (size_t)1);

	return *p->at ? arena_printf(p->arena, "not \"%.*s\"", (int)MIN(length, (size_t)64), p->at) : "here it ends";
}

static bool accept(struct parser *p, const char *keyword)
{
	skip_blanks(p);
	size_t length = word_length(p->at);

	if (length != strlen(keyword) || strncasecmp(p->at, keyword, length))
		return false;
	p->at += length;
	return true;
}

static struct filter *node(struct parser *p, enum filter_kind kind)
{
	struct filter *f = arena_alloc(p->arena, sizeof(*f));

	f->kind = kind;
	return f;
}

static int parse_field(struct parser *p, const struct field **ret, const char **ret_name)
{
	char *name = word_at(p);

	if (!*name)
		return fail(p, p->at, arena_printf(p->arena, "expected a field, `not` or \"(\", %s", found(p)),
		            operator_meant(p->at));
	*ret = field_find(name);
	if (!*ret) {
		const char *nearest = field_meant(name);
		return fail(p, p->at, arena_printf(p->arena, "no field is called \"%s\"", name),
		            nearest ? arena_printf(p->arena, "did you mean %s?", nearest)
		                    : "unfin help fields lists them");
	}
	*ret_name = name;
	p->at += word_length(p->at);
	return 0;
}

static bool parse_sign(struct parser *p, enum compare *ret)
{
	skip_blanks(p);
	for (size_t i = 0; i < ARRAY_SIZE(signs); i++) {
		if (!starts_with(p->at, signs[i].sign))
			continue;
		p->at += strlen(signs[i].sign);
		*ret = signs[i].how;
		return true;
	}
	*ret = WITHIN;
	return accept(p, "in");
}

/* In quotes; a backslash takes the next character as it is. */
static int parse_quoted(struct parser *p, const char **ret)
{
	const char *start = p->at, *s = start + 1;
	char *value = arena_alloc(p->arena, strlen(start)), *out = value;

	for (; *s && *s != *start; s++) {
		if (*s == '\\' && s[1])
			s++;
		*out++ = *s;
	}
	if (!*s)
		return fail(p, start, "this quote has no end", NULL);
	p->at = s + 1;
	*ret = value;
	return 0;
}

/* Up to a blank, or to a parenthesis that was not opened in it. */
static int parse_value(struct parser *p, const char **ret)
{
	size_t length = 0, open = 0;

	skip_blanks(p);
	if (*p->at == '"' || *p->at == '\'')
		return parse_quoted(p, ret);
	for (; p->at[length] && !strchr(" \t\r\n", p->at[length]); length++) {
		if (p->at[length] == ')' && !open--)
			break;
		open += p->at[length] == '(';
	}
	if (!length)
		return fail(p, p->at, "a value is missing", NULL);
	*ret = arena_strndup(p->arena, p->at, length);
	p->at += length;
	return 0;
}

static int parse_term(struct parser *p, struct filter **ret)
{
	struct filter *f = node(p, FILTER_TERM);
	const struct field *field;
	const char *name, *value = "yes";
	enum compare how = IS;
	int err = parse_field(p, &field, &name);

	if (err)
		return err;
	if (parse_sign(p, &how)) {
		skip_blanks(p);
		const char *at = p->at;
		err = parse_value(p, &value);
		if (err)
			return err;
		err = term_compile(&f->term, field, name, how, value, p->arena, &p->fault);
		p->fault.at = at;
	} else if (field->kind == VALUE_YESNO) {
		err = term_compile(&f->term, field, name, IS, value, p->arena, &p->fault);
	} else {
		return fail(p, p->at,
		            arena_printf(p->arena, "expected == != < <= > >= ~ or in after %s, %s", name, found(p)),
		            NULL);
	}
	if (!err)
		*ret = f;
	return err;
}

static int parse_or(struct parser *p, struct filter **ret);

static int parse_group(struct parser *p, struct filter **ret)
{
	const char *open = p->at++;
	int err = parse_or(p, ret);

	if (err)
		return err;
	skip_blanks(p);
	if (*p->at == ')') {
		p->at++;
		return 0;
	}
	if (!*p->at)
		return fail(p, open, "this parenthesis is not closed", NULL);
	return fail(p, p->at, arena_printf(p->arena, "expected and, or, or \")\", %s", found(p)),
	            operator_meant(p->at));
}

static int parse_not(struct parser *p, struct filter **ret)
{
	struct filter *f = node(p, FILTER_NOT);
	int err;

	skip_blanks(p);
	if (p->depth >= DEPTH_MOST)
		return fail(p, p->at, "this is nested too deeply", NULL);
	p->depth++;
	if (accept(p, "not")) {
		err = parse_not(p, &f->first);
		*ret = f;
	} else if (*p->at == '(') {
		err = parse_group(p, ret);
	} else {
		err = parse_term(p, ret);
	}
	p->depth--;
	return err;
}

/* One or more of `part`, joined by `keyword`: a node with many children, or the one child alone. */
static int parse_chain(struct parser *p, const char *keyword, enum filter_kind kind,
                       int (*part)(struct parser *, struct filter **), struct filter **ret)
{
	struct filter *f = node(p, kind), **link = &f->first;

	do {
		int err = part(p, link);
		if (err)
			return err;
		link = &(*link)->next;
	} while (accept(p, keyword));
	*ret = f->first->next ? f : f->first;
	return 0;
}

static int parse_and(struct parser *p, struct filter **ret)
{
	return parse_chain(p, "and", FILTER_AND, parse_not, ret);
}

static int parse_or(struct parser *p, struct filter **ret)
{
	return parse_chain(p, "or", FILTER_OR, parse_and, ret);
}

static size_t column_of(const char *expression, const char *at)
{
	size_t column = 1;

	for (; expression < at; expression++)
		column += ((unsigned char)*expression & 0xc0) != 0x80;
	return column;
}

int filter_compile(const char *expression, struct arena *arena, struct filter **ret, struct filter_error *ret_error)
{
	struct parser p = { .at = expression, .arena = arena };
	struct filter *f;
	int err = parse_or(&p, &f);

	if (!err) {
		skip_blanks(&p);
		if (*p.at)
			err = fail(&p, p.at, arena_printf(arena, "expected and, or, or the end, %s", found(&p)),
			           operator_meant(p.at));
	}
	if (err) {
		*ret_error = (struct filter_error){ column_of(expression, p.fault.at), p.fault.message, p.fault.hint };
		return err;
	}
	*ret = f;
	return 0;
}
