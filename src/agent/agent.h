/* The collector: looks again and again, judges each moment against the one before, and remembers. Nobody asks it
 * anything: what it knows is in files, the last moment in one folder, the history in another. Inner code prints
 * nothing: what a person should know is in `told`. */
#pragma once
#include "lives.h"
#include "rule/judgement.h"
#include "source/source.h"
#include "trace/hook.h"

struct agent_options {
	const char *state, *run; /* the folders, which must exist */
	uint64_t interval_ms;
	struct source_request look;
	struct hook_options hooks;
	const struct request *request; /* to the rules */
	uint64_t history_bytes;        /* 0: as store_limits has it */
};

/* What came of a cycle, until the next one. */
struct agent_told {
	news_list news;            /* of findings; their texts are the lives' */
	ARRAY(const char *) lines; /* what else a person should know, once each */
	uint64_t interval_ms;      /* until the next look */
	bool looked;               /* else looking failed, and it is tried again */
	bool stretched;            /* longer than was asked for, since a look costs so much */
};

struct agent;

/* 0, or -errno with `ret_why` (texts in `arena`): nothing can be looked at here, or the history is a newer unfin's. The
 * options are borrowed for as long as the agent lives. */
int agent_open(const struct agent_options *options, struct arena *arena, struct agent **ret, struct gap *ret_why);
/* What there is to tell of the beginning: a history that was moved aside, what will not be seen. */
const struct agent_told *agent_told(const struct agent *a);
void agent_close(struct agent *a); /* NULL is fine */
void agent_cleanup(struct agent **a);

/* One look, and all that follows from it. Never fails for good: what could not be done is told, and tried again with
 * the next cycle. */
const struct agent_told *agent_cycle(struct agent *a);
/* From the next cycle on, after a reload. The request is borrowed. */
void agent_set(struct agent *a, const struct request *request, uint64_t interval_ms);
