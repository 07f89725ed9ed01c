#include "events.h"
#include "collect.h"
#include "base/clock.h"
#include "bpf/pid_namespace.h"
#include "bpf/since.h"
#include "tracefs.h"
#include <bpf/bpf.h>
#include <errno.h>
#include <inttypes.h>

/* The other programs attach by themselves. */
static int attach_calls(struct events *e)
{
	static const struct {
		const char *name;
		enum record_call call;
	} exits[] = {
		{ "sys_exit_bind", RECORD_CALL_BIND },      { "sys_exit_connect", RECORD_CALL_CONNECT },
		{ "sys_exit_listen", RECORD_CALL_LISTEN },  { "sys_exit_accept", RECORD_CALL_ACCEPT },
		{ "sys_exit_accept4", RECORD_CALL_ACCEPT }, { "sys_exit_socket", RECORD_CALL_SOCKET },
	};
	_Static_assert(ARRAY_SIZE(exits) == ARRAY_SIZE(e->exits), "a link for each");
	cleanup(cleanup_close) int tracefs = tracefs_open();
	int err = tracefs < 0 ? tracefs : 0;

	for (size_t i = 0; i < ARRAY_SIZE(exits) && !err; i++)
		err = tracefs_attach(tracefs, "syscalls", exits[i].name, e->programs->progs.call_exit.prog_fd,
		                     exits[i].call, &e->exits[i]);
	return err;
}

static int attach(struct events *e)
{
	return events_bpf__attach(e->programs) ? -errno : attach_calls(e);
}

static struct gap refusal(int err, struct arena *arena)
{
	const char *since = programs_since(PROGRAMS_EVENTS);
	struct gap g = { .what = "failing bind() and connect() calls, and closes" };

	if (since) {
		g.why = arena_printf(arena, "this kernel does not show what a call was asked for: since %s", since);
		g.mend = arena_printf(arena, "boot %s or newer", since);
	} else {
		g.why = arena_printf(arena, "the kernel refused to watch them: %s", strerror(-err));
	}
	return g;
}

int events_open(struct arena *arena, struct events **ret, struct gap *ret_why)
{
	cleanup(events_cleanup) struct events *e = memory_zeroed(sizeof(*e));
	int err;

	memset(e->exits, -1, sizeof(e->exits));
	e->boot_offset_ns = clock_boot_offset_ns();
	e->programs = events_bpf__open();
	err = e->programs ? pid_namespace_find(&e->programs->rodata->pid_namespace) : -ENOMEM;
	if (!err) {
		e->programs->rodata->jiffies_per_s = (uint32_t)(NS_PER_S / clock_tick_ns());
		err = events_bpf__load(e->programs);
	}
	if (!err)
		err = attach(e);
	if (err)
		*ret_why = refusal(err, arena);
	else
		*ret = take_ptr(e);
	return err;
}

void events_close(struct events *e)
{
	if (!e)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(e->exits); i++)
		cleanup_close(&e->exits[i]);
	events_bpf__destroy(e->programs);
	free(e);
}

void events_cleanup(struct events **e)
{
	events_close(*e);
}

bool events_in_scope(const struct moment *m, uint32_t netns)
{
	return m->scope_all || m->netns.items[netns].in_scope;
}

struct endpoint events_endpoint(const uint8_t address[16], uint16_t port, bool v6)
{
	static const uint8_t none[16];
	struct endpoint e = { .addr = { .v6 = v6 }, .port = port };

	memcpy(e.addr.bytes, address, sizeof(e.addr.bytes));
	if (!v6 && !memcmp(address, none, sizeof(none)))
		e.addr = addr_v4(0);
	return e;
}

bool events_next_row(int map, void *previous, void *key, void *row, int *ret_err)
{
	while (!bpf_map_get_next_key(map, previous, key)) {
		if (!bpf_map_lookup_elem(map, key, row))
			return true;
		if (errno != ENOENT)
			break;
		previous = key; /* it has gone meanwhile */
	}
	if (errno != ENOENT)
		*ret_err = -errno;
	return false;
}

