#include "way_on.h"
#include "model/addr.h"

static bool place_fits(enum place_wanted wanted, const struct place *p)
{
	switch (wanted) {
	case PLACE_PORT:
		return p->port;
	case PLACE_FILE:
		return p->file;
	case PLACE_UNSAID:
		return !p->port && !p->file;
	case PLACE_ANY:
		break;
	}
	return true;
}

static bool fits(const struct way_on *w, const struct mention *m)
{
	if (w->topic && !streq(w->topic, m->topic->name))
		return false;
	return (!w->error || w->error == m->number) && place_fits(w->place, &m->place);
}

/* What fits any call is only for calls that no row of their own was made for. */
static size_t ways_collect(const struct way_on *rows, const struct mention *m, enum said_call call,
                           const struct way_on *ret[WAYS_ON_MOST])
{
	size_t found = 0;

	for (const struct way_on *w = rows; w->why && found < WAYS_ON_MOST; w++)
		if (w->call == call && fits(w, m))
			ret[found++] = w;
	return found;
}

size_t way_on_find(const struct mention *m, const struct way_on *ret[WAYS_ON_MOST])
{
	size_t count = 0;

	if (!m->topic)
		return ways_collect(ways_unknown, m, SAID_NOTHING, ret);
	if (m->quoted)
		count = ways_collect(ways_by_topic, m, SAID_NOTHING, ret);
	if (!count && m->error && m->call != SAID_NOTHING)
		count = ways_collect(ways_by_errno, m, m->call, ret);
	if (!count && m->error)
		count = ways_collect(ways_by_errno, m, SAID_NOTHING, ret);
	return count;
}

/* Foreign text goes into no command: an address is one that parses, written anew. */
static void add_address(struct text *t, const struct mention *m)
{
	struct addr a;

	if (addr_parse(m->place.address, &a))
		text_add(t, "ADDRESS");
	else
		addr_format(t, &a);
}

void way_on_add(struct text *t, const char *template, const struct mention *m)
{
	const char *mark;

	for (; (mark = strchr(template, '$')); template = mark) {
		text_add_bytes(t, template, (size_t)(mark - template));
		if (!strncmp(mark, "$PORT", strlen("$PORT"))) {
			text_add_u64(t, m->place.port);
			mark += strlen("$PORT");
		} else {
			add_address(t, m);
			mark += strlen("$ADDRESS");
		}
	}
	text_add(t, template);
}
