#include "changes.h"

/* `ID NETNS PROGRAM END`: are these the same, with or without NETNS where that is an inode? */
static bool same_key(const char *a, const char *b, bool by_inode)
{
	const char *netns_a = strchr(a, ' '), *netns_b = strchr(b, ' ');

	if (streq(a, b))
		return true;
	if (by_inode || !netns_a || !netns_b || netns_a - a != netns_b - b || memcmp(a, b, (size_t)(netns_a - a)) != 0)
		return false;
	if (!starts_with(netns_a, " net:[") || !starts_with(netns_b, " net:["))
		return false;
	const char *rest_a = strchr(netns_a, ']'), *rest_b = strchr(netns_b, ']');
	return rest_a && rest_b && streq(rest_a, rest_b);
}

static const struct finding *find(const struct judgement *j, const struct finding *like, bool by_inode)
{
	array_each (&j->findings, f)
		if (same_key(f->key, like->key, by_inode))
			return f;
	return NULL;
}

static enum change change_between(const struct finding *before, const struct finding *after)
{
	if (after->severity != before->severity)
		return after->severity > before->severity ? CHANGE_WORSE : CHANGE_BETTER;
	if (after->count != before->count)
		return after->count > before->count ? CHANGE_WORSE : CHANGE_BETTER;
	return CHANGE_SAME;
}

static int compare_changes(const void *one, const void *other)
{
	const struct finding_change *a = one, *b = other;
	const struct finding *x = a->after ?: a->before, *y = b->after ?: b->before;
	int by = CMP(a->change, b->change);

	return by ? by : CMP(x, y); /* neighbours in one judgement: its order */
}

static void changes_add(struct changes *c, enum change change, const struct finding *before,
                        const struct finding *after)
{
	*array_push(&c->findings) = (struct finding_change){ change, before, after };
	if (change <= CHANGE_WORSE && after->severity >= SEVERITY_WARNING)
		c->worse = true;
}

struct changes *changes_new(const struct judgement *before, const struct judgement *after, enum relation relation)
{
	struct changes *c = memory_zeroed(sizeof(*c));
	bool by_inode = relation == RELATION_SAME_BOOT;

	array_each (&after->findings, f) {
		const struct finding *was = find(before, f, by_inode);
		changes_add(c, was ? change_between(was, f) : CHANGE_NEW, was, f);
	}
	array_each (&before->findings, f)
		if (!find(after, f, by_inode))
			changes_add(c, CHANGE_GONE, f, NULL);
	array_sort(&c->findings, compare_changes);
	return c;
}

void changes_free(struct changes *c)
{
	if (!c)
		return;
	array_free(&c->findings);
	free(c);
}

void changes_cleanup(struct changes **c)
{
	changes_free(*c);
}

const char *change_name(enum change c)
{
	static const char *const names[] = { "new", "worse", "same", "better", "gone" };

	return names[c];
}
