/* unfin reclaim: ports back without a restart. A plan of exactly these sockets, and with --apply their end. */
#include "expression.h"
#include "gather.h"
#include "output.h"
#include "reclaim_audit.h"
#include "reclaim_round.h"
#include "terminal.h"
#include "base/log.h"
#include "base/clock.h"
#include "base/stop.h"
#include <errno.h>
#include <sys/wait.h>

enum { PAUSE_MS = 5000, ROUND_LIMIT_MOST = 1 << 20 };

static int which_sockets(const struct invocation *in)
{
	log_error("which sockets? Nothing is ever destroyed without being named");
	log_hint("unfin reclaim 'state == close-wait and pid == 812'");
	return STATUS_USAGE;
}

static int check_words(const struct invocation *in)
{
	const struct options *o = &in->options;

	if (!in->words.count && !o->finding && !o->plan)
		return which_sockets(in);
	if (o->force && !*o->force) {
		log_error("--force takes a reason: it is kept with what was destroyed");
		return STATUS_USAGE;
	}
	if ((o->yes || o->repeat_for.given) && !o->apply) {
		log_error("--%s is for --apply: a plan alone touches nothing", o->yes ? "yes" : "repeat-for");
		return STATUS_USAGE;
	}
	if (o->repeat_for.given && (o->plan || !o->yes)) {
		log_error(o->plan ? "--repeat-for makes new plans: it does not go with --plan"
		                  : "--repeat-for cannot ask each time: it takes --yes");
		return STATUS_USAGE;
	}
	if (o->apply && !o->yes && !(isatty(STDIN_FILENO) && isatty(STDERR_FILENO))) {
		log_error("--apply asks before it destroys anything, and there is no terminal here to ask on");
		log_hint("in a script, say --yes");
		return STATUS_USAGE;
	}
	return STATUS_OK;
}

static int parse_states(const struct options *o, struct plan_request *ret)
{
	array_each (&o->state, word) {
		enum tcp_state state = state_parse(*word);
		if (state == STATE_NONE) {
			log_error("--state: there is no state \"%s\"", *word);
			log_hint("unfin explain close-wait shows them all");
			return STATUS_USAGE;
		}
		ret->states[state] = true;
	}
	return STATUS_OK;
}

static int parse_request(const struct invocation *in, struct arena *arena, struct plan_request *ret)
{
	const struct options *o = &in->options;
	struct filter *about = NULL;
	int status = expression_parse(in, arena, &about) ?: parse_states(o, ret);

	ret->about = about;
	ret->finding = o->finding;
	ret->force = o->force;
	ret->min_age_ms = o->min_age.given ? o->min_age.value : RECLAIM_MIN_AGE_MS;
	ret->limit = o->limit.given ? o->limit.value : RECLAIM_LIMIT;
	return status;
}

static int run_one(const struct invocation *in)
{
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	struct plan_request request = { 0 };
	int status = parse_request(in, arena, &request);

	return status ?: reclaim_round(&in->options, &request, arena);
}

/* Each round is a process of its own, with as little power as ever. */
static int run_round(const struct invocation *in)
{
	int status;
	pid_t child = fork();

	if (!child)
		_exit(run_one(in));
	while (child > 0 && waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			child = -1;
	return child > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : STATUS_UNABLE;
}

static int repeat(const struct invocation *in)
{
	uint64_t end_ns = clock_monotonic_ns() + in->options.repeat_for.value * NS_PER_MS;
	int status;

	stop_on_signals();
	do {
		status = run_round(in);
	} while (status != STATUS_USAGE && status != STATUS_UNABLE && clock_monotonic_ns() < end_ns &&
	         !stop_wait_ms(MIN((uint64_t)PAUSE_MS, (end_ns - clock_monotonic_ns()) / NS_PER_MS)));
	return status;
}

static int reclaim_run(const struct invocation *in)
{
	int status = in->options.audit ? invocation_at_most(in, 0) : check_words(in);

	if (status == STATUS_OK && in->options.audit)
		return reclaim_audit(&in->options);
	if (status != STATUS_OK)
		return status;
	return in->options.repeat_for.given ? repeat(in) : run_one(in);
}

static const char *const accepted[] = { "apply",  "yes",  "min-age",    "state",  "force", "finding", "plan",
	                                "limit",  "rate", "repeat-for", "method", "audit", "window",  "netns",
	                                "output", "json", "no-header",  "color",  "quiet", "source",  NULL };

const struct command command_reclaim = {
	.name = "reclaim",
	.arguments = "[EXPR]",
	.summary = "ports back without a restart: a plan to destroy exactly these sockets",
	.examples = "unfin reclaim 'comm == fetch'             # the plan: nothing is touched\n"
	            "unfin reclaim 'comm == fetch' --apply     # carry it out, after a question\n"
	            "unfin reclaim 'comm == fetch' --apply --yes --rate 0 --limit 5000   # in a script, at once\n"
	            "unfin reclaim 'pid == 812' --json >plan.json   # keep the plan\n"
	            "unfin reclaim --plan plan.json --apply    # and carry out no more than that\n"
	            "unfin reclaim --audit                     # what was destroyed, by whom and why\n",
	.details =
	        "Only CLOSE-WAIT goes that a finding calls never-closed, hung-owner or inherited-fd, and is likely or\n"
	        "certain. A socket is known by its cookie: another one with the same addresses is never touched, nor\n"
	        "one that somebody has used since. Listeners, your own connection and unfin's are always refused.\n"
	        "Exit status 5: something was refused, or not destroyed.\n",
	.options = accepted,
	.outputs = OUTPUT(TABLE) | OUTPUT(JSON),
	.power = POWER_LOOK | POWER_ENTER | POWER_TRACK | POWER_RECLAIM,
	.run = reclaim_run,
};
