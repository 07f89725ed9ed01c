/* What this server is made of: what it shows, to whom, and the threads' common ground. Each listener has a thread of
 * the library, which parses requests and answers at once what needs no work; one worker makes all else, see jobs.h. */
#pragma once
#include "auth.h"
#include "crowd.h"
#include "ground.h"
#include "jobs.h"
#include "metrics_page.h"
#include "stream.h"

/* Asks a fleet. `question` as `unfin fleet` has it, NULL: its page as plain text; `word` is what that question takes,
 * NULL: nothing was given; at most `limit` rows are told. Fills the answer, which is empty. The worker's thread calls
 * it. */
typedef void fleet_asker(void *context, const char *question, const char *word, size_t limit, struct web_answer *ret);

/* A fleet in the place of a host. */
struct fleet_plan {
	fleet_asker *ask; /* NULL: it is one host that is shown */
	/* Reads it again if it is time to. True: what was answered until now is of no use any more. */
	bool (*renew)(void *context);
	void *context;     /* of both */
	const char *words; /* what stands behind the question in a command */
	uint64_t every_ms; /* so often it may be another one; 0: it stays as it is */
};

/* Where things are, and what may be asked for. All of it is borrowed and stays. */
struct site_plan {
	const struct request *request; /* how moments are judged */
	const char *moment;            /* the file; NULL: a kept one was read, and stays */
	moment_reader *read;
	moment_then_reader *read_then;
	void *context;     /* of both */
	const char *state; /* the folder of the history; NULL: of a kept moment there is none */
	/* A time as people say it: 2h, 03:12. 0 or -EINVAL. */
	int (*parse_time)(const char *text, uint64_t now_ms, uint64_t *ret_ms);
	const char *metrics;      /* the file; NULL: they are made from the moment, once */
	const char *telemetry;    /* the path of metrics: /metrics; NULL: there are none */
	const char *status;       /* agent.json */
	const char *const *names; /* by which we may be asked for, beside localhost */
	size_t name_count;
	const struct web_config *config; /* users; NULL: whoever asks */
	struct fleet_plan fleet;
	bool until_eof; /* it ends when nobody holds the other end of its stdin any more */
};

struct web_site {
	const struct site_plan *plan;
	struct ground ground; /* the worker's */
	struct then_ground then;
	struct metrics_page metrics;
	struct streams streams;
	struct jobs jobs;
	struct auth auth;
	struct reply_budget budget;
};

/* A listener, as the library's callbacks get it. */
struct door {
	struct web_site *site;
	struct crowd crowd;
	bool local; /* a unix socket: no browser, no user is asked for */
	int fd;
	struct MHD_Daemon *daemon;
};
