#include "captures.h"
#include "capture.load.h"
#include "base/clock.h"
#include "bpf/pid_namespace.h"
#include "bpf/since.h"
#include "tracefs.h"
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>

enum { ROWS = 16384, BYTES_MOST = 256 << 20 };

struct captures {
	struct capture_bpf *programs;
	struct ring_buffer *ring;
	int exits[2]; /* links of the program at accept(), -1: none */
	uint64_t boot_offset_ns;
	uint64_t late_ns;
	struct capture *rows[ROWS];
	started_list started;
	struct capture_counts counts;
	uint64_t bytes;
};

static struct capture **row_of(struct captures *c, uint64_t cookie)
{
	struct capture **at = &c->rows[cookie % ROWS];

	while (*at && (*at)->record->cookie != cookie)
		at = &(*at)->next;
	return at;
}

static void capture_free(struct captures *c, struct capture *one)
{
	c->bytes -= sizeof(*one) + offsetof(struct record_capture, body) + one->record->body_bytes;
	free(one->record);
	free(one);
}

static void take_opened(struct captures *c, const struct record_capture *r, size_t size)
{
	size_t head = offsetof(struct record_capture, body);

	if (size < head || r->body_bytes > size - head)
		return;
	c->counts.opened++;
	c->counts.skipped += (r->flags & CAPTURE_SKIPPED) != 0;
	struct capture **at = row_of(c, r->cookie);
	if (*at) /* connect() once more, on a socket that failed before */
		capture_free(c, take_ptr(*at));
	else
		c->counts.kept++;
	if (c->bytes > BYTES_MOST) {
		c->counts.lost++;
		return;
	}
	struct capture *one = memory_zeroed(sizeof(*one));
	one->record = memory_zeroed(head + r->body_bytes);
	memcpy(one->record, r, head + r->body_bytes);
	one->record->start_boot_ns += c->boot_offset_ns;
	c->bytes += sizeof(*one) + head + r->body_bytes;
	*at = one;
}

static void take_gone(struct captures *c, const struct record_gone *r)
{
	struct capture **at = row_of(c, r->cookie), *one = *at;

	if (!one || one->gone)
		return;
	c->counts.kept--;
	if (r->held_ns >= c->late_ns && r->held_ns) {
		one->gone = true;
		one->held_ns = r->held_ns;
		return;
	}
	*at = one->next;
	capture_free(c, one);
}

static int take(void *context, void *data, size_t size)
{
	struct captures *c = context;
	const uint32_t *kind = data;

	if (size < sizeof(*kind))
		return 0;
	if (*kind == CAPTURE_OPENED)
		take_opened(c, data, size);
	else if (*kind == CAPTURE_GONE && size >= sizeof(struct record_gone))
		take_gone(c, data);
	else if (*kind == CAPTURE_STARTED && size >= sizeof(struct record_started))
		*array_push(&c->started) = *(const struct record_started *)data;
	return 0;
}

static int attach(struct captures *c)
{
	static const char *const exits[] = { "sys_exit_accept", "sys_exit_accept4" };
	int program = c->programs->progs.accepting.prog_fd;
	int err = capture_bpf__attach(c->programs) ? -errno : 0;
	cleanup(cleanup_close) int tracefs = err ? -1 : tracefs_open();

	if (!err && tracefs < 0)
		err = tracefs;
	for (size_t i = 0; i < ARRAY_SIZE(exits) && !err; i++)
		err = tracefs_attach(tracefs, "syscalls", exits[i], program, 0, &c->exits[i]);
	return err;
}

static struct gap refusal(int err, struct arena *arena)
{
	const char *since = programs_since(PROGRAMS_CAPTURE);
	struct gap g = { .what = "where connections are opened" };

	if (since) {
		g.why = arena_printf(arena, "this kernel does not show the registers of a caller: since %s", since);
		g.mend = arena_printf(arena, "boot %s or newer", since);
	} else {
		g.why = arena_printf(arena, "the kernel refused to watch it: %s", strerror(-err));
	}
	return g;
}

int captures_open(struct arena *arena, const struct capture_scope *scope, struct captures **ret, struct gap *ret_why)
{
	cleanup(captures_cleanup) struct captures *c = memory_zeroed(sizeof(*c));

	memset(c->exits, -1, sizeof(c->exits));
	c->late_ns = scope->late_ns;
	c->boot_offset_ns = clock_boot_offset_ns();
	c->programs = capture_bpf__open();
	int err = c->programs ? pid_namespace_find(&c->programs->rodata->pid_namespace) : -ENOMEM;
	if (!err) {
		c->programs->rodata->only_tgid = scope->pid;
		c->programs->rodata->only_netns = (uint32_t)scope->netns;
		err = capture_bpf__load(c->programs);
	}
	if (!err) {
		c->ring = ring_buffer__new(c->programs->maps.records.map_fd, take, c, NULL);
		err = c->ring ? attach(c) : -errno;
	}
	if (err)
		*ret_why = refusal(err, arena);
	else
		*ret = take_ptr(c);
	return err;
}

void captures_begin(struct captures *c)
{
	c->programs->bss->begun = true;
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

int captures_walk(struct captures *c, uint32_t pid, const struct record_walk *w)
{
	return bpf_map_update_elem(c->programs->maps.walks.map_fd, &pid, w, BPF_ANY) ? -errno : 0;
}

const struct capture *captures_find(const struct captures *c, uint64_t cookie)
{
	const struct capture *one = c->rows[cookie % ROWS];

	while (one && one->record->cookie != cookie)
		one = one->next;
	return one;
}

void captures_each(const struct captures *c, void (*see)(void *context, const struct capture *one), void *context)
{
	for (size_t i = 0; i < ROWS; i++)
		for (const struct capture *one = c->rows[i]; one; one = one->next)
			see(context, one);
}

struct capture_counts captures_count(const struct captures *c)
{
	const struct capture_bpf__bss *b = c->programs->bss;
	struct capture_counts counts = c->counts;

	counts.lost += b->records_lost;
	counts.mean_ns = b->captures ? b->capture_ns / b->captures : 0;
	return counts;
}

void captures_leave(struct captures *c)
{
	for (size_t i = 0; i < ARRAY_SIZE(c->exits); i++) {
		cleanup_close(&c->exits[i]);
		c->exits[i] = -1;
	}
	ring_buffer__free(take_ptr(c->ring));
	capture_bpf__destroy(take_ptr(c->programs));
}

void captures_close(struct captures *c)
{
	if (!c)
		return;
	captures_leave(c);
	for (size_t i = 0; i < ROWS; i++) {
		for (struct capture *one = c->rows[i], *next; one; one = next) {
			next = one->next;
			capture_free(c, one);
		}
	}
	array_free(&c->started);
	free(c);
}

void captures_cleanup(struct captures **c)
{
	captures_close(*c);
}
