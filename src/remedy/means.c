#include "means.h"

static bool is_wished(enum destroy_method way, enum means_wish wish)
{
	switch (wish) {
	case MEANS_BPF:
		return way == DESTROY_BPF;
	case MEANS_DIAG:
		return way == DESTROY_DIAG;
	case MEANS_SHUTDOWN:
		return way == DESTROY_SHUTDOWN;
	case MEANS_DESTROY:
		break;
	}
	return way != DESTROY_SHUTDOWN;
}

/* shutdown() is every kernel's, and reaches what has a descriptor. */
static unsigned prove(enum destroy_method way, struct destroyer *d)
{
	unsigned proved = 0;

	if (way == DESTROY_SHUTDOWN)
		return SELFTEST_SPARES | SELFTEST_CLOSE_WAIT | SELFTEST_FIN_WAIT2;
	return selftest_run(d, &proved) || !(proved & SELFTEST_SPARES) ? 0 : proved;
}

void means_open(struct means *m, enum means_wish wish)
{
	*m = (struct means){ 0 };
	for (enum destroy_method way = 0; way < DESTROY_METHODS; way++)
		if (is_wished(way, wish) && !destroyer_open(way, &m->ways[way]))
			m->proved[way] = prove(way, m->ways[way]);
}

void means_close(struct means *m)
{
	for (enum destroy_method way = 0; way < DESTROY_METHODS; way++)
		destroyer_close(m->ways[way]);
	if (m->entered)
		probe_close(&m->doors);
}

unsigned means_proved(const struct means *m)
{
	unsigned all = 0;

	for (enum destroy_method way = 0; way < DESTROY_METHODS; way++)
		all |= m->proved[way];
	return all;
}

enum destroy_method means_way(const struct means *m, unsigned needs)
{
	enum destroy_method way = 0;

	while (way < DESTROY_METHODS && (m->proved[way] & needs) != needs)
		way++;
	return way;
}

static void tell_proofs(unsigned proved, struct reclaim_method *ret)
{
	static const struct {
		enum selftest proof;
		const char *name;
	} rows[] = {
		{ SELFTEST_SPARES, "spares" },       { SELFTEST_CLOSE_WAIT, "close_wait" },
		{ SELFTEST_FIN_WAIT2, "fin_wait2" }, { SELFTEST_ORPHAN, "orphan" },
		{ SELFTEST_TIME_WAIT, "time_wait" },
	};
	size_t count = 0;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (proved & rows[i].proof)
			ret->proved[count++] = rows[i].name;
}

static const char *means_words(const struct means *m)
{
	static const char *const words[DESTROY_METHODS + 1] = {
		[DESTROY_BPF] = "bpf_sock_destroy(): checked and destroyed under the socket's lock",
		[DESTROY_DIAG] = "SOCK_DESTROY with the socket's cookie",
		[DESTROY_SHUTDOWN] = "shutdown() on a copy of the holder's descriptor",
		[DESTROY_METHODS] = "nothing that works here",
	};

	return words[means_way(m, SELFTEST_SPARES)];
}

void means_tell(const struct means *m, struct reclaim_plan *plan)
{
	for (enum destroy_method way = 0; way < DESTROY_METHODS; way++) {
		if (!m->ways[way])
			continue;
		struct reclaim_method *row = array_push(&plan->methods);
		row->name = destroy_name(way);
		tell_proofs(m->proved[way], row);
	}
	plan->method = means_words(m);
}

int means_find_doors(struct means *m, const struct moment *moment)
{
	int err = m->entered ? 0 : probe_open(&m->doors, moment);

	m->entered |= !err;
	return err;
}

int means_enter(struct means *m, const struct netns *n)
{
	return probe_enter(&m->doors, n);
}

void means_leave(struct means *m)
{
	if (m->entered)
		doors_leave(&m->doors.doors);
}
