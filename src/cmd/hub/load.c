/* unfin hub-load: many agents at once, with the code that each real one sends by, and rows whose truth is known: each
 * look vouches for as many suspects as it says. For tests of a hub alone.
 *
 * With --interval each agent looks so often, whatever waits, as real ones do; else each look waits until a hub has it.
 * --ledger has a line for each batch that was acknowledged: host (as SQLite has it, with a sign), epoch, number, its
 * suspects, its looks. */
#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/log.h"
#include "cmd/hub.h"
#include "cmd/output.h"
#include "names.h"
#include "hub/batch.h"
#include "uplink/uplink.h"
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <sys/stat.h>

enum {
	AGENTS = 100,
	LOOKS = 20,
	SUSPECTS = 80,
	THREADS_MOST = 128,
	FOLDER_BYTES = 64 << 20,
	TRIES = 600,
	TRY_US = 100000
};

struct load {
	const struct options *o;
	const char *folder;
	size_t agents, looks;
	uint64_t begin_ms;
	pthread_mutex_t lock;
	size_t next;             /* agent that nobody has taken yet */
	ARRAY(uint64_t) took_ns; /* each look that a hub had before the next was made, from when it was kept */
	size_t failed;           /* agents that ended */
	size_t kept, unkept;     /* looks; those that found no room in their folder */
	FILE *ledger;            /* or NULL */
};

/* Each look has a time of its own, however fast they go. */
static void fill(const struct load *l, size_t agent, size_t look, struct row_set *rows)
{
	uint64_t now_ms = l->begin_ms + look;

	*(struct host_row *)row_push(rows, ROW_HOST) = (struct host_row){ .seen_ms = now_ms, .name = "load" };
	for (unsigned i = 0; i < SUSPECTS; i++) {
		uint64_t number = ((uint64_t)agent * l->looks + look) * SUSPECTS + i;
		*(struct suspect_row *)row_push(rows, ROW_SUSPECT) = (struct suspect_row){
			.at_ms = now_ms,
			.flow_id = (number + 1) * 0x9e3779b97f4a7c15ULL,
			.seq_id = (number + 1) * 0xc2b2ae3d27d4eb4fULL,
			.scope = 1,
			.netns = 4026531840,
			.cookie = number + 1,
			.laddr = { [10] = 255, 255, 10, (uint8_t)(agent >> 8), (uint8_t)agent, 1 },
			.lport = (uint16_t)(20000 + i),
			.rport = 8080,
			.role = ROW_ROLE_CLIENT,
			.state = i % 2 ? STATE_CLOSE_WAIT : STATE_ESTABLISHED,
			.held = 1,
			.pid = 1000 + i,
			.idle_ms = 700000,
			.comm = "load",
			.service = "load",
		};
	}
	*(struct look_row *)row_push(rows, ROW_LOOK) =
	        (struct look_row){ .at_ms = now_ms, .complete = 1, .sockets = SUSPECTS };
}

static void quiet(const char *line)
{
}

/* A line is one write, whichever thread it is of. */
static void note_kept(void *load, const struct text *batch)
{
	const struct load *l = load;
	struct batch_header h;
	struct batch_fault fault;

	if (l->ledger && !batch_peek(batch->bytes, batch->length, &h, &fault))
		fprintf(l->ledger, "%" PRId64 "\t%u\t%" PRIu64 "\t%u\t%u\n", (int64_t)h.host_id, h.epoch, h.seq,
		        h.rows[ROW_SUSPECT], h.rows[ROW_LOOK]);
}

/* Until all is sent, or for so long. True: it is, and it took `ret_ns`. */
static bool send_for(struct uplink *u, uint64_t ms, uint64_t *ret_ns)
{
	uint64_t begin_ns = clock_monotonic_ns();
	bool waits;

	while ((waits = uplink_send(u)) && (!ms || clock_monotonic_ns() - begin_ns < ms * NS_PER_MS))
		usleep(1000);
	*ret_ns = clock_monotonic_ns() - begin_ns;
	if (*ret_ns < ms * NS_PER_MS)
		usleep((useconds_t)((ms * NS_PER_MS - *ret_ns) / 1000));
	return !waits;
}

static bool keep(struct load *l, struct uplink *u, size_t agent, size_t look)
{
	static const uint8_t boot_id[16] = { 1 };
	struct row_set rows = { 0 };

	fill(l, agent, look, &rows);
	int err = uplink_keep(u, boot_id, &rows);
	row_set_free(&rows);
	return !err;
}

static void send_looks(struct load *l, struct uplink *u, size_t agent)
{
	uint64_t every_ms = l->o->interval.given ? l->o->interval.value : 0, took_ns;

	for (size_t n = 0; n < l->looks; n++) {
		bool kept = keep(l, u, agent, n), sent = send_for(u, every_ms, &took_ns);
		pthread_mutex_lock(&l->lock);
		if (kept && sent)
			*array_push(&l->took_ns) = took_ns;
		l->kept += kept;
		l->unkept += !kept;
		pthread_mutex_unlock(&l->lock);
	}
	send_for(u, 0, &took_ns);
}

