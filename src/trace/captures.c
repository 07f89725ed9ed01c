#include "captures.h"
#include "capture.load.h"
#include "base/clock.h"
#include "bpf/pid_namespace.h"
#include "hook.h"
#include "model/index.h"
#include "tracefs.h"
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>

enum { BYTES_MOST = 256 << 20, FAILED_MOST = 512, LISTENERS_MOST = 256 };

/* By the cookie of its socket. */
struct row {
	uint64_t cookie;
	struct record_capture *record; /* with as much of its body as body_bytes says */
	struct record_capture *eof;    /* where its program was told of its end; NULL: not seen */
	uint64_t finished_boot_ns;     /* 0: not yet */
};

enum {
	HOOK_OPENING,
	HOOK_CLOSING,
	HOOK_STARTING,
	HOOK_FORKING,
	HOOK_ENDING,
	HOOK_FREEING,
	HOOK_NEEDED,
	HOOK_TELLING = HOOK_NEEDED,
	HOOKS
};

static const struct hook hooks[HOOKS] = {
	[HOOK_OPENING] = { "capture-state", "inet_sock_set_state", "where connections are opened", HOOK_TRACEPOINT },
	[HOOK_CLOSING] = { "capture-destroyed", "tcp_destroy_sock", "which of them are closed", HOOK_TRACEPOINT },
	[HOOK_STARTING] = { "capture-exec", "sched_process_exec", "programs that start", HOOK_TRACEPOINT },
	[HOOK_FORKING] = { "capture-fork", "sched_process_fork", "processes that begin", HOOK_TRACEPOINT },
	[HOOK_ENDING] = { "capture-exit", "sched_process_exit", "processes that end", HOOK_TRACEPOINT },
	[HOOK_FREEING] = { "capture-freed", "sched_process_free", "processes that are gone", HOOK_TRACEPOINT },
	[HOOK_TELLING] = { "capture-received", "sock_recv_length", "where a program is told of the end", HOOK_NAMED },
};

struct captures {
	struct capture_bpf *programs;
	struct ring_buffer *ring;
	struct bridges *bridges;
	struct nodes *nodes;
	struct hook_state hooks[HOOKS];
	int exits[2]; /* links of the program at accept(), -1: none */
	uint64_t boot_offset_ns;
	ARRAY(struct row) rows;
	struct index index;
	ARRAY(struct record_capture *) failed;            /* connect()s that came to nothing, FAILED_MOST of them */
	struct record_capture *listeners[LISTENERS_MOST]; /* a ring: the newest takes the place of the oldest */
	uint64_t listener_count;                          /* that were ever there */
	started_list started;
	ended_list ended;
	struct capture_counts counts;
	uint64_t bytes;
	void (*leave)(void *); /* see captures_also_leave(); NULL: nothing */
	void *leave_context;
};

static size_t record_bytes(const struct record_capture *r)
{
	return offsetof(struct record_capture, body) + r->body_bytes;
}

/* As it came: see capture.h. */
static size_t sent_bytes(const struct record_capture *r)
{
	return r->flags & CAPTURE_SKIPPED ? offsetof(struct record_capture, thread_pointer) : record_bytes(r);
}

static uint64_t row_bytes(const struct row *row)
{
	return sizeof(*row) + record_bytes(row->record) + (row->eof ? record_bytes(row->eof) : 0);
}

static bool is_alike(const struct record_capture *r, uint32_t pid, const uint8_t peer[16], uint16_t port)
{
	return r->tgid == pid && r->peer_port == port && !memcmp(r->peer, peer, sizeof(r->peer));
}

/* Of each process and destination the last few; of all, so many. Takes the record. */
static void keep_failed(struct captures *c, struct record_capture *r)
{
	struct record_capture **oldest = NULL;
	size_t alike = 0;

	if (r->opening != CAPTURE_CONNECT || r->flags & CAPTURE_SKIPPED) {
		free(r);
		return;
	}
	array_each (&c->failed, other)
		if (is_alike(*other, r->tgid, r->peer, r->peer_port) && !alike++)
			oldest = other;
	if (alike < CAPTURES_ALIKE && c->failed.count < FAILED_MOST) {
		*array_push(&c->failed) = r;
		return;
	}
	oldest = oldest ?: c->failed.items;
	free(*oldest);
	memmove(oldest, oldest + 1, (size_t)(c->failed.items + c->failed.count - 1 - oldest) * sizeof(*oldest));
	c->failed.items[c->failed.count - 1] = r;
}

