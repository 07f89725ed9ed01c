#include "hub.h"
#include "base/clock.h"
#include "base/stop.h"
#include "follow.h"
#include "gate.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>

enum {
	TICK_MS = 200,
	FOLLOW_MS = 1000,       /* so long rows gather before they are stored */
	SHARDS_MS = 5000,       /* in ClickHouse, where an insert costs 50 ms of a processor, however few rows it has */
	SHARDS_BYTES = 8 << 20, /* and no longer if so many wait; sealed */
	TIDY_MS = 60 * 1000,    /* between two times that the store is tidied, and the spool after it */
	COUNT_MS = 2000,        /* between two times that hosts are counted */
};

static const uint64_t spool_most = 4ULL << 30;

struct hub {
	struct reception_desk desk;
	struct gate gate;
	struct hub_store *store;
	struct shards *shards; /* NULL: it stores by itself */
	struct follower follower;
	struct hub_standing standing;
	uint64_t counted_ns; /* hosts; the worker's */
	pthread_t worker;
	bool working;
	uint64_t tidied_ms;
	int trouble;       /* -errno that was told last */
	uint64_t odd_told; /* batches */
};

static int open_files(struct hub *h, const char *folder, const char **ret_what)
{
	TEXT_CLEANUP path = { 0 };

	text_printf(&path, "%s/%s", folder, h->shards ? "clickhouse.db" : "hub.db");
	*ret_what = h->shards ? "what is known of ClickHouse, clickhouse.db" : "the store, hub.db";
	int err = hub_store_open(path.bytes, h->shards, &h->store) ?: hub_store_senders(h->store, &h->desk.senders);
	if (err)
		return err;
	*ret_what = "the spool";
	return spool_open(folder, reception_recall, &h->desk.senders, &h->desk.spool);
}

int hub_open(const struct hub_plan *plan, struct hub **ret, const char **ret_what)
{
	struct hub *h = memory_zeroed(sizeof(*h));
	h->follower.reader.fd = -1;
	if (plan->place_count)
		h->shards = shards_new(plan->places, plan->place_count);
	int err = open_files(h, plan->folder, ret_what);

	if (err) {
		hub_close(h);
		return err;
	}
	h->desk.spool_most = plan->spool_most ?: spool_most;
	h->gate.rules = (struct peer_rules){ plan->config, plan->tokens };
	h->gate.open = plan->open;
	h->gate.counts = &h->desk.counts;
	h->gate.spool = h->desk.spool;
	h->gate.standing = &h->standing;
	senders_begin(&h->desk.senders, clock_unix_ms());
	follower_begin(&h->follower, h->desk.spool, h->store);
	h->standing.spool_most = h->desk.spool_most;
	h->standing.followed = h->follower.reader.position;
	*ret = h;
	return 0;
}

/* All that has come meanwhile is judged, and goes to the disk with one fsync. */
static void answer_all(struct hub *h, struct parcel *list)
{
	bool any = false;

	for (struct parcel *p = list; p; p = p->next) {
		reception_take(&h->desk, &p->delivery, clock_unix_ms());
		any |= p->delivery.appended;
	}
	int err = any ? reception_sync(&h->desk) : 0;
	for (struct parcel *p = list; p; p = p->next)
		if (p->delivery.appended)
			reception_settle(&h->desk, &p->delivery, err);
	inbox_finish(&h->gate.inbox, list);
}

static void count_hosts(struct hub *h)
{
	if (h->counted_ns && clock_monotonic_ns() - h->counted_ns < COUNT_MS * NS_PER_MS)
		return;
	struct sender_counts c = senders_count(&h->desk.senders, clock_unix_ms());
	h->counted_ns = clock_monotonic_ns();
	h->standing.hosts_heard = c.heard;
	h->standing.hosts_late = c.late;
	h->standing.hosts_silent = c.silent;
}

static void *work(void *hub)
{
	struct hub *h = hub;
	struct parcel *list;

	while ((list = inbox_take(&h->gate.inbox, TICK_MS)) || !inbox_is_closed(&h->gate.inbox)) {
		if (list)
			answer_all(h, list);
		count_hosts(h);
	}
	return NULL;
}

bool hub_serve(struct hub *h, int fd)
{
	if (!gate_open(&h->gate, fd))
		return false;
	h->working = !pthread_create(&h->worker, NULL, work, h);
	return h->working;
}

static void say(struct hub *h, int err, hub_tell *tell)
{
	TEXT_CLEANUP t = { 0 };

	if (err == h->trouble)
		return;
	if (err && err == h->follower.spool_err)
		text_printf(&t, "the spool cannot be read on (%s): what came later is kept there, and not stored",
		            strerror(-err));
	else if (err)
		text_printf(&t, "the store does not take what has come (%s); it waits in the spool",
		            err == -EINPROGRESS ? shards_trouble(h->shards) : strerror(-err));
	else
		text_add(&t, "the store takes again what comes");
	h->trouble = err;
	tell(t.bytes);
}

/* A disk that gives back other bytes than were written is something to know of. */
static void say_odd(struct hub *h, hub_tell *tell)
{
	TEXT_CLEANUP t = { 0 };
	uint64_t more = h->follower.odd - h->odd_told;

	if (!more)
		return;
	text_printf(&t, "%" PRIu64 " %s in the spool %s damaged and not stored: is the disk sound?", more,
	            more == 1 ? "batch" : "batches", more == 1 ? "is" : "are");
	h->odd_told = h->follower.odd;
	tell(t.bytes);
}

static void tidy(struct hub *h, uint64_t now_ms)
{
	if (now_ms - h->tidied_ms < TIDY_MS)
		return;
	h->tidied_ms = now_ms;
	if (!hub_store_tidy(h->store, now_ms))
		spool_drop(h->desk.spool, h->standing.followed);
}

/* Enough for a step of its own. Of ClickHouse that is much: 100,000 rows take it twice as long as 1,000. */
static bool is_worth_a_step(struct hub *h)
{
	uint64_t waiting = spool_end(h->desk.spool) - h->follower.reader.position;

	return waiting >= (h->shards ? SHARDS_BYTES : 1) || stop_asked();
}

static void follow(struct hub *h, hub_tell *tell)
{
	int err;

	do {
		err = follower_step(&h->follower);
		if (!err)
			h->standing.followed = h->follower.reader.position;
		h->standing.since_ms = h->follower.since_ms;
		if (err != -EAGAIN)
			say(h, err, tell);
	} while (!err && is_worth_a_step(h));
	say_odd(h, tell);
}

static void gather(struct hub *h)
{
	uint64_t until_ns = clock_monotonic_ns() + SHARDS_MS * NS_PER_MS;

	do
		stop_wait_ms(FOLLOW_MS);
	while (!is_worth_a_step(h) && clock_monotonic_ns() < until_ns);
}

void hub_work(struct hub *h, hub_tell *tell)
{
	while (!stop_asked()) {
		follow(h, tell);
		tidy(h, clock_unix_ms());
		gather(h);
	}
	inbox_close(&h->gate.inbox);
	pthread_join(h->worker, NULL);
	h->working = false;
	follow(h, tell);
}

void hub_close(struct hub *h)
{
	if (!h)
		return;
	if (h->working) {
		inbox_close(&h->gate.inbox);
		pthread_join(h->worker, NULL);
	}
	if (h->gate.daemon)
		gate_close(&h->gate);
	follower_end(&h->follower);
	hub_store_close(h->store);
	shards_free(h->shards);
	spool_close(h->desk.spool);
	senders_free(&h->desk.senders);
	free(h);
}
