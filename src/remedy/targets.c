#include "targets.h"
#include "base/clock.h"
#include "source/bpf_iter.h"
#include <bpf/bpf.h>
#include <errno.h>

enum { READ_BYTES = 4096, SLACK_TICKS = 3 };

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

static int run_some(int map, int link, struct doomed *items, size_t count)
{
	char buffer[READ_BYTES];
	int err = put(map, items, count);

	if (!err)
		err = bpf_iter_read(link, buffer, sizeof(buffer), ignore, NULL);
	return take(map, items, count) ?: err;
}

int targets_run(int map, int link, struct doomed *items, size_t count)
{
	int err = 0;

	for (size_t at = 0; at < count && !err; at += RECORD_TARGETS)
		err = run_some(map, link, items + at, MIN(count - at, (size_t)RECORD_TARGETS));
	return err;
}
