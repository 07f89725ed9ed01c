#include "calls.h"
#include "base/clock.h"
#include "bpf/record.h"
#include "calls.skel.h"
#include "tracefs.h"
#include <bpf/bpf.h>
#include <errno.h>

struct calls {
	struct calls_bpf *programs;
};

static int calls_attach(struct calls_bpf *p)
{
	cleanup(cleanup_close) int tracefs = tracefs_open();
	int err = tracefs < 0 ? tracefs : 0;

	if (!err)
		err = tracefs_attach(tracefs, "syscalls", "sys_exit_bind", p->progs.bind_exit, &p->links.bind_exit);
	if (!err)
		err = tracefs_attach(tracefs, "syscalls", "sys_exit_connect", p->progs.connect_exit,
		                     &p->links.connect_exit);
	return err;
}

int calls_open(struct arena *arena, struct calls **ret, struct gap *ret_why)
{
	cleanup(calls_cleanup) struct calls *c = memory_zeroed(sizeof(*c));
	int err;

	c->programs = calls_bpf__open();
	err = c->programs ? calls_bpf__load(c->programs) : -errno;
	if (!err)
		err = calls_attach(c->programs);
	if (err) {
		*ret_why = (struct gap){ "failing bind() and connect() calls",
			                 arena_printf(arena, "the kernel refused to watch system calls: %s",
			                              strerror(-err)),
			                 "sudo unfin doctor" };
		return err;
	}
	*ret = take_ptr(c);
	return 0;
}

void calls_close(struct calls *c)
{
	if (!c)
		return;
	calls_bpf__destroy(c->programs);
	free(c);
}

void calls_cleanup(struct calls **c)
{
	calls_close(*c);
}

static enum failed_call call_of(uint8_t record)
{
	return record == RECORD_CALL_BIND ? CALL_BIND : CALL_CONNECT;
}

static uint64_t boot_to_unix_ms(uint64_t boot_ns)
{
	return clock_unix_ms() - (clock_boot_ns() - boot_ns) / NS_PER_MS;
}

static void add_failure(struct moment *m, const struct record_failure_key *key, const struct record_failure *r)
{
	uint32_t netns = moment_netns(m, key->netns);

	if (!m->scope_all && !m->netns.items[netns].in_scope)
		return;
	uint32_t index = moment_process(m, key->tgid, key->start_boot_ns);
	struct process *p = &m->processes.items[index];
	p->uid = r->uid;
	p->ppid = r->ppid;
	p->netns = netns;
	memcpy(p->comm, r->comm, sizeof(p->comm) - 1);
	struct failure *f = array_push(&m->failures);
	*f = (struct failure){
		.process = index,
		.netns = netns,
		.count = r->count,
		.first_unix_ms = boot_to_unix_ms(r->first_boot_ns),
		.last_unix_ms = boot_to_unix_ms(r->last_boot_ns),
		.target = { .addr = { .v6 = key->v6 }, .port = key->port },
		.call = call_of(key->call),
		.target_known = true,
		.error = key->error,
	};
	memcpy(f->target.addr.bytes, key->target, sizeof(key->target));
}

int calls_collect(struct calls *c, struct moment *m)
{
	int map = bpf_map__fd(c->programs->maps.failures);
	struct record_failure_key key, *previous = NULL;
	struct record_failure row;

	while (!bpf_map_get_next_key(map, previous, &key)) {
		if (!bpf_map_lookup_elem(map, &key, &row))
			add_failure(m, &key, &row);
		previous = &key;
	}
	m->window.calls_watched = true;
	m->window.calls_lost = c->programs->bss->failures_lost;
	return 0;
}