/* Only programs that were there at the first look: others have nothing unfinished to compare with. */
static int collect_closes(struct events *e, struct moment *m)
{
	int map = e->programs->maps.closes.map_fd;
	struct record_end_key key, *previous = NULL;
	uint64_t tick_ns = clock_tick_ns();
	struct record_close row;
	int err = 0;

	for (; events_next_row(map, previous, &key, &row, &err); previous = &key) {
		uint32_t netns = moment_netns(m, key.netns);
		if (!events_in_scope(m, netns))
			continue;
		struct departure *d = array_push(&m->departures);
		*d = (struct departure){
			.process = moment_process(m, key.tgid, key.start_boot_ns + e->boot_offset_ns),
			.netns = netns,
			.unanswered = key.waited == RECORD_FIN_WAIT2,
			.ended = key.ended,
			.processes = key.ended ? row.processes : 0,
			.end = events_endpoint(key.address, key.port, key.v6),
			.as_client = key.side != RECORD_SERVER,
			.as_server = key.side != RECORD_CLIENT,
			.count = row.count,
			.oldest_ms = row.oldest * tick_ns / NS_PER_MS,
			.burst = row.burst,
			.spread_ms = (row.oldest - row.youngest) * tick_ns / NS_PER_MS,
			.idle_known = row.idle_known,
			.idle_low_ms = row.idle_low * tick_ns / NS_PER_MS,
			.idle_high_ms = row.idle_high * tick_ns / NS_PER_MS,
		};
	}
	return err;
}

static void add_first_close(struct moment *m, uint32_t process, uint32_t netns, const struct record_end_key *key,
                            const struct record_first_close *row)
{
	struct process *p = &m->processes.items[process];

	p->uid = row->uid;
	p->ppid = row->ppid;
	p->netns = netns;
	memcpy(p->comm, row->comm, sizeof(p->comm) - 1);
	*array_push(&m->first_closes) = (struct first_close){
		.process = process,
		.netns = netns,
		.peer = events_endpoint(key->address, key->port, key->v6),
		.count = row->count,
	};
}

static int collect_first_closes(struct events *e, struct moment *m)
{
	int map = e->programs->maps.first_closes.map_fd;
	struct record_end_key key, *previous = NULL;
	struct record_first_close row;
	int err = 0;

	for (; events_next_row(map, previous, &key, &row, &err); previous = &key) {
		uint32_t netns = moment_netns(m, key.netns);
		if (!events_in_scope(m, netns))
			continue;
		add_first_close(m, moment_process(m, key.tgid, key.start_boot_ns + e->boot_offset_ns), netns, &key,
		                &row);
	}
	return err;
}

/* What was counted nowhere may have been anything: no "nothing wrong" is said over it. */
static void tell_lost(struct moment *m, uint64_t count, const char *what)
{
	if (count)
		moment_gap(m, arena_printf(m->arena, "%" PRIu64 " %s", count, what),
		           "they were of more different kinds than there is room to count while watching",
		           "unfin check --window 1s");
}

static void tell_unread(struct moment *m, const char *what, int err)
{
	if (err)
		moment_gap(m, what, arena_printf(m->arena, "the table of them could not be read: %s", strerror(-err)),
		           NULL);
}

void events_collect(struct events *e, struct moment *m)
{
	const struct events_bpf__bss *counts = e->programs->bss;

	int calls_err = calls_collect(e, m), closes_err = collect_closes(e, m);
	closes_err = collect_first_closes(e, m) ?: closes_err;
	tell_unread(m, "failing calls", calls_err);
	tell_unread(m, "closes", closes_err);
	m->window.calls_watched = !calls_err;
	m->window.closes_watched = !closes_err;
	m->window.calls_lost = counts->calls_lost + counts->closes_lost;
	tell_lost(m, counts->calls_lost, "failing calls");
	tell_lost(m, counts->closes_lost, "closes");
}
