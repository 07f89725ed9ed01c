#include "asked.h"
#include "config.h"
#include "expression.h"
#include "base/log.h"
#include "base/words.h"
#include "rule/rule.h"

enum { MS = 1000, PERCENT = 100 };

const char *const asked_options[] = { ASKED_OPTIONS, NULL };

/* The rule's own spelling; NULL after having said that there is no such cause. */
static const char *find_cause(const char *option, const char *word)
{
	ARRAY(const char *) ids = { 0 };
	const char *found = NULL;

	for (const struct rule *const *r = rules; *r; r++) {
		*array_push(&ids) = (*r)->id;
		if (word_equal((*r)->id, word))
			found = (*r)->id;
	}
	*array_push(&ids) = NULL;
	if (!found) {
		const char *nearest = word_nearest(word, ids.items);
		log_error("--%s: no cause is called \"%s\"", option, word);
		if (nearest)
			log_hint("did you mean %s?", nearest);
		else
			log_hint("unfin explain lists them");
	}
	array_free(&ids);
	return found;
}

/* `CAUSE` or `CAUSE:EXPR` */
static int add_ignored(struct request *r, struct arena *arena, const char *text)
{
	const char *colon = strchr(text, ':');
	const char *word = colon ? arena_strndup(arena, text, (size_t)(colon - text)) : text;
	struct ignored ignored = { .id = find_cause("ignore", word) };
	struct filter_error error;
	struct filter *filter;

	if (!ignored.id)
		return STATUS_USAGE;
	if (colon && filter_compile(colon + 1, arena, &filter, &error)) {
		log_error("--ignore %s: column %zu: %s", text, (size_t)(colon + 1 - text) + error.column,
		          error.message);
		if (error.hint)
			log_hint("%s", error.hint);
		return STATUS_USAGE;
	}
	if (colon)
		ignored.filter = filter;
	*array_push(&r->ignore) = ignored;
	return STATUS_OK;
}

static void say_impossible(const struct invocation *in, const char *option, const char *why)
{
	TEXT_CLEANUP where = { 0 };

	config_origin(&where, in, option_find(option));
	log_error("%s: %s", where.bytes, why);
}

static int read_thresholds(const struct invocation *in, struct thresholds *t)
{
	const struct options *o = &in->options;

	if (o->critical_eta.given)
		t->critical_eta_s = o->critical_eta.value / MS;
	if (o->warning_eta.given)
		t->warning_eta_s = o->warning_eta.value / MS;
	if (o->warning_share.given && (!o->warning_share.value || o->warning_share.value > PERCENT)) {
		say_impossible(in, "warning-share", "warning-share is a percentage: 1 to 100");
		return STATUS_USAGE;
	}
	if (o->warning_share.given)
		t->warning_percent = (unsigned)o->warning_share.value;
	if (t->critical_eta_s > t->warning_eta_s) {
		say_impossible(in, o->critical_eta.given ? "critical-eta" : "warning-eta",
		               "critical-eta is longer than warning-eta: then nothing would be a warning");
		return STATUS_USAGE;
	}
	return STATUS_OK;
}

int asked_parse(const struct invocation *in, struct arena *arena, struct request *ret)
{
	struct filter *about = NULL;
	int status = expression_is_taken(in->command) ? expression_parse(in, arena, &about) : STATUS_OK;

	*ret = request_default;
	ret->about = about;
	array_each (&in->options.only, word) {
		const char *id = status == STATUS_OK ? find_cause("only", *word) : NULL;
		if (!id)
			return STATUS_USAGE;
		*array_push(&ret->only) = id;
	}
	array_each (&in->options.ignore, text)
		status = status ?: add_ignored(ret, arena, *text);
	return status ?: read_thresholds(in, &ret->thresholds);
}

void asked_free(struct request *r)
{
	array_free(&r->only);
	array_free(&r->ignore);
}
