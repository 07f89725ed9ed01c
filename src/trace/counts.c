#include "counts.h"
#include "base/clock.h"
#include "base/file.h"
#include "bpf/pid_namespace.h"
#include "collect.h"
#include "counts.load.h"
#include "generation.h"
#include "past.h"
#include <errno.h>
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
	struct generation generation;
	uint64_t endless; /* closes of this window that are counted without what a verdict may need of them */
	struct past past;
};

static void attach(struct counts *c, const struct hook_options *options)
{
	const int programs[HOOKS] = {
		[HOOK_STATE] = c->programs->progs.state_changed.prog_fd,
		[HOOK_DESTROYED] = c->programs->progs.socket_destroyed.prog_fd,
	};

	/* Last to first: what is held by the first is given back by the last. */
	for (size_t i = HOOKS; i-- > 0;)
		hook_attach(&c->hooks[i], &hooks[i], programs[i], options);
}

static int load(struct counts *c, const struct hook_options *options)
{
	struct counts_bpf *programs = c->programs = counts_bpf__open();
	int err = programs ? pid_namespace_find(&programs->rodata->pid_namespace) : -ENOMEM;

	if (err)
		return err;
	programs->rodata->jiffies_per_s = (uint32_t)(NS_PER_S / clock_tick_ns());
	programs->rodata->destroys_seen = !hook_is_off(&hooks[HOOK_DESTROYED], options);
	programs->maps.counts.max_entries = programs->maps.others.max_entries = options->table_rows;
	programs->maps.closes.max_entries = programs->maps.held.max_entries = options->table_rows;
	err = counts_bpf__load(programs);
	return err ?: generation_open(&c->generation, &programs->bss->generation, programs->maps.counts.map_fd);
}

static void cleanup_counts(struct counts **c)
{
	counts_close(*c);
}

int counts_open(const struct hook_options *options, struct counts **ret)
{
	cleanup(cleanup_counts) struct counts *c = memory_zeroed(sizeof(*c));

	for (size_t i = 0; i < HOOKS; i++)
		c->hooks[i].link = -1;
	c->generation.barrier = -1;
	c->boot_offset_ns = clock_boot_offset_ns();
	past_begin(&c->past, clock_boot_ns());
	int err = load(c, options);
	if (err)
		return err;
	attach(c, options);
	*ret = take_ptr(c);
	return 0;
}

void counts_close(struct counts *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < HOOKS; i++)
		hook_detach(&c->hooks[i]);
	generation_close(&c->generation);
	counts_bpf__destroy(c->programs);
	past_free(&c->past);
	free(c);
}

const struct hook_state *counts_hooks(const struct counts *c, size_t *ret_count)
{
	*ret_count = HOOKS;
	return c->hooks;
}

/* "memlock:\t4096", of /proc/self/fdinfo. */
static uint64_t map_bytes(int map)
{
	TEXT_CLEANUP text = { 0 };
	uint64_t bytes = 0;
	char path[64];

	snprintf(path, sizeof(path), "/proc/thread-self/fdinfo/%d", map);
	if (file_read(path, 4096, &text))
		return 0;
	const char *at = strstr(text.bytes, "memlock:");
	return at && sscanf(at, "memlock: %" SCNu64, &bytes) == 1 ? bytes : 0;
}

uint64_t counts_memory_bytes(const struct counts *c)
{
	const int maps[] = { c->programs->maps.counts.map_fd, c->programs->maps.others.map_fd,
		             c->programs->maps.closes.map_fd, c->programs->maps.held.map_fd,
		             c->programs->maps.spaces.map_fd };
	uint64_t bytes = 0;

	for (size_t i = 0; i < ARRAY_SIZE(maps); i++)
		bytes += map_bytes(maps[i]);
	return bytes;
}

static uint32_t process_of(const struct counts *c, struct moment *m, const struct record_end_key *key)
{
	return moment_process(m, key->tgid, key->start_boot_ns + c->boot_offset_ns);
}

