/* Which services have the most unfinished connections: the first of them by name, the rest as one. */
#include "metrics_parts.h"

enum { SERVICES = 20 };

struct service_sum {
	const char *service, *cause;
	size_t length; /* of `service` */
	uint64_t connections;
};

typedef ARRAY(struct service_sum) service_sums;

static void service_add(service_sums *sums, const struct finding *f, const struct process *p)
{
	struct service_sum own = { .cause = f->id };

	own.length = process_service(p, &own.service);
	array_each (sums, s)
		if (streq(s->cause, f->id) && s->length == own.length && !memcmp(s->service, own.service, own.length)) {
			s->connections += f->count;
			return;
		}
	own.connections = f->count;
	*array_push(sums) = own;
}

static int compare_sums(const void *a, const void *b)
{
	const struct service_sum *x = a, *y = b;

	return CMP(y->connections, x->connections) ?: strcmp(x->service, y->service) ?: strcmp(x->cause, y->cause);
}

static void write_services(struct prom *p, const service_sums *sums, uint64_t rest)
{
	TEXT_CLEANUP name = { 0 };

	prom_family(p, "unfin_top_unfinished", PROM_GAUGE,
	            "Connections of findings by service and cause: the largest, the rest as other.");
	for (size_t i = 0; i < sums->count; i++) {
		const struct service_sum *s = &sums->items[i];
		if (i >= SERVICES) {
			rest += s->connections;
			continue;
		}
		name.length = 0;
		text_add_bytes(&name, s->service, s->length);
		prom_sample(p, (double)s->connections, "service", name.bytes, "cause", s->cause);
	}
	if (rest)
		prom_sample(p, (double)rest, "service", "other", "cause", "other");
}

void metrics_add_services(struct prom *p, const struct moment *m, const struct judgement *j)
{
	service_sums sums = { 0 };
	uint64_t nobodys = 0;

	array_each (&j->findings, f) {
		if (!finding_counts_unfinished(f))
			continue;
		if (f->subject == PROCESS_NONE)
			nobodys += f->count;
		else
			service_add(&sums, f, &m->processes.items[f->subject]);
	}
	array_sort(&sums, compare_sums);
	write_services(p, &sums, nobodys);
	array_free(&sums);
}
