#include "events.h"
#include "collect.h"
#include "base/clock.h"
#include <bpf/bpf.h>
#include <errno.h>
#include <inttypes.h>
#include <signal.h>

enum { KEY_BYTES_MOST = 128 };

int events_open(struct arena *arena, const struct hook_options *options, struct events **ret, struct gap *ret_why)
{
	cleanup(events_cleanup) struct events *e = memory_zeroed(sizeof(*e));

	e->boot_offset_ns = clock_boot_offset_ns();
	int err = call_hooks_open(&e->calls, options) ?: counts_open(options, &e->counts);
	if (err)
		*ret_why = hooks_refused(PROGRAMS_EVENTS, err, "failing bind() and connect() calls, and closes",
		                         "what a call was asked for", arena);
	else
		*ret = take_ptr(e);
	return err;
}

void events_close(struct events *e)
{
	if (!e)
		return;
	call_hooks_close(&e->calls);
	counts_close(e->counts);
	free(e);
}

void events_each_hook(const struct events *e,
                      void (*each)(const struct hook_state *s, const struct hook_state *refused, void *data),
                      void *data)
{
	size_t count;
	const struct hook_state *hooks = call_hooks_used(&e->calls, &count);

	for (size_t i = 0; i < count; i++)
		each(&hooks[i], call_hooks_refused(&e->calls), data);
	hooks = counts_hooks(e->counts, &count);
	for (size_t i = 0; i < count; i++)
		each(&hooks[i], NULL, data);
}

uint64_t events_memory_bytes(const struct events *e)
{
	return counts_memory_bytes(e->counts);
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

void events_empty(int map, size_t key_bytes)
{
	uint8_t key[KEY_BYTES_MOST];

	if (key_bytes > sizeof(key))
		return;
	while (!bpf_map_get_next_key(map, NULL, key))
		if (bpf_map_delete_elem(map, key) && errno != ENOENT)
			return;
}

bool events_has_ended(uint32_t pid)
{
	return pid && kill((pid_t)pid, 0) && errno == ESRCH;
}

/* What was counted nowhere may have been anything: no "nothing wrong" is said over it. */
void events_tell_lost(struct moment *m, uint64_t count, const char *what)
{
	if (count)
		moment_gap(m, arena_printf(m->arena, "%" PRIu64 " %s", count, what),
		           "they were of more different kinds than there is room to count while watching",
		           "unfin check --window 1s");
}

void events_tell_unread(struct moment *m, const char *what, int err)
{
	if (err)
		moment_gap(m, what, arena_printf(m->arena, "the table of them could not be read: %s", strerror(-err)),
		           NULL);
}

static void tell_hook(struct moment *m, const struct hook_state *s, const char *what, const char *mend)
{
	bool wants_right = s->error == EPERM || s->error == EACCES;

	if (s->link < 0)
		moment_gap(m, what,
		           arena_printf(m->arena, "%s %s: %s", hook_kind_name(s->hook->kind), s->hook->at,
		                        hook_error_text(s)),
		           wants_right ? mend : NULL);
}

void events_tell_hooks(const struct events *e, struct moment *m, const char *mend)
{
	size_t count;

	tell_hook(m, call_hooks_used(&e->calls, &count), "failing calls", mend);
	tell_hook(m, counts_hooks(e->counts, &count), "closes", mend);
}

/* Some of them may have failed. */
static void tell_missed(struct events *e, struct moment *m)
{
	uint64_t missed = call_hooks_missed(&e->calls) - e->missed_before;

	e->missed_before += missed;
	if (missed)
		moment_gap(m, arena_printf(m->arena, "how %" PRIu64 " calls ended", missed),
		           "they ended while another of the same kind was being counted on that processor", NULL);
}

void events_collect(struct events *e, struct moment *m)
{
	uint64_t lost = e->calls.books->lost;
	int err = calls_collect(e, m);
	size_t count;
	const struct hook_state *used = call_hooks_used(&e->calls, &count);

	events_tell_unread(m, "failing calls", err);
	m->window.calls_watched = !err && used->link >= 0;
	m->window.calls_lost = lost;
	events_tell_lost(m, lost, "failing calls");
	tell_missed(e, m);
	counts_collect(e->counts, m);
}

void events_follow(struct events *e)
{
	events_empty(e->calls.calls_map, sizeof(struct record_call_key));
	events_empty(e->calls.callers_map, sizeof(struct record_caller_key));
	memset(e->calls.books->marks, 0, sizeof(e->calls.books->marks));
	e->calls.books->lost = 0;
	e->missed_before = call_hooks_missed(&e->calls);
	counts_follow(e->counts);
}
