#include "reclaim_round.h"
#include "gather.h"
#include "output.h"
#include "status.h"
#include "terminal.h"
#include "base/clock.h"
#include "base/format.h"
#include "base/log.h"
#include "base/stop.h"
#include "remedy/apply.h"
#include "remedy/gains.h"
#include "remedy/kept_plan.h"
#include "remedy/operator.h"
#include "view/reclaim.h"
#include <errno.h>
#include <sys/random.h>

enum { RATE_PER_S = 10 };

struct round {
	const struct options *o;
	struct arena *arena;
	struct plan_request *request;
	struct options look; /* with the scope that reclaim has by default */
	struct session session;
	struct means means;
	struct reclaimer by;
	struct kept_plan kept;
	struct reclaim_plan plan;
};

static void round_free(struct round *r)
{
	reclaim_plan_free(&r->plan);
	kept_plan_free(&r->kept);
	reclaimer_free(&r->by);
	means_close(&r->means);
	session_close(&r->session);
}

static int read_kept(struct round *r)
{
	const char *why;

	if (!r->o->plan || !kept_plan_read(r->o->plan, r->arena, &r->kept, &why))
		return STATUS_OK;
	log_error("no plan in %s: %s", r->o->plan, why);
	return STATUS_USAGE;
}

/* This network namespace, unless another one is named. */
static int look(struct round *r)
{
	const char *variable = getenv("UNFIN_NETNS");

	r->look = *r->o;
	if (!r->look.netns && !(variable && *variable))
		r->look.netns = "self";
	r->session.later = POWER_LOOK | POWER_ENTER | POWER_RECLAIM;
	return gather_moment(&r->session, &r->look, WANT_BUCKETS);
}

static int check_boot(const struct round *r)
{
	if (!r->o->plan || streq(r->kept.boot_id, r->session.moment->boot_id))
		return STATUS_OK;
	log_error("the plan in %s is of another boot: none of its sockets exists any more", r->o->plan);
	log_hint("make a new one: unfin reclaim EXPR --json");
	return STATUS_REFUSED;
}

static void name_plan(struct reclaim_plan *p)
{
	uint64_t number = clock_boot_ns();

	if (getrandom(&number, sizeof(number), 0) < 0)
		number ^= clock_unix_ms() << 20;
	snprintf(p->id, sizeof(p->id), "%016llx", (unsigned long long)number);
}

static int no_finding(const struct round *r)
{
	log_error("there is no finding with the key %s now", r->o->finding);
	log_hint("unfin check --json | jq -r '.findings[] | .key, .title'");
	return STATUS_USAGE;
}

static int make_plan(struct round *r)
{
	cleanup(judgement_cleanup) struct judgement *j = judge(r->session.moment);

	r->plan.arena = r->arena;
	r->request->by = &r->by;
	r->request->proved = means_proved(&r->means);
	r->request->kept = r->o->plan ? &r->kept.cookies : NULL;
	if (plan_make(r->session.moment, j, r->request, &r->plan))
		return no_finding(r);
	r->plan.to_apply = r->o->apply;
	gains_find_namespaces(&r->plan, &r->means);
	if (r->o->plan)
		kept_plan_compare(&r->kept, &r->plan);
	gains_foresee(&r->plan);
	means_tell(&r->means, &r->plan);
	if (r->o->plan)
		snprintf(r->plan.id, sizeof(r->plan.id), "%s", r->kept.id);
	else
		name_plan(&r->plan);
	return STATUS_OK;
}

static int show(const struct round *r)
{
	struct page_style style = terminal_style(r->o);
	TEXT_CLEANUP out = { 0 };

	if (r->o->output == OUTPUT_JSON)
		reclaim_json(&out, &r->plan);
	else
		reclaim_text(&out, &r->plan, &style);
	return output_text(&out);
}

