#include "events.h"
#include "base/clock.h"
#include "bpf/pid_namespace.h"
#include "events.skel.h"
#include "tracefs.h"
#include <bpf/bpf.h>
#include <errno.h>

struct events {
	struct events_bpf *programs;
	uint64_t boot_offset_ns;
};

/* Each program by the tracepoint that it stands on; the others attach by themselves. */
static int attach_calls(struct events_bpf *p)
{
	const struct {
		const char *name;
		const struct bpf_program *program;
		struct bpf_link **link;
	} exits[] = {
		{ "sys_exit_bind", p->progs.bind_exit, &p->links.bind_exit },
		{ "sys_exit_connect", p->progs.connect_exit, &p->links.connect_exit },
		{ "sys_exit_listen", p->progs.listen_exit, &p->links.listen_exit },
		{ "sys_exit_accept", p->progs.accept_exit, &p->links.accept_exit },
		{ "sys_exit_accept4", p->progs.accept4_exit, &p->links.accept4_exit },
		{ "sys_exit_socket", p->progs.socket_exit, &p->links.socket_exit },
	};
	cleanup(cleanup_close) int tracefs = tracefs_open();
	int err = tracefs < 0 ? tracefs : 0;

	for (size_t i = 0; i < ARRAY_SIZE(exits) && !err; i++)
		err = tracefs_attach(tracefs, "syscalls", exits[i].name, exits[i].program, exits[i].link);
	return err;
}

static int attach(struct events_bpf *p)
{
	p->links.state_changed = bpf_program__attach(p->progs.state_changed);
	if (!p->links.state_changed)
		return -errno;
	p->links.socket_destroyed = bpf_program__attach(p->progs.socket_destroyed);
	return p->links.socket_destroyed ? attach_calls(p) : -errno;
}

int events_open(struct arena *arena, struct events **ret, struct gap *ret_why)
{
	cleanup(events_cleanup) struct events *e = memory_zeroed(sizeof(*e));
	int err;

	e->boot_offset_ns = clock_boot_offset_ns();
	e->programs = events_bpf__open();
	err = e->programs ? pid_namespace_find(&e->programs->rodata->pid_namespace) : -errno;
	if (!err) {
		e->programs->rodata->jiffies_per_s = (uint32_t)(NS_PER_S / clock_tick_ns());
		err = events_bpf__load(e->programs);
	}
	if (!err)
		err = attach(e->programs);
	if (err) {
		*ret_why = (struct gap){ "failing bind() and connect() calls, and closes",
			                 arena_printf(arena, "the kernel refused to watch them: %s", strerror(-err)),
			                 "sudo unfin check --window 10s" };
		return err;
	}
	*ret = take_ptr(e);
	return 0;
}

void events_close(struct events *e)
{
	if (!e)
		return;
	events_bpf__destroy(e->programs);
	free(e);
}

void events_cleanup(struct events **e)
{
	events_close(*e);
}

static uint64_t boot_to_unix_ms(const struct events *e, uint64_t boot_ns)
{
	return clock_unix_ms() - (clock_boot_ns() - boot_ns - e->boot_offset_ns) / NS_PER_MS;
}

static bool in_scope(const struct moment *m, uint32_t netns)
{
	return m->scope_all || m->netns.items[netns].in_scope;
}

static struct endpoint endpoint_of(const uint8_t address[16], uint16_t port, bool v6)
{
	static const uint8_t none[16];
	struct endpoint e = { .addr = { .v6 = v6 }, .port = port };

	memcpy(e.addr.bytes, address, sizeof(e.addr.bytes));
	if (!v6 && !memcmp(address, none, sizeof(none)))
		e.addr = addr_v4(0);
	return e;
}

/* The process that a row names, with what the row says of it: it may hold nothing at either look. */
static uint32_t row_process(struct moment *m, uint32_t tgid, uint64_t start_boot_ns, const struct record_failure *r,
                            uint32_t netns)
{
	uint32_t index = moment_process(m, tgid, start_boot_ns);
	struct process *p = &m->processes.items[index];

	p->uid = r->uid;
	p->ppid = r->ppid;
	p->netns = netns;
	memcpy(p->comm, r->comm, sizeof(p->comm) - 1);
	return index;
}