size_t captures_failed_alike(const struct captures *c, uint32_t pid, const uint8_t peer[16], uint16_t port,
                             const struct record_capture **ret)
{
	size_t count = 0;

	array_each (&c->failed, r)
		if (count < CAPTURES_ALIKE && is_alike(*r, pid, peer, port))
			ret[count++] = *r;
	return count;
}

/* The last one takes its place. */
static void row_drop(struct captures *c, uint32_t at, bool failed)
{
	uint32_t last = (uint32_t)c->rows.count - 1;
	struct row *row = &c->rows.items[at];

	c->bytes -= row_bytes(row);
	free(row->eof);
	if (failed)
		keep_failed(c, row->record);
	else
		free(row->record);
	index_remove(&c->index, at);
	if (at != last) {
		index_remove(&c->index, last);
		*row = c->rows.items[last];
		index_add(&c->index, at);
	}
	c->rows.count--;
}

static struct record_capture *record_copy(const struct captures *c, const struct record_capture *r)
{
	struct record_capture *copy = memory_zeroed(record_bytes(r));

	memcpy(copy, r, sent_bytes(r));
	copy->start_boot_ns += c->boot_offset_ns;
	copy->at_boot_ns += c->boot_offset_ns;
	return copy;
}

static void row_add(struct captures *c, const struct record_capture *r)
{
	struct row *row = array_push(&c->rows);

	*row = (struct row){ .cookie = r->cookie, .record = record_copy(c, r) };
	c->bytes += row_bytes(row);
	index_move(&c->index, &c->rows.items[0].cookie);
	index_add(&c->index, (uint32_t)c->rows.count - 1);
}

static void drop_cookie(struct captures *c, uint64_t cookie, bool failed)
{
	uint32_t at = index_find(&c->index, cookie);

	if (at != INDEX_NONE)
		row_drop(c, at, failed);
}

static bool is_whole(const struct record_capture *r, size_t size)
{
	size_t least = offsetof(struct record_capture, thread_pointer);

	return size >= least && r->body_bytes <= CAPTURE_STACK_BYTES && size >= sent_bytes(r) && r->cookie;
}

static void take_told(struct captures *c, const struct record_capture *r)
{
	uint32_t at = index_find(&c->index, r->cookie);
	struct row *row = at == INDEX_NONE ? NULL : &c->rows.items[at];

	if (!row || row->eof || r->flags & CAPTURE_SKIPPED || c->bytes > BYTES_MOST)
		return;
	row->eof = record_copy(c, r);
	c->bytes += record_bytes(row->eof);
}

static void take_opened(struct captures *c, const struct record_capture *r)
{
	c->counts.opened++;
	c->counts.skipped += (r->flags & CAPTURE_SKIPPED) != 0;
	drop_cookie(c, r->cookie, true); /* connect() once more, on a socket that failed before */
	if (c->bytes > BYTES_MOST)
		c->counts.lost++;
	else
		row_add(c, r);
}

static size_t listener_rows(const struct captures *c)
{
	return MIN(c->listener_count, (uint64_t)LISTENERS_MOST);
}

static void take_listener(struct captures *c, const struct record_capture *r)
{
	struct record_capture **at = &c->listeners[c->listener_count++ % LISTENERS_MOST];

	c->counts.listeners_lost += *at != NULL;
	free(*at);
	*at = record_copy(c, r);
}

static void take_finished(struct captures *c, const struct record_finished *r)
{
	uint32_t at = index_find(&c->index, r->cookie);

	if (at != INDEX_NONE)
		c->rows.items[at].finished_boot_ns = r->at_boot_ns + c->boot_offset_ns;
}