/* Where its disk is full, a real one is started again. */
static int open_uplink(const struct uplink_plan *plan, struct uplink **ret)
{
	int err;

	for (unsigned n = 0; (err = uplink_open(plan, quiet, ret)) == -ENOSPC && n < TRIES; n++)
		usleep(TRY_US);
	return err;
}

static bool be_agent(struct load *l, size_t agent)
{
	TEXT_CLEANUP folder = { 0 };
	struct courier_plan hubs[8];
	size_t count = MIN(l->o->hub.count, ARRAY_SIZE(hubs));
	struct uplink *u = NULL;

	text_printf(&folder, "%s/%zu", l->folder, agent);
	mkdir(folder.bytes, 0700);
	for (size_t i = 0; i < count; i++) /* not all begin with the same */
		hubs[i] = (struct courier_plan){ .url = l->o->hub.items[(agent + i) % count],
			                         .ca = l->o->hub_ca,
			                         .certificate = l->o->hub_cert,
			                         .key = l->o->hub_key };
	const struct uplink_plan plan = {
		.kept = note_kept,
		.context = l,
		.folder = folder.bytes,
		.hubs = hubs,
		.hub_count = count,
		.interval_ms = 1,
		.folder_most = FOLDER_BYTES,
	};
	if (open_uplink(&plan, &u))
		return false;
	send_looks(l, u, agent);
	uplink_close(u);
	return true;
}

static void *work(void *load)
{
	struct load *l = load;

	for (;;) {
		pthread_mutex_lock(&l->lock);
		size_t agent = l->next++;
		pthread_mutex_unlock(&l->lock);
		if (agent >= l->agents)
			return NULL;
		if (be_agent(l, agent))
			continue;
		pthread_mutex_lock(&l->lock);
		l->failed++;
		pthread_mutex_unlock(&l->lock);
	}
}

static double percentile_ms(struct load *l, unsigned percent)
{
	return l->took_ns.count ? (double)l->took_ns.items[(l->took_ns.count - 1) * percent / 100] / NS_PER_MS : 0;
}

static int tell(struct load *l, uint64_t took_ns)
{
	TEXT_CLEANUP out = { 0 };
	struct json j = JSON(&out, true);

	array_sort(&l->took_ns, compare_u64);
	json_object_begin(&j, NULL);
	json_u64(&j, "agents", l->agents);
	json_u64(&j, "failed", l->failed);
	json_u64(&j, "looks", l->kept);
	json_u64(&j, "unkept", l->unkept);
	json_u64(&j, "suspects", l->kept * SUSPECTS);
	json_double(&j, "seconds", (double)took_ns / NS_PER_S);
	json_double(&j, "looks_per_s", (double)l->kept / ((double)took_ns / NS_PER_S));
	json_double(&j, "median_ms", percentile_ms(l, 50));
	json_double(&j, "p99_ms", percentile_ms(l, 99));
	json_object_end(&j);
	text_add_char(&out, '\n');
	return output_text(&out);
}

static int open_ledger(struct load *l)
{
	const char *path = l->o->ledger;

	l->ledger = path ? fopen(path, "we") : NULL;
	if (!path || l->ledger)
		return STATUS_OK;
	log_error("--ledger %s: %s", path, strerror(errno));
	return STATUS_UNABLE;
}

int hub_load_run(const struct invocation *in)
{
	const struct options *o = &in->options;
	struct load l = { .o = o,
		          .folder = o->state_dir,
		          .agents = o->count.given ? o->count.value : AGENTS,
		          .looks = o->limit.given ? o->limit.value : LOOKS,
		          .begin_ms = clock_unix_ms(),
		          .lock = PTHREAD_MUTEX_INITIALIZER };
	pthread_t threads[THREADS_MOST];
	size_t count = MIN(l.agents, (size_t)THREADS_MOST), started = 0;
	uint64_t begin_ns = clock_monotonic_ns();

	if (!o->hub.count || !l.folder) {
		log_error("it needs --hub and --state");
		return STATUS_USAGE;
	}
	int status = network_prepare() ?: open_ledger(&l);
	if (status != STATUS_OK)
		return status;
	file_allow(UINT64_MAX);
	signal(SIGPIPE, SIG_IGN);
	while (started < count && !pthread_create(&threads[started], NULL, work, &l))
		started++;
	for (size_t i = 0; i < started; i++)
		pthread_join(threads[i], NULL);
	if (l.ledger && fclose(l.ledger))
		log_error("--ledger: %s", strerror(errno));
	status = tell(&l, clock_monotonic_ns() - begin_ns);
	array_free(&l.took_ns);
	return l.failed ? STATUS_UNABLE : status;
}
