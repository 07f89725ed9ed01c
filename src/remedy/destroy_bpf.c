/* bpf_sock_destroy() under the socket's lock: see src/bpf/reclaim.bpf.c. One walk of the table for all of them. */
#include "destroy.h"
#include "base/clock.h"
#include "reclaim.load.h"
#include "source/bpf_iter.h"
#include <bpf/bpf.h>
#include <errno.h>

enum { READ_BYTES = 4096, SLACK_TICKS = 3 };

static void bpf_close(void *state)
{
	reclaim_bpf__destroy(state);
}

static int bpf_open(void **ret_state)
{
	struct reclaim_bpf *programs = reclaim_bpf__open();
	int err = programs ? reclaim_bpf__load(programs) : -ENOMEM;

	if (!err && reclaim_bpf__attach(programs))
		err = -errno;
	if (err)
		bpf_close(programs);
	else
		*ret_state = programs;
	return err;
}

static struct record_doomed record_of(const struct doomed *d)
{
	uint64_t quiet = d->socket->since_ack_ms * NS_PER_MS / clock_tick_ns();

	return (struct record_doomed){
		.netns_cookie = d->netns_cookie,
		.acked = d->socket->acked_bytes,
		.received = d->socket->received_bytes,
		.recv_q = d->socket->recv_q,
		.send_q = d->socket->send_q,
		.quiet_least = (uint32_t)(quiet > SLACK_TICKS ? quiet - SLACK_TICKS : 0),
		.references = d->references,
		.any_references = !d->references_known,
		.state = d->socket->state,
	};
}

static int put(int map, const struct doomed *items, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct record_doomed record = record_of(&items[i]);
		if (bpf_map_update_elem(map, &items[i].socket->cookie, &record, BPF_NOEXIST))
			return -errno;
	}
	return 0;
}

/* What has been answered stays true, whatever becomes of the walk: so it is read in any case, and nothing is left for
 * the next one. */
static int take(int map, struct doomed *items, size_t count)
{
	int err = 0;

	for (size_t i = 0; i < count; i++) {
		struct record_doomed record;
		if (bpf_map_lookup_elem(map, &items[i].socket->cookie, &record)) {
			err = errno == ENOENT ? err : -errno;
			continue;
		}
		items[i].answer = record.answer;
		items[i].error = record.error;
		bpf_map_delete_elem(map, &items[i].socket->cookie);
	}
	return err;
}

static ssize_t ignore(void *context, const char *bytes, size_t length)
{
	return (ssize_t)length;
}

static int run_some(struct reclaim_bpf *programs, struct doomed *items, size_t count)
{
	int map = programs->maps.targets.map_fd;
	char buffer[READ_BYTES];
	int err = put(map, items, count);

	if (!err)
		err = bpf_iter_read(programs->links.destroy_targets_fd, buffer, sizeof(buffer), ignore, NULL);
	return take(map, items, count) ?: err;
}

static int bpf_run(void *state, struct doomed *items, size_t count)
{
	int err = 0;

	for (size_t at = 0; at < count && !err; at += RECORD_TARGETS)
		err = run_some(state, items + at, MIN(count - at, (size_t)RECORD_TARGETS));
	return err;
}

const struct destroy_kind destroy_bpf = { .name = "bpf", .open = bpf_open, .run = bpf_run, .close = bpf_close };