static int take(void *context, void *data, size_t size)
{
	struct captures *c = context;
	const uint32_t *kind = data;

	if (size < sizeof(*kind))
		return 0;
	if (*kind == CAPTURE_OPENED && is_whole(data, size))
		take_opened(c, data);
	else if (*kind == CAPTURE_TOLD && is_whole(data, size))
		take_told(c, data);
	else if (*kind == CAPTURE_LISTENED && is_whole(data, size))
		take_listener(c, data);
	else if (*kind == CAPTURE_GONE && size >= sizeof(struct record_gone))
		drop_cookie(c, ((const struct record_gone *)data)->cookie, ((const struct record_gone *)data)->failed);
	else if (*kind == CAPTURE_FINISHED && size >= sizeof(struct record_finished))
		take_finished(c, data);
	else if (*kind == CAPTURE_STARTED && size >= sizeof(struct record_started))
		*array_push(&c->started) = *(const struct record_started *)data;
	else if (*kind == CAPTURE_ENDED && size >= sizeof(struct record_ended))
		*array_push(&c->ended) = *(const struct record_ended *)data;
	return 0;
}

static int attach(struct captures *c)
{
	static const struct call_exit exits[] = { { "sys_exit_accept", 0 }, { "sys_exit_accept4", 0 } };

	const int programs[HOOKS] = {
		[HOOK_OPENING] = c->programs->progs.opening.prog_fd,
		[HOOK_CLOSING] = c->programs->progs.closing.prog_fd,
		[HOOK_STARTING] = c->programs->progs.starting.prog_fd,
		[HOOK_FORKING] = c->programs->progs.forking.prog_fd,
		[HOOK_ENDING] = c->programs->progs.ending.prog_fd,
		[HOOK_FREEING] = c->programs->progs.freeing.prog_fd,
		[HOOK_TELLING] = c->programs->progs.telling.prog_fd,
	};
	const struct hook_options options = { 0 };

	for (size_t i = 0; i < HOOKS; i++) {
		hook_attach(&c->hooks[i], &hooks[i], programs[i], &options);
		if (c->hooks[i].error && i < HOOK_NEEDED)
			return -c->hooks[i].error;
	}
	return tracefs_attach_exits(c->programs->progs.accepting.prog_fd, exits, ARRAY_SIZE(exits), c->exits);
}

int captures_open(struct arena *arena, const struct capture_scope *scope, struct captures **ret, struct gap *ret_why)
{
	cleanup(captures_cleanup) struct captures *c = memory_zeroed(sizeof(*c));

	memset(c->exits, -1, sizeof(c->exits));
	for (size_t i = 0; i < HOOKS; i++)
		c->hooks[i].link = -1;
	index_init(&c->index, NULL, sizeof(struct row), 0);
	c->boot_offset_ns = clock_boot_offset_ns();
	c->bridges = bridges_new();
	c->nodes = nodes_new();
	c->programs = capture_bpf__open();
	int err = c->programs ? pid_namespace_find(&c->programs->rodata->pid_namespace) : -ENOMEM;
	if (!err) {
		c->programs->rodata->only_tgid = scope->pid;
		c->programs->rodata->only_netns = (uint32_t)scope->netns;
		c->programs->rodata->only_family = scope->family;
		err = capture_bpf__load(c->programs);
	}
	if (!err) {
		c->ring = ring_buffer__new(c->programs->maps.records.map_fd, take, c, NULL);
		err = c->ring ? attach(c) : -errno;
	}
	if (err)
		*ret_why = hooks_refused(PROGRAMS_CAPTURE, err, "where connections are opened",
		                         "the registers of a caller", arena);
	else
		*ret = take_ptr(c);
	return err;
}

void captures_begin(struct captures *c)
{
	c->programs->bss->begun = true;
}

void captures_follow(struct captures *c, uint32_t pid)
{
	c->programs->bss->family_command = pid;
}

int captures_take(struct captures *c, int wait_ms)
{
	int taken = ring_buffer__poll(c->ring, wait_ms);

	if (taken >= 0) /* closes wake nobody */
		taken = ring_buffer__consume(c->ring);
	return taken < 0 && taken != -EINTR ? taken : 0;
}

started_list captures_started(struct captures *c)
{
	started_list started = c->started;

	memset(&c->started, 0, sizeof(c->started));
	array_each (&started, one)
		one->start_boot_ns += c->boot_offset_ns;
	return started;
}

