#include "diff.h"
#include "base/format.h"

bool diff_is_complete(const struct diff *d)
{
	return moment_is_complete(d->before) && moment_is_complete(d->after);
}

static void note_relation(const struct diff *d, struct text *t)
{
	const char *a = d->before->host ?: "?", *b = d->after->host ?: "?";

	switch (d->comparison->relation) {
	case RELATION_SAME_BOOT:
		break;
	case RELATION_OTHER_BOOT:
		text_printf(t,
		            "%s was booted between the two: no process and no socket is the same. Findings are "
		            "matched by cause, program and other end",
		            b);
		break;
	case RELATION_OTHER_HOST:
		text_printf(t,
		            "these are two hosts, %s and %s: what differs is not what changed. Findings are matched "
		            "by cause, program and other end",
		            a, b);
		break;
	case RELATION_UNKNOWN:
		text_add(t, "one of the files is redacted: whether it is the same host cannot be told, and names that "
		            "were replaced do not match");
		break;
	}
}

static void note_order(const struct diff *d, struct text *t)
{
	if (d->comparison->elapsed_ms < 0)
		text_add(t, "the second moment is the older one: what is called new here has gone since");
}

/* Is there a network namespace that both were asked for? Its inode is its name within one boot. */
static bool scopes_meet(const struct moment *a, const struct moment *b)
{
	array_each (&a->netns, n)
		array_each (&b->netns, o)
			if (n->in_scope && o->in_scope && n->inode == o->inode)
				return true;
	return a->scope_all || b->scope_all;
}

static void note_scope(const struct diff *d, struct text *t)
{
	if (d->comparison->relation == RELATION_SAME_BOOT && !scopes_meet(d->before, d->after))
		text_add(t, "these are two network namespaces: what differs is not what changed");
	if (d->before->scope_all != d->after->scope_all)
		text_printf(t,
		            "the %s saw all network namespaces, the other did not: what is in one of them alone may "
		            "have been there all the time",
		            d->after->scope_all ? "second" : "first");
}

static void note_window(const struct diff *d, struct text *t)
{
	if (!d->before->window.ms != !d->after->window.ms)
		text_printf(t,
		            "the %s was watched for a while, the other is one look: growth and failing calls are "
		            "known of the first kind alone",
		            d->after->window.ms ? "second" : "first");
}

static void note_gaps(const struct diff *d, struct text *t)
{
	if (!moment_is_complete(d->before))
		text_add(t, "the first moment is incomplete: what looks new may have been there");
}

static void note_later_gaps(const struct diff *d, struct text *t)
{
	if (!moment_is_complete(d->after))
		text_add(t, "the second moment is incomplete: what looks gone may be there");
}

void diff_each_note(const struct diff *d, void (*take)(void *to, const char *note), void *to)
{
	static void (*const notes[])(const struct diff *, struct text *) = {
		note_relation, note_order, note_scope, note_window, note_gaps, note_later_gaps,
	};

	for (size_t i = 0; i < ARRAY_SIZE(notes); i++) {
		TEXT_CLEANUP t = { 0 };
		notes[i](d, &t);
		if (t.length)
			take(to, t.bytes);
	}
}
