/* Rules in their order over one moment. A socket that a rule has explained is not shown to later ones. */
#include "rule/ground/pairs.h"
#include "rule/ground/reach.h"
#include "rule.h"

/* What leads to another process of this host is one fault, not two: the other ends are explained with it. */
static void explain_sockets(const struct moment *m, struct judgement *j, const struct finding *f, bool *explained)
{
	array_each (&f->sockets, s) {
		uint32_t other = pair_of(j, m, *s);
		explained[*s] = true;
		if (other != SOCKET_NONE)
			explained[other] = true;
	}
}

/* Named, if all of them lead to the same program. */
static void tell_other_end(const struct moment *m, struct judgement *j, struct finding *f)
{
	const struct programs *programs = judgement_programs(j, m);

	array_each (&f->sockets, s) {
		uint32_t process = pair_process(j, m, *s);
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

static void rule_apply(const struct moment *m, const struct rule *rule, struct judgement *j, bool *explained)
{
	struct suspect_list list = { 0 };

	suspects_find(m, j, rule, explained, &list);
	array_each (&list.groups, g) {
		struct finding *f = finding_new(j, rule->id, rule->title);
		suspects_describe(m, g, j, f);
		if (rule->check(m, g, j, f)) {
			tell_other_end(m, j, f);
			explain_sockets(m, j, f, explained);
		} else {
			finding_free(&j->findings.items[--j->findings.count]);
		}
	}
	suspects_free(&list);
}

static enum verdict verdict_of(const struct moment *m, const struct judgement *j)
{
	enum verdict verdict = m->coverage.complete ? VERDICT_OK : VERDICT_UNKNOWN;

	array_each (&j->findings, f) {
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
	struct judgement *j = memory_zeroed(sizeof(*j));
	cleanup(cleanup_free) bool *explained = memory_zeroed(m->sockets.count);

	j->arena = arena_new();
	j->request = request;
	for (const struct rule *const *rule = rules; *rule; rule++) {
		if ((*rule)->check)
			rule_apply(m, *rule, j, explained);
		if ((*rule)->judge)
			(*rule)->judge(m, *rule, j);
	}
	judgement_name(m, j);
	judgement_relate(m, j);
	judgement_keep_first_ends(m, j);
	judgement_weigh(m, j);
	judgement_select(m, j);
	judgement_order(j);
	j->verdict = verdict_of(m, j);
	j->request = NULL;
	return j;
}