ended_list captures_ended(struct captures *c)
{
	ended_list ended = c->ended;

	memset(&c->ended, 0, sizeof(c->ended));
	array_each (&ended, one) {
		one->start_boot_ns += c->boot_offset_ns;
		one->at_boot_ns += c->boot_offset_ns;
	}
	return ended;
}

int captures_walk(struct captures *c, uint32_t pid, const struct record_walk *w)
{
	return bpf_map_update_elem(c->programs->maps.walks.map_fd, &pid, w, BPF_ANY) ? -errno : 0;
}

static const struct row *find_row(const struct captures *c, uint64_t cookie)
{
	uint32_t at = cookie ? index_find(&c->index, cookie) : INDEX_NONE;

	return at == INDEX_NONE ? NULL : &c->rows.items[at];
}

const struct record_capture *captures_find(const struct captures *c, uint64_t cookie)
{
	const struct row *row = find_row(c, cookie);

	return row ? row->record : NULL;
}

uint64_t captures_finished_boot_ns(const struct captures *c, uint64_t cookie)
{
	const struct row *row = find_row(c, cookie);

	return row ? row->finished_boot_ns : 0;
}

void captures_each(const struct captures *c, void (*visit)(void *context, const struct record_capture *r),
                   void *context)
{
	array_each (&c->rows, row)
		if (!(row->record->flags & CAPTURE_SKIPPED))
			visit(context, row->record);
	for (size_t i = 0; i < listener_rows(c); i++)
		if (!(c->listeners[i]->flags & CAPTURE_SKIPPED))
			visit(context, c->listeners[i]);
}

const struct record_capture *captures_find_eof(const struct captures *c, uint64_t cookie)
{
	const struct row *row = find_row(c, cookie);

	return row ? row->eof : NULL;
}

const struct record_capture *captures_find_listener(const struct captures *c, uint64_t cookie)
{
	for (size_t i = 0; i < listener_rows(c); i++)
		if (c->listeners[i]->cookie == cookie)
			return c->listeners[i];
	return NULL;
}

struct bridges *captures_bridges(const struct captures *c)
{
	return c->bridges;
}

struct nodes *captures_nodes(const struct captures *c)
{
	return c->nodes;
}

bool captures_refused(const struct captures *c, uint32_t pid)
{
	return bridges_refused(c->bridges, pid) || nodes_refused(c->nodes, pid);
}

struct capture_counts captures_count(const struct captures *c)
{
	const struct capture_bpf__bss *b = c->programs->bss;
	struct capture_counts counts = c->counts;

	counts.kept = c->rows.count;
	counts.lost += b->records_lost;
	counts.mean_ns = b->captures ? b->capture_ns / b->captures : 0;
	return counts;
}

void captures_also_leave(struct captures *c, void (*leave)(void *), void *context)
{
	c->leave = leave;
	c->leave_context = context;
}

void captures_leave(struct captures *c)
{
	for (size_t i = 0; i < ARRAY_SIZE(c->exits); i++) {
		cleanup_close(&c->exits[i]);
		c->exits[i] = -1;
	}
	for (size_t i = 0; i < HOOKS; i++)
		hook_detach(&c->hooks[i]);
	bridges_leave(c->bridges);
	nodes_leave(c->nodes);
	ring_buffer__free(take_ptr(c->ring));
	capture_bpf__destroy(take_ptr(c->programs));
	if (c->leave)
		c->leave(c->leave_context);
}

void captures_close(struct captures *c)
{
	if (!c)
		return;
	c->leave = NULL; /* the parent keeps that */
	captures_leave(c);
	bridges_free(c->bridges);
	nodes_free(c->nodes);
	array_each (&c->rows, row) {
		free(row->record);
		free(row->eof);
	}
	array_free(&c->rows);
	index_free(&c->index);
	array_each (&c->failed, r)
		free(*r);
	array_free(&c->failed);
	for (size_t i = 0; i < LISTENERS_MOST; i++)
		free(c->listeners[i]);
	array_free(&c->started);
	array_free(&c->ended);
	free(c);
}

void captures_cleanup(struct captures **c)
{
	captures_close(*c);
}
