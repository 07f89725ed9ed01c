#include "takings.h"
#include "groups.h"
#include "model/port/report.h"
#include "rule/rule.h"

enum { BUDGETS_MOST = 20 };

static void take_budget(struct fleet_takings *t, uint32_t look, const struct port_row *row)
{
	const struct port_budget *b = &row->budget;

	if (!b->usable || b->used * 2ULL < b->usable)
		return;
	*array_push(&t->budgets) = (struct fleet_budget){
		.look = look,
		.source = b->asker.local,
		.destination = b->destination,
		.used = b->used,
		.usable = b->usable,
		.ends_known = row->forecast.known && !row->forecast.never,
		.ends_s = row->forecast.s,
	};
}

void takings_add_ports(struct fleet_takings *t, const struct fleet *f, const struct moment *m)
{
	cleanup(port_map_cleanup) struct port_map *map = port_map_new(m);
	cleanup(port_report_free) struct port_report r = { 0 };

	port_report_begin(&r, map);
	port_report_add_all_connects(&r, BUDGETS_MOST);
	array_each (&r.connect, row)
		take_budget(t, (uint32_t)f->looks.count - 1, row);
}

/* Its sockets wait for a close() here, or died waiting: the debt of others is counted where it is. */
static bool is_debt(const struct moment *m, const struct finding *n)
{
	const struct socket *s = n->sockets.count ? &m->sockets.items[n->sockets.items[0]] : NULL;

	return finding_counts_unfinished(n) && n->subject != PROCESS_NONE && s &&
	       (s->state == STATE_CLOSE_WAIT || s->state == STATE_CLOSE);
}

void takings_add_findings(struct fleet_takings *t, struct fleet *f, const struct moment *m,
                          const struct request *request)
{
	cleanup(judgement_cleanup) struct judgement *j = judge_request(m, request);

	array_each (&j->findings, n) {
		if (!is_debt(m, n))
			continue;
		const char *service;
		size_t length = process_service(&m->processes.items[n->subject], &service);
		*array_push(&t->leaks) = (struct fleet_leak){
			.look = (uint32_t)f->looks.count - 1,
			.service = fleet_intern_service(f, service, length),
			.cause = arena_strdup(f->arena, n->id),
			.count = n->count,
			.oldest_ms = n->oldest_ms,
			.growth_known = n->growth.known,
			.growth_per_min = n->growth.per_min,
		};
	}
}

void takings_free(struct fleet_takings *t)
{
	array_free(&t->budgets);
	array_free(&t->leaks);
}

static int compare_leaks(const void *a, const void *b)
{
	const struct fleet_leak *x = a, *y = b;

	return CMP(x->service, y->service) ?: CMP(x->look, y->look) ?: CMP(y->count, x->count);
}

/* By name, where nothing else tells them apart: their numbers are those of the order in which they came. */
static int compare_services(const void *a, const void *b, void *fleet)
{
	const struct fleet_service *x = a, *y = b;
	const struct fleet *f = fleet;

	return CMP(y->unfinished, x->unfinished)
	               ?: strcmp(f->services.items[x->service], f->services.items[y->service]);
}

static void service_add(struct fleet_service *s, const struct fleet_leak *l, bool another_host)
{
	s->service = l->service;
	s->hosts += another_host;
	s->unfinished += l->count;
	s->oldest_ms = MAX(s->oldest_ms, l->oldest_ms);
	s->growth_known |= l->growth_known;
	s->growth_per_min += l->growth_known ? l->growth_per_min : 0;
	if (l->count > s->of_cause) {
		s->of_cause = l->count;
		s->cause = l->cause;
	}
}

/* What is known of both ends, where one waits for a close() of this service. */
static void judge_services(const struct fleet *f, fleet_services *services)
{
	uint32_t(*counts)[PAIR_VERDICTS] = memory_zeroed((f->services.count + 1) * sizeof(*counts));

	array_each (&f->pairs, p) {
		const struct fleet_end *e = &f->ends.items[p->ours];
		if (e->state == STATE_CLOSE_WAIT && e->program != FLEET_NONE && PAIRS_BAD >> p->verdict & 1)
			counts[f->programs.items[e->program].service][p->verdict]++;
	}
	array_each (services, s)
		for (uint8_t v = 0; v < PAIR_VERDICTS; v++)
			if (counts[s->service][v] > s->of_pair) {
				s->judged = true;
				s->verdict = v;
				s->of_pair = counts[s->service][v];
			}
	free(counts);
}

void takings_services(const struct fleet_takings *t, const struct fleet *f, fleet_services *ret)
{
	fleet_leaks leaks = { 0 };

	array_each (&t->leaks, l)
		if (f->hosts.items[f->looks.items[l->look].host].newest == l->look)
			*array_push(&leaks) = *l;
	array_sort(&leaks, compare_leaks);
	for (size_t i = 0; i < leaks.count; i++) {
		const struct fleet_leak *l = &leaks.items[i], *before = i ? l - 1 : NULL;
		bool same = before && before->service == l->service;
		struct fleet_service *s = same ? &ret->items[ret->count - 1] : array_push(ret);
		service_add(s, l, !same || before->look != l->look);
	}
	array_free(&leaks);
	judge_services(f, ret);
	if (ret->count)
		qsort_r(ret->items, ret->count, sizeof(*ret->items), compare_services, (void *)f);
}
