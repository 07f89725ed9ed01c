/* Rules in their order over one moment. A socket that a rule has explained is not shown to later ones. */
#include "rule/ground/pairs.h"
#include "rule/ground/reach.h"
#include "rule.h"

/* What leads to another process of this host is one fault, not two: the other ends are explained with it. */
static void explain_sockets(struct inquiry *q, const struct finding *f, bool *explained)
{
	array_each (&f->sockets, s) {
		uint32_t other = pair_of(q, *s);
		explained[*s] = true;
		if (other != SOCKET_NONE)
			explained[other] = true;
	}
}

/* Named, if all of them lead to the same program. */
static void tell_other_end(struct inquiry *q, struct finding *f)
{
	const struct programs *programs = inquiry_programs(q);

	array_each (&f->sockets, s) {
		uint32_t process = pair_process(q, *s);
		if (process == PROCESS_NONE)
			return;
		if (f->other_end == PROCESS_NONE)
			f->other_end = process;
		if (program_of(programs, process) != program_of(programs, f->other_end)) {
			f->other_end = PROCESS_NONE;
			return;
		}
	}
}

static void rule_apply(struct inquiry *q, const struct rule *rule, bool *explained)
{
	struct suspect_list list = { 0 };

	suspects_find(q, rule, explained, &list);
	array_each (&list.groups, g) {
		struct finding *f = finding_new(q, rule->id, rule->title);
		suspects_describe(q, g, f);
		if (rule->check(q, g, f)) {
			tell_other_end(q, f);
			explain_sockets(q, f, explained);
		} else {
			finding_drop_last(q);
		}
	}
	suspects_free(&list);
}

static void rules_apply(struct inquiry *q)
{
	cleanup(cleanup_free) bool *explained = memory_zeroed(q->moment->sockets.count);

	for (const struct rule *const *rule = rules; *rule; rule++) {
		if ((*rule)->check)
			rule_apply(q, *rule, explained);
		if ((*rule)->judge)
			(*rule)->judge(q, *rule);
	}
}

static enum verdict verdict_of(const struct inquiry *q)
{
	enum verdict verdict = moment_is_complete(q->moment) ? VERDICT_OK : VERDICT_UNKNOWN;

	array_each (&q->findings, f) {
		if (f->severity == SEVERITY_CRITICAL)
			return VERDICT_CRITICAL;
		if (f->severity == SEVERITY_WARNING)
			verdict = VERDICT_WARNING;
	}
	return verdict;
}

struct judgement *judge(const struct moment *m)
{
	return judge_request(m, &request_default);
}

struct judgement *judge_request(const struct moment *m, const struct request *request)
{
	return judge_with(m, request, NULL);
}

struct judgement *judge_with(const struct moment *m, const struct request *request, struct port_map *ports)
{
	struct judgement *j = memory_zeroed(sizeof(*j));
	struct inquiry q = { .moment = m, .request = request, .arena = arena_new(), .ports = ports };

	rules_apply(&q);
	findings_name(&q);
	findings_relate(&q);
	findings_keep_first_ends(&q);
	findings_weigh(&q);
	findings_select(&q);
	findings_order(&q);
	*j = (struct judgement){ .arena = q.arena, .findings = q.findings, .verdict = verdict_of(&q) };
	judgement_locate(j, m);
	if (ports)
		q.ports = NULL; /* the caller's */
	inquiry_free_tables(&q);
	return j;
}

void judgement_free(struct judgement *j)
{
	if (!j)
		return;
	array_each (&j->findings, f)
		finding_free(f);
	array_free(&j->findings);
	arena_free(j->arena);
	free(j);
}

void judgement_cleanup(struct judgement **j)
{
	judgement_free(*j);
}

const char *verdict_name(enum verdict v)
{
	static const char *const names[] = { "ok", "warning", "critical", "unknown" };

	return names[v];
}
