#include "complete_expression.h"
#include "base/words.h"

static void offer(struct text *out, const char *word, const char *meaning, const char *current)
{
	if (word_starts(word, current))
		text_printf(out, "%s\t%s\n", word, meaning);
}

static void offer_all(struct text *out, const char *const *words, const char *current)
{
	for (; words && *words; words++)
		offer(out, *words, "", current);
}

static bool is_sign(const char *word)
{
	static const char *const signs[] = { "==", "=", "!=", "<", "<=", ">", ">=", "~", "in", NULL };

	for (const char *const *sign = signs; *sign; sign++)
		if (streq(word, *sign))
			return true;
	return false;
}

static void offer_values(struct text *out, const struct field *f, const char *current)
{
	static const char *const yesno[] = { "yes", "no", NULL };

	if (f->kind == VALUE_STATE)
		offer_all(out, state_names(), current);
	else if (f->kind == VALUE_YESNO)
		offer_all(out, yesno, current);
	else
		offer_all(out, f->words, current);
}

void complete_expression(struct text *out, char *const *words, size_t count, const char *current)
{
	static const char *const signs[] = { "==", "!=", "<", "<=", ">", ">=", "~", "in", NULL };
	static const char *const joints[] = { "and", "or", NULL };
	const char *last = count > 1 ? words[count - 1] : "and", *before = count > 2 ? words[count - 2] : "";
	const struct field *field = field_find(last), *compared = field_find(before);

	if (compared && is_sign(last)) {
		offer_values(out, compared, current);
	} else if (is_sign(before) || (field && field->kind == VALUE_YESNO)) {
		offer_all(out, joints, current);
	} else if (field) {
		offer_all(out, signs, current);
	} else {
		for (const struct field *f = field_table(); f->name; f++)
			offer(out, field_word(f), f->help, current);
		offer(out, "not", "the opposite", current);
	}
}