static void add_failure(const struct events *e, struct moment *m, const struct record_failure_key *key,
                        const struct record_failure *r)
{
	static const enum failed_call calls[] = {
		[RECORD_CALL_BIND] = CALL_BIND,     [RECORD_CALL_CONNECT] = CALL_CONNECT,
		[RECORD_CALL_LISTEN] = CALL_LISTEN, [RECORD_CALL_ACCEPT] = CALL_ACCEPT,
		[RECORD_CALL_SOCKET] = CALL_SOCKET,
	};
	uint32_t netns = moment_netns(m, key->netns);

	if (!in_scope(m, netns))
		return;
	uint32_t index = row_process(m, key->tgid, key->start_boot_ns + e->boot_offset_ns, r, netns);
	struct failure *f = array_push(&m->failures);
	*f = (struct failure){
		.process = index,
		.netns = netns,
		.count = r->count,
		.first_unix_ms = boot_to_unix_ms(e, r->first_boot_ns),
		.last_unix_ms = boot_to_unix_ms(e, r->last_boot_ns),
		.target = endpoint_of(key->target, key->port, key->v6),
		.call = calls[key->call],
		.target_known = key->call != RECORD_CALL_SOCKET,
		.error = key->error,
	};
}

static void collect_failures(struct events *e, struct moment *m)
{
	int map = bpf_map__fd(e->programs->maps.failures);
	struct record_failure_key key, *previous = NULL;
	struct record_failure row;

	for (; !bpf_map_get_next_key(map, previous, &key); previous = &key)
		if (!bpf_map_lookup_elem(map, &key, &row))
			add_failure(e, m, &key, &row);
}

/* Only programs that were there at the first look: others have nothing unfinished to compare with. */
static void collect_closes(struct events *e, struct moment *m)
{
	int map = bpf_map__fd(e->programs->maps.closes);
	struct record_close_key key, *previous = NULL;
	uint64_t tick_ns = clock_tick_ns();
	struct record_close row;

	for (; !bpf_map_get_next_key(map, previous, &key); previous = &key) {
		uint32_t netns = moment_netns(m, key.netns);
		if (!in_scope(m, netns) || bpf_map_lookup_elem(map, &key, &row))
			continue;
		struct departure *d = array_push(&m->departures);
		*d = (struct departure){
			.process = moment_process(m, key.tgid, key.start_boot_ns + e->boot_offset_ns),
			.netns = netns,
			.end = endpoint_of(key.address, key.port, key.v6),
			.as_client = key.side != RECORD_SERVER,
			.as_server = key.side != RECORD_CLIENT,
			.count = row.count,
			.oldest_ms = row.oldest * tick_ns / NS_PER_MS,
			.idle_known = row.idle_known,
			.idle_low_ms = row.idle_low * tick_ns / NS_PER_MS,
			.idle_high_ms = row.idle_high * tick_ns / NS_PER_MS,
		};
	}
}

static void collect_first_closes(struct events *e, struct moment *m)
{
	int map = bpf_map__fd(e->programs->maps.first_closes);
	struct record_close_key key, *previous = NULL;
	struct record_failure row;

	for (; !bpf_map_get_next_key(map, previous, &key); previous = &key) {
		uint32_t netns = moment_netns(m, key.netns);
		if (!in_scope(m, netns) || bpf_map_lookup_elem(map, &key, &row))
			continue;
		uint32_t process = row_process(m, key.tgid, key.start_boot_ns + e->boot_offset_ns, &row, netns);
		*array_push(&m->first_closes) = (struct first_close){
			.process = process,
			.netns = netns,
			.peer = endpoint_of(key.address, key.port, key.v6),
			.count = row.count,
		};
	}
}

void events_collect(struct events *e, struct moment *m)
{
	collect_failures(e, m);
	collect_closes(e, m);
	collect_first_closes(e, m);
	m->window.calls_watched = true;
	m->window.closes_watched = true;
	m->window.calls_lost = e->programs->bss->failures_lost + e->programs->bss->closes_lost;
}
