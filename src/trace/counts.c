#include "counts.h"
#include "base/clock.h"
#include "bpf/pid_namespace.h"
#include "collect.h"
#include "counts.load.h"
#include <bpf/bpf.h>
#include <inttypes.h>

enum { HOOK_STATE, HOOK_DESTROYED, HOOKS };

static const struct hook hooks[HOOKS] = {
	[HOOK_STATE] = { "state", "inet_sock_set_state",
	                 "closes: who closed first, how late others do, and how many there are of each",
	                 HOOK_TRACEPOINT },
	[HOOK_DESTROYED] = { "destroyed", "tcp_destroy_sock",
	                     "who held a connection that had been reset, shut down or refused before it was closed",
	                     HOOK_TRACEPOINT },
};

struct counts {
	struct counts_bpf *programs;
	struct hook_state hooks[HOOKS];
	uint64_t boot_offset_ns; /* of our time namespace */
};

static void attach(struct counts *c, hooks_off off)
{
	const int programs[HOOKS] = {
		[HOOK_STATE] = c->programs->progs.state_changed.prog_fd,
		[HOOK_DESTROYED] = c->programs->progs.socket_destroyed.prog_fd,
	};

	/* Last to first: what is held by the first is given back by the last. */
	for (size_t i = HOOKS; i-- > 0;)
		hook_attach(&c->hooks[i], &hooks[i], programs[i], off);
}

static int load(struct counts *c, const struct counts_options *options)
{
	struct counts_bpf *programs = c->programs = counts_bpf__open();
	int err = programs ? pid_namespace_find(&programs->rodata->pid_namespace) : -ENOMEM;

	if (err)
		return err;
	programs->rodata->jiffies_per_s = (uint32_t)(NS_PER_S / clock_tick_ns());
	programs->rodata->destroys_seen = !hook_is_off(&hooks[HOOK_DESTROYED], options->off);
	programs->maps.counts.max_entries = programs->maps.others.max_entries = options->rows;
	programs->maps.closes.max_entries = programs->maps.held.max_entries = options->rows;
	return counts_bpf__load(programs);
}

static void cleanup_counts(struct counts **c)
{
	counts_close(*c);
}

int counts_open(const struct counts_options *options, struct counts **ret)
{
	cleanup(cleanup_counts) struct counts *c = memory_zeroed(sizeof(*c));

	for (size_t i = 0; i < HOOKS; i++)
		c->hooks[i].link = -1;
	c->boot_offset_ns = clock_boot_offset_ns();
	int err = load(c, options);
	if (err)
		return err;
	attach(c, options->off);
	*ret = take_ptr(c);
	return 0;
}

void counts_close(struct counts *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < HOOKS; i++)
		hook_detach(&c->hooks[i]);
	counts_bpf__destroy(c->programs);
	free(c);
}

const struct hook_state *counts_hooks(const struct counts *c, size_t *ret_count)
{
	*ret_count = HOOKS;
	return c->hooks;
}

static uint32_t process_of(const struct counts *c, struct moment *m, const struct record_end_key *key)
{
	return moment_process(m, key->tgid, key->start_boot_ns + c->boot_offset_ns);
}

static struct departure departure_of(const struct counts *c, struct moment *m, const struct record_end_key *key,
                                     const struct record_close *row)
{
	uint64_t tick_ns = clock_tick_ns();

	return (struct departure){
		.process = process_of(c, m, key),
		.netns = moment_netns(m, key->netns),
		.unanswered = key->waited == RECORD_FIN_WAIT2,
		.ended = key->ended,
		.processes = key->ended ? row->processes : 0,
		.end = events_endpoint(key->address, key->port, key->v6),
		.as_client = key->side != RECORD_SERVER,
		.as_server = key->side != RECORD_CLIENT,
		.count = row->count,
		.oldest_ms = row->oldest * tick_ns / NS_PER_MS,
		.burst = row->burst,
		.spread_ms = (row->oldest - row->youngest) * tick_ns / NS_PER_MS,
		.idle_known = row->idle_known,
		.idle_low_ms = row->idle_low * tick_ns / NS_PER_MS,
		.idle_high_ms = row->idle_high * tick_ns / NS_PER_MS,
	};
}

static bool is_in_scope(struct moment *m, const struct record_end_key *key)
{
	return events_in_scope(m, moment_netns(m, key->netns));
}

static int collect_closes(struct counts *c, struct moment *m)
{
	struct record_end_key key, *previous = NULL;
	struct record_close row;
	int map = c->programs->maps.closes.map_fd, err = 0;

	for (; events_next_row(map, previous, &key, &row, &err); previous = &key)
		if (key.tgid && is_in_scope(m, &key))
			*array_push(&m->departures) = departure_of(c, m, &key, &row);
	return err;
}

/* Only clients: theirs are the TIME_WAITs. */
static void add_first_close(struct counts *c, struct moment *m, const struct record_end_key *key,
                            const struct record_counts *row)
{
	uint32_t netns = moment_netns(m, key->netns), process = process_of(c, m, key);
	struct process *p = &m->processes.items[process];

	p->uid = row->uid;
	p->ppid = row->ppid;
	p->netns = netns;
	memcpy(p->comm, row->comm, sizeof(p->comm) - 1);
	*array_push(&m->first_closes) = (struct first_close){
		.process = process,
		.netns = netns,
		.peer = events_endpoint(key->address, key->port, key->v6),
		.count = row->first,
	};
}

static int collect_counts(struct counts *c, struct moment *m)
{
	struct record_end_key key, *previous = NULL;
	struct record_counts row;
	int map = c->programs->maps.counts.map_fd, err = 0;

	for (; events_next_row(map, previous, &key, &row, &err); previous = &key)
		if (key.tgid && key.side == RECORD_CLIENT && row.first && is_in_scope(m, &key))
			add_first_close(c, m, &key, &row);
	return err;
}

/* Closes that are counted without their end: a verdict may have needed it. */
static int count_endless(struct counts *c, struct moment *m, uint64_t *ret)
{
	const struct record_counts *host = &c->programs->bss->host_counts;
	struct record_end_key key, *previous = NULL;
	struct record_counts row;
	int map = c->programs->maps.others.map_fd, err = 0;

	*ret = host->first + host->after;
	for (; events_next_row(map, previous, &key, &row, &err); previous = &key)
		if (is_in_scope(m, &key))
			*ret += row.first + row.after;
	return err;
}

void counts_collect(struct counts *c, struct moment *m)
{
	uint64_t endless = 0;
	int err = collect_closes(c, m);

	err = collect_counts(c, m) ?: err;
	err = count_endless(c, m, &endless) ?: err;
	events_tell_unread(m, "closes", err);
	events_tell_lost(m, endless, "closes");
	m->window.closes_watched = !err && c->hooks[HOOK_STATE].link >= 0;
	m->window.calls_lost += endless;
}
