#include "inquiry.h"
#include "base/memory.h"
#include "rule/ground/listeners.h"
#include "rule/ground/pairs.h"
#include "rule/ground/programs.h"
#include "rule/ground/relays.h"
#include "rule/ground/fate.h"
#include "model/port/ports.h"

struct finding *finding_new(struct inquiry *q, const char *id, const char *title)
{
	struct finding *f = array_push(&q->findings);

	f->id = id;
	f->title = title;
	f->subject = f->holder = f->other_end = PROCESS_NONE;
	f->netns = NETNS_UNKNOWN;
	f->ends = 1;
	f->queue = SOCKET_NONE;
	f->serial = q->serials++;
	f->cause = FINDING_NONE;
	return f;
}

void finding_drop_last(struct inquiry *q)
{
	finding_free(&q->findings.items[--q->findings.count]);
}

void inquiry_free_tables(struct inquiry *q)
{
	port_map_free(q->ports);
	free(q->range_sockets);
	programs_free(q->programs);
	listeners_free(q->listeners);
	pairs_free(q->pairs);
	relays_free(q->relays);
	fates_free(q->fates);
}

static const char *text_of(struct inquiry *q, const char *format, va_list args)
{
	cleanup(cleanup_free) char *text = memory_format(format, args);

	return arena_strdup(q->arena, text);
}

void finding_waits(struct finding *f, const socket_list *on)
{
	array_each (on, s)
		*array_push(&f->waits_for) = *s;
}

void finding_evidence(struct inquiry *q, struct finding *f, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	*array_push(&f->evidence) = text_of(q, format, args);
	va_end(args);
}

void finding_excludes(struct inquiry *q, struct finding *f, const char *id, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	struct exclusion *x = array_push(&f->excluded);
	*x = (struct exclusion){ .id = id, .why = text_of(q, format, args) };
	va_end(args);
}

void finding_or_else(struct finding *f, const char *id, const char *why, const char *settled_by)
{
	struct alternative *a = array_push(&f->alternatives);

	*a = (struct alternative){ .id = id, .why = why, .settled_by = settled_by };
}

struct victim *finding_victim(struct inquiry *q, struct finding *f, const struct failure *failure)
{
	struct victim *v = array_push(&f->victims);

	*v = (struct victim){ .failure = (uint32_t)(failure - q->moment->failures.items),
		              .process = failure->process,
		              .call = failure->call,
		              .error = failure->error,
		              .target = failure->target,
		              .target_known = failure->target_known,
		              .count = failure->count,
		              .first_unix_ms = failure->first_unix_ms,
		              .last_unix_ms = failure->last_unix_ms };
	return v;
}

static void advice_add(struct finding *f, enum advice_kind kind, const char *text, const char *command)
{
	size_t at = f->advice.count;

	array_push(&f->advice);
	for (; at && f->advice.items[at - 1].kind > kind; at--)
		f->advice.items[at] = f->advice.items[at - 1];
	f->advice.items[at] = (struct advice){ .kind = kind, .text = text, .command = command };
}

void finding_now(struct finding *f, const char *text, const char *command)
{
	advice_add(f, ADVICE_NOW, text, command);
}

void finding_for_good(struct finding *f, const char *text, const char *command)
{
	advice_add(f, ADVICE_FOR_GOOD, text, command);
}

void finding_more(struct finding *f, const char *text, const char *command)
{
	advice_add(f, ADVICE_MORE, text, command);
}