/* Nothing but "y" or "yes" is one. */
static bool is_confirmed(const struct round *r)
{
	char answer[16] = { 0 };
	TEXT_CLEANUP count = { 0 };

	if (r->o->yes)
		return true;
	format_count(&count, r->plan.sockets.count);
	fprintf(stderr, "unfin: destroy %s connection%s? [y/N] ", count.bytes, r->plan.sockets.count == 1 ? "" : "s");
	if (!fgets(answer, sizeof(answer), stdin))
		return false;
	answer[strcspn(answer, "\n")] = '\0';
	return streq(answer, "y") || streq(answer, "Y") || streq(answer, "yes");
}

static int tell_apply(int err, const char *why)
{
	if (!err)
		return STATUS_OK;
	if (err == -EINTR && stop_asked()) {
		log_error("interrupted: what was not tried yet is left as it was");
		return STATUS_INTERRUPTED;
	}
	log_error("%s failed, so it stopped there: %s", why, strerror(-err));
	return STATUS_REFUSED;
}

/* A look of its own, with all that the port model asks for. */
static int verify(struct round *r)
{
	cleanup(moment_cleanup) struct moment *after = moment_new();
	cleanup(source_cleanup) struct source *source = NULL;
	struct source_request request = r->session.request;
	struct gap why;

	request.wants = WANT_LIMITS | WANT_BUCKETS;
	int err = source_open(&request, after->arena, &source, &why) ?: source_look(source, after);
	if (err) {
		log_error("what was destroyed could not be verified: %s", strerror(-err));
		return STATUS_REFUSED;
	}
	gains_verify(&r->plan, &r->means, after);
	return STATUS_OK;
}

static int open_audit(const struct round *r, struct audit **ret)
{
	const char *path = audit_path(r->arena);
	int err = audit_open(path, ret);

	if (!err)
		return STATUS_OK;
	log_error("nothing is destroyed without being written down, and %s cannot be written: %s", path,
	          strerror(-err));
	log_hint("UNFIN_AUDIT=FILE names another one");
	return STATUS_REFUSED;
}

static int apply(struct round *r)
{
	cleanup(audit_cleanup) struct audit *audit = NULL;
	int status = open_audit(r, &audit);
	const char *why = NULL;

	if (status != STATUS_OK)
		return status;
	struct apply a = { &r->plan, &r->session.request,    &r->means,
		           audit,    r->request->min_age_ms, r->o->rate.given ? r->o->rate.value : RATE_PER_S };
	uint64_t begin_ns = clock_monotonic_ns();
	status = tell_apply(apply_run(&a, &why), why);
	r->plan.took_ms = (clock_monotonic_ns() - begin_ns) / NS_PER_MS;
	r->plan.applied = true;
	int verified = verify(r);
	return status ?: verified;
}

static int status_of(const struct reclaim_plan *p)
{
	if (p->refused.count || reclaim_count(p, RECLAIM_SPARED) || reclaim_count(p, RECLAIM_FAILED))
		return STATUS_REFUSED;
	return p->applied && reclaim_count(p, RECLAIM_PLANNED) ? STATUS_REFUSED : STATUS_OK;
}

static int carry_out(struct round *r)
{
	int status;

	if (r->o->output != OUTPUT_JSON && (status = show(r)) != STATUS_OK)
		return status;
	if (!is_confirmed(r)) {
		log_warning("nothing was touched");
		return STATUS_REFUSED;
	}
	status = apply(r);
	power_limit(0); /* what is left to do is to write */
	if (!r->plan.applied)
		return status;
	return show(r) ?: status ?: status_of(&r->plan);
}

int reclaim_round(const struct options *o, struct plan_request *request, struct arena *arena)
{
	cleanup(round_free) struct round r = { .o = o, .arena = arena, .request = request };
	int status = read_kept(&r) ?: look(&r) ?: check_boot(&r);

	if (status != STATUS_OK)
		return status;
	means_open(&r.means, (enum means_wish)o->method);
	reclaimer_find(&r.by);
	status = make_plan(&r);
	if (status != STATUS_OK)
		return status;
	session_tell_gaps(&r.session);
	if (o->apply && r.plan.sockets.count)
		return carry_out(&r);
	power_limit(0);
	return show(&r) ?: status_of(&r.plan);
}
