#include "finding.h"
#include "rule/ground/listeners.h"
#include "rule/ground/pairs.h"
#include "rule/ground/programs.h"
#include "model/port/ports.h"
#include <stdarg.h>

struct finding *finding_new(struct judgement *j, const char *id, const char *title)
{
	struct finding *f = array_push(&j->findings);

	f->id = id;
	f->title = title;
	f->subject = f->other_end = PROCESS_NONE;
	f->netns = NETNS_UNKNOWN;
	f->ends = 1;
	f->queue = SOCKET_NONE;
	return f;
}

static const char *text_of(struct judgement *j, const char *format, va_list args)
{
	cleanup(cleanup_free) char *text = NULL;

	return vasprintf(&text, format, args) < 0 ? "" : arena_strdup(j->arena, text);
}

void finding_evidence(struct judgement *j, struct finding *f, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	*array_push(&f->evidence) = text_of(j, format, args);
	va_end(args);
}

void finding_excludes(struct judgement *j, struct finding *f, const char *id, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	struct exclusion *x = array_push(&f->excluded);
	*x = (struct exclusion){ .id = id, .why = text_of(j, format, args) };
	va_end(args);
}

void finding_or_else(struct finding *f, const char *id, const char *why, const char *settled_by)
{
	struct alternative *a = array_push(&f->alternatives);

	*a = (struct alternative){ .id = id, .why = why, .settled_by = settled_by };
}

void finding_victim(struct finding *f, const struct failure *failure)
{
	*array_push(&f->victims) = (struct victim){ .process = failure->process,
		                                    .call = failure->call,
		                                    .error = failure->error,
		                                    .target = failure->target,
		                                    .target_known = failure->target_known,
		                                    .count = failure->count,
		                                    .first_unix_ms = failure->first_unix_ms,
		                                    .last_unix_ms = failure->last_unix_ms };
}

void finding_advice(struct finding *f, const char *text, const char *command)
{
	struct advice *a = array_push(&f->advice);

	*a = (struct advice){ .text = text, .command = command };
}

void finding_free(struct finding *f)
{
	array_free(&f->others);
	array_free(&f->budgets);
	array_free(&f->victims);
	array_free(&f->alternatives);
	array_free(&f->evidence);
	array_free(&f->excluded);
	array_free(&f->advice);
	array_free(&f->sockets);
}

void judgement_free(struct judgement *j)
{
	if (!j)
		return;
	array_each (&j->findings, f)
		finding_free(f);
	array_free(&j->findings);
	port_map_free(j->ports);
	programs_free(j->programs);
	listeners_free(j->listeners);
	pairs_free(j->pairs);
	arena_free(j->arena);
	free(j);
}

void judgement_cleanup(struct judgement **j)
{
	judgement_free(*j);
}

const char *severity_name(enum severity s)
{
	static const char *const names[] = { "info", "warning", "critical" };

	return names[s];
}

const char *confidence_name(enum confidence c)
{
	static const char *const names[] = { "possible", "likely", "certain" };

	return names[c];
}

const char *verdict_name(enum verdict v)
{
	static const char *const names[] = { "ok", "warning", "critical", "unknown" };

	return names[v];
}
