/* unfin: finds the TCP connections nobody finished. */
#include "source/source.h"

int main(void)
{
	void *st;
	struct gap why;
	struct source_request rq = { 0 };
	struct moment *m = moment_new();
	int err = source_bpf.open(&rq, m->arena, &st, &why);
	if (err) {
		printf("%d %s\n", err, why.why);
		return 4;
	}
	err = source_bpf.look(st, &rq, m);
	moment_derive(m);
	printf("%d: %zu sockets %zu holders %zu procs\n", err, m->sockets.count, m->holders.count, m->processes.count);
	source_bpf.close(st);
	array_each (&m->sockets, s) {
		TEXT_CLEANUP t = { 0 };
		endpoint_format(&t, &s->local);
		text_add(&t, " ");
		endpoint_format(&t, &s->peer);
		const struct process *p = moment_owner(m, s);
		if (m->sockets.count < 50)
			printf("%s %s %s %s\n", state_people(s->state), t.bytes, p ? p->comm : "-",
			       unowned_name(s->unowned));
	}
	moment_free(m);
	return 0;
}
