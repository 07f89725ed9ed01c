#include "watch_parts.h"
#include "base/clock.h"
#include "base/file.h"
#include "bpf/pid_namespace.h"
#include "hook.h"
#include "tracefs.h"
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <inttypes.h>

enum {
	MAKERS_USUAL = 131072, /* as the program has it: 20 MB */
	MAKERS_MOST = 1 << 20, /* 160 MB, where there are half as many sockets */
	SOCKSTAT_BYTES = 4096,
};

static const struct hook hooks[WATCH_HOOKS] = {
	[WATCH_STATE] = { "watch-state", "inet_sock_set_state",
	                  "who opens, accepts and closes connections, what the peer finishes, what is reset",
	                  HOOK_TRACEPOINT },
	[WATCH_DESTROYED] = { "watch-destroyed", "tcp_destroy_sock",
	                      "the end of connections; who closes what had been reset or shut down before",
	                      HOOK_TRACEPOINT },
	[WATCH_RECEIVED] = { "watch-received", "sock_recv_length", "when a program was told that its peer had finished",
	                     HOOK_NAMED },
	[WATCH_FORKED] = { "watch-forked", "sched_process_fork", "what a watched command starts", HOOK_TRACEPOINT },
	[WATCH_FREED] = { "watch-freed", "sched_process_free", "processes of a watched command that are gone",
	                  HOOK_TRACEPOINT },
	[WATCH_CALLS] = { "watch-calls", "bind, connect, listen, accept, accept4",
	                  "who accepts connections, and calls that fail", HOOK_CALLS },
};

/* What a link of the calls' program carries: which call has ended. */
static int attach_exits(struct watch *w)
{
	static const struct call_exit exits[] = {
		{ "sys_exit_bind", RECORD_CALL_BIND },      { "sys_exit_connect", RECORD_CALL_CONNECT },
		{ "sys_exit_listen", RECORD_CALL_LISTEN },  { "sys_exit_accept", RECORD_CALL_ACCEPT },
		{ "sys_exit_accept4", RECORD_CALL_ACCEPT },
	};
	_Static_assert(ARRAY_SIZE(exits) == WATCH_EXITS, "a link for each");

	return tracefs_attach_exits(w->programs->progs.call_exit.prog_fd, exits, ARRAY_SIZE(exits), w->exits);
}

static void attach_calls(struct watch *w, const struct hook_options *options)
{
	struct hook_state *calls = &w->hooks[WATCH_CALLS];

	*calls = (struct hook_state){ &hooks[WATCH_CALLS], w->programs->progs.call_exit.prog_fd, -1, HOOK_OFF };
	if (hook_is_off(calls->hook, options))
		return;
	calls->error = -attach_exits(w);
	calls->link = calls->error ? -1 : w->exits[0];
}

/* To follow forks costs every fork of the host: only where a family is watched. */
static int attach(struct watch *w, const struct watch_request *request)
{
	const int programs[WATCH_CALLS] = {
		[WATCH_STATE] = w->programs->progs.state_changed.prog_fd,
		[WATCH_DESTROYED] = w->programs->progs.socket_destroyed.prog_fd,
		[WATCH_RECEIVED] = w->programs->progs.received.prog_fd,
		[WATCH_FORKED] = w->programs->progs.forked.prog_fd,
		[WATCH_FREED] = w->programs->progs.freed.prog_fd,
	};

	for (size_t i = 0; i < WATCH_CALLS; i++)
		if (request->family || (i != WATCH_FORKED && i != WATCH_FREED))
			hook_attach(&w->hooks[i], &hooks[i], programs[i], &request->hooks);
	attach_calls(w, &request->hooks);
	return -MAX(w->hooks[WATCH_STATE].error, 0); /* without it there is nothing to watch */
}

/* All sockets of TCP on this host ("TCP: inuse 5 orphan 0 tw 0 alloc 9 mem 1"): each of those that are there may need a
 * row, and so does each that comes. */
static uint32_t makers_wanted(void)
{
	TEXT_CLEANUP text = { 0 };
	uint64_t sockets;

	if (file_read("/proc/thread-self/net/sockstat", SOCKSTAT_BYTES, &text))
		return 0;
	const char *at = strstr(text.bytes, "TCP:");
	if (!at || sscanf(at, "TCP: inuse %*u orphan %*u tw %*u alloc %" SCNu64, &sockets) != 1)
		return 0;
	return sockets * 2 > MAKERS_USUAL ? (uint32_t)MIN(sockets * 2, (uint64_t)MAKERS_MOST) : 0;
}