static struct departure departure_of(const struct counts *c, struct moment *m, const struct record_end_key *key,
                                     const struct record_close *row)
{
	uint64_t tick_ns = clock_tick_ns();
	struct departure d = {
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

	_Static_assert(sizeof(d.delays) == sizeof(row->delays), "the same buckets");
	memcpy(d.delays, row->delays, sizeof(d.delays));
	memcpy(d.idles, row->idles, sizeof(d.idles));
	return d;
}

static bool is_in_scope(struct moment *m, const struct record_end_key *key)
{
	return events_in_scope(m, moment_netns(m, key->netns));
}

/* Nobody can tell who closed them. */
static void add_nobodys(struct moment *m, const struct record_end_key *key, const struct record_close *row)
{
	if (key->waited == RECORD_CLOSE_WAIT)
		*array_push(&m->traffic) = (struct traffic){
			.process = HOLDER_NONE,
			.netns = moment_netns(m, key->netns),
			.end = events_endpoint(key->address, key->port, key->v6),
			.as_client = key->side != RECORD_SERVER,
			.as_server = key->side != RECORD_CLIENT,
			.after = row->count,
		};
}

static int collect_closes(struct counts *c, struct moment *m, uint32_t over)
{
	struct record_end_key key;
	struct record_close row;
	struct harvest h;

	harvest_begin(&h, c->programs->maps.closes.map_fd, over);
	while (harvest_row(&h, &key, &row)) {
		if (!is_in_scope(m, &key))
			continue;
		if (key.tgid) {
			*array_push(&m->departures) = departure_of(c, m, &key, &row);
			past_note(&c->past, &key, &row);
		} else {
			add_nobodys(m, &key, &row);
		}
	}
	return h.err;
}

/* Of processes that have ended nothing is asked any more. */
static void add_past(const struct counts *c, struct moment *m)
{
	past_list rows = past_rows(&c->past);

	array_each (&rows, row)
		if (moment_has_process(m, row->key.tgid, row->key.start_boot_ns + c->boot_offset_ns) &&
		    is_in_scope(m, &row->key))
			*array_push(&m->departures_before) = departure_of(c, m, &row->key, &row->close);
	array_free(&rows);
	m->window.before_ms = (clock_boot_ns() - past_began_ns(&c->past)) / NS_PER_MS;
}

static struct traffic traffic_of(const struct record_counts *row)
{
	const uint64_t *failed = (const uint64_t *)row->failed;

	return (struct traffic){
		.process = HOLDER_NONE,
		.netns = NETNS_UNKNOWN,
		.end = { .addr = addr_v4(0) },
		.opened = row->opened,
		.first = row->first,
		.after = row->after,
		.reset = row->reset,
		.aborted = row->aborted,
		.unaccepted = row->unaccepted,
		.refused = failed[RECORD_REFUSED],
		.timed_out = failed[RECORD_TIMED_OUT],
		.unreachable = failed[RECORD_UNREACHABLE],
		.no_port = failed[RECORD_NO_PORT],
		.given_up = failed[RECORD_GIVEN_UP],
		.failed = failed[RECORD_FAILED],
		.left = row->left,
	};
}

/* It may hold nothing at either look, or have ended by now. */
static uint32_t describe_process(const struct counts *c, struct moment *m, const struct record_end_key *key,
                                 const struct record_counts *row)
{
	uint32_t index = process_of(c, m, key);
	struct process *p = &m->processes.items[index];

	p->uid = row->uid;
	p->ppid = row->ppid;
	p->netns = moment_netns(m, key->netns);
	memcpy(p->comm, row->comm, sizeof(p->comm) - 1);
	return index;
}

/* Only clients: theirs are the TIME_WAITs. Who has many further ends is one. */
static void add_first_close(struct moment *m, const struct traffic *t)
{
	if (t->process != HOLDER_NONE && t->first && (t->others || (t->as_client && !t->as_server)))
		*array_push(&m->first_closes) = (struct first_close){
			.process = t->process, .netns = t->netns, .peer = t->end, .count = t->first
		};
}

static void add_traffic(struct counts *c, struct moment *m, const struct record_end_key *key,
                        const struct record_counts *row)
{
	struct traffic t = traffic_of(row);

	t.netns = moment_netns(m, key->netns);
	t.process = key->tgid ? describe_process(c, m, key, row) : HOLDER_NONE;
	t.others = key->side == RECORD_OTHERS;
	t.as_client = key->side != RECORD_SERVER;
	t.as_server = key->side != RECORD_CLIENT;
	t.end = events_endpoint(key->address, key->port, key->v6);
	*array_push(&m->traffic) = t;
	add_first_close(m, &t);
}

/* What all its figures are zero of was made to count rows alone. */
static bool is_empty(const struct record_counts *row)
{
	const struct record_counts none = { 0 };

	return !memcmp(row, &none, offsetof(struct record_counts, uid));
}

/* Closes after the peer that are not among the departures; and where a table was full, those that are without their
 * end. A process that has many ends is another thing: the first ones have taken its share, and what a rule asks of an
 * end is whether it has many connections, which are met early. */
static uint64_t count_endless(const struct record_end_key *key, const struct record_counts *row)
{
	bool others = key->side == RECORD_OTHERS;

	if (!key->tgid && !others)
		return 0;
	return row->after + (others && row->rows < RECORD_ROWS_EACH ? row->first : 0);
}

static int collect_rows(struct counts *c, struct moment *m, int map, uint32_t over)
{
	struct record_end_key key;
	struct record_counts row;
	struct harvest h;

	harvest_begin(&h, map, over);
	while (harvest_row(&h, &key, &row)) {
		if (!is_in_scope(m, &key) || is_empty(&row))
			continue;
		add_traffic(c, m, &key, &row);
		c->endless += count_endless(&key, &row);
	}
	return h.err;
}

static void collect_host(struct counts *c, struct moment *m, uint32_t over)
{
	static const struct record_end_key of_host = { .side = RECORD_OTHERS };
	struct record_counts host = c->programs->bss->host_counts[over];

	if (is_empty(&host))
		return;
	memset(&c->programs->bss->host_counts[over], 0, sizeof(host));
	struct traffic *t = array_push(&m->traffic);
	*t = traffic_of(&host);
	t->others = t->as_client = t->as_server = true;
	c->endless += count_endless(&of_host, &host);
}

static int collect_traffic(struct counts *c, struct moment *m, uint32_t over)
{
	int err = collect_rows(c, m, c->programs->maps.counts.map_fd, over);

	err = collect_rows(c, m, c->programs->maps.others.map_fd, over) ?: err;
	err = collect_rows(c, m, c->programs->maps.spaces.map_fd, over) ?: err;
	collect_host(c, m, over);
	return err;
}

static bool is_nobodys(const struct traffic *t)
{
	return t->process == HOLDER_NONE && !t->others;
}

/* Whoever looks at descriptors now and then takes a close from the books of a program. A few are no gap. */
static void tell_nameless(struct moment *m)
{
	uint64_t nameless = 0, all = 0;

	array_each (&m->traffic, t)
		nameless += is_nobodys(t) ? t->after : 0;
	array_each (&m->departures, d)
		all += d->unanswered ? 0 : d->count;
	if (nameless * 100 > nameless + all)
		moment_gap(m, arena_printf(m->arena, "who has closed %" PRIu64 " connections", nameless),
		           "the last reference to each was that of a look, or in a message that nobody took", NULL);
}

void counts_collect(struct counts *c, struct moment *m)
{
	uint32_t over;

	add_past(c, m);
	c->endless = 0;
	int err = generation_turn(&c->generation, &over);
	err = collect_closes(c, m, over) ?: err;
	err = collect_traffic(c, m, over) ?: err;
	events_tell_unread(m, "closes", err);
	events_tell_lost(m, c->endless, "closes");
	tell_nameless(m);
	m->window.closes_watched = !err && c->hooks[HOOK_STATE].link >= 0;
	m->window.calls_lost += c->endless;
}

void counts_follow(struct counts *c)
{
	past_follow(&c->past, clock_boot_ns());
}