static void fill_sizes(struct watch_bpf *p, const struct watch_request *request)
{
	p->maps.ring.max_entries = request->ring_bytes;
	p->maps.makers.max_entries = request->rows ?: makers_wanted();
	p->maps.turnovers.max_entries = request->rows;
	p->maps.family.max_entries = request->rows;
}

static int load(struct watch *w, const struct watch_request *request)
{
	w->programs = watch_bpf__open();
	int err = w->programs ? pid_namespace_find(&w->programs->rodata->pid_namespace) : -ENOMEM;

	if (err)
		return err;
	w->exact = watch_narrow(&w->programs->rodata->narrow, request);
	w->programs->rodata->want_events = request->events || !w->exact;
	w->programs->rodata->want_counts = w->exact;
	fill_sizes(w->programs, request);
	err = watch_bpf__load(w->programs);
	if (err)
		return err;
	w->ring = ring_buffer__new(w->programs->maps.ring.map_fd, watch_take, w, NULL);
	return w->ring ? 0 : -errno;
}

int watch_open(const struct watch_request *request, struct moment *names, struct watch **ret, struct gap *ret_why)
{
	cleanup(watch_cleanup) struct watch *w = memory_zeroed(sizeof(*w));

	memset(w->exits, -1, sizeof(w->exits));
	w->names = names;
	w->boot_offset_ns = clock_boot_offset_ns();
	clock_now(&w->began_boot_ns, &w->began_unix_ms);
	for (size_t i = 0; i < WATCH_HOOKS; i++)
		w->hooks[i].link = -1;
	int err = load(w, request);
	if (!err)
		err = attach(w, request);
	if (err)
		*ret_why = hooks_refused(PROGRAMS_EVENTS, err, "what happens to connections",
		                         "what a call was asked for", names->arena);
	else
		*ret = take_ptr(w);
	return err;
}

void watch_stop(struct watch *w)
{
	for (size_t i = 0; i < ARRAY_SIZE(w->exits); i++) {
		cleanup_close(&w->exits[i]);
		w->exits[i] = -1;
	}
	for (size_t i = 0; i < WATCH_CALLS; i++)
		hook_detach(&w->hooks[i]);
}

const struct hook_state *watch_hooks(const struct watch *w, size_t *ret_count)
{
	*ret_count = WATCH_HOOKS;
	return w->hooks;
}

bool watch_has(const struct watch *w, enum watch_hook hook)
{
	return w->hooks[hook].link >= 0;
}

void watch_close(struct watch *w)
{
	if (!w)
		return;
	watch_stop(w);
	ring_buffer__free(w->ring);
	watch_bpf__destroy(w->programs);
	free(w);
}

void watch_cleanup(struct watch **w)
{
	watch_close(*w);
}

void watch_use_names(struct watch *w, struct moment *names)
{
	w->names = names;
}

void watch_follow(struct watch *w, uint32_t pid)
{
	w->programs->bss->family_command = pid;
}

int watch_drain(struct watch *w, watch_sink *sink, void *to)
{
	w->sink = sink;
	w->to = to;
	int count = ring_buffer__consume(w->ring);
	return MIN(count, 0);
}

bool watch_is_exact(const struct watch *w)
{
	return w->exact;
}

void watch_books(const struct watch *w, struct event_books *ret)
{
	const struct watch_bpf__bss *counts = w->programs->bss;

	*ret = (struct event_books){ .consumed = w->consumed,
		                     .lost = counts->lost[RECORD_LOSS_RING],
		                     .nameless = counts->lost[RECORD_LOSS_MAKER] + w->unseeded,
		                     .rowless = counts->lost[RECORD_LOSS_ROW],
		                     .unfollowed = counts->family_lost };
	const int programs[] = { w->programs->progs.state_changed.prog_fd, w->programs->progs.socket_destroyed.prog_fd,
		                 w->programs->progs.received.prog_fd, w->programs->progs.call_exit.prog_fd };
	for (size_t i = 0; i < ARRAY_SIZE(programs); i++)
		ret->missed += hook_misses(programs[i]);
	for (size_t i = 0; i < ARRAY_SIZE(counts->produced); i++)
		ret->produced += counts->produced[i];
}
