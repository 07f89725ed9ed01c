/* Rows of a hub's store as a fleet. They may come several times and in any order, from several servers: what is told is
 * put in order first, so that the same rows give the same answer. */
#include "fleet_hub.h"
#include "fleet_clickhouse.h"
#include "fleet_hub_rows.h"
#include "fleet_sqlite.h"
#include "base/clock.h"
#include "base/format.h"
#include "base/log.h"
#include "model/hash.h"
#include "power/power.h"
#include <errno.h>
#include <inttypes.h>

enum {
	SILENT_MS = 10 * 60 * 1000, /* a host that has told nothing for so long */
	BACK_MS = 150 * 1000,       /* earlier looks that are read: they prove what was not there */
	LAST_MS = 24 * 3600 * 1000, /* a host that has told nothing for longer is gone */
	AHEAD_MS = 60 * 1000,       /* a clock may be ahead of another by so much */
	GONE_DAYS = 14,             /* so long it is said that it is */
	PORTS_MS = 60 * 60 * 1000,  /* growth over so long, up to the newest look, tells when a budget ends */
};

/* Times were corrected by the hub's clock: to the join all looks are of one clock. */
static const char hub_clock[] = "the hub's clock";

static uint64_t before(const struct hub_reading *in, uint64_t ms)
{
	return in->as_of_ms - MIN(in->as_of_ms, ms);
}

int hub_ask(struct hub_reading *in, const struct row_asked *asked, row_visitor *visit)
{
	return in->source.ask(in->source.store, asked, visit, in);
}

static int ask(struct hub_reading *in, enum row_question what, uint64_t from_ms, row_visitor *visit)
{
	return hub_ask(in, &(struct row_asked){ .what = what, .from_ms = from_ms }, visit);
}

static bool is_to_come(const struct hub_reading *in, uint64_t at_ms)
{
	return at_ms > in->now_ms + AHEAD_MS;
}

static void visit_newest(void *reading, uint64_t host_id, const void *row)
{
	struct hub_reading *in = reading;
	const struct look_row *l = row;

	in->newest_ms = MAX(in->newest_ms, l->at_ms);
}

static void visit_last(void *reading, uint64_t host_id, const void *row)
{
	struct hub_reading *in = reading;
	const struct look_row *l = row;
	uint32_t at = keyed_find(&in->heard_index, host_id);

	if (at == INDEX_NONE) {
		at = (uint32_t)in->heard.count;
		*array_push(&in->heard) = (struct hub_heard){ .id = host_id, .host = FLEET_NONE };
		keyed_add(&in->heard_index, host_id, at);
	}
	in->heard.items[at].last_ms = MAX(in->heard.items[at].last_ms, l->at_ms);
}

static void visit_name(void *reading, uint64_t host_id, const void *row)
{
	struct hub_reading *in = reading;
	const struct host_row *h = row;
	uint32_t at = keyed_find(&in->heard_index, host_id);
	struct hub_heard *heard = at == INDEX_NONE ? NULL : &in->heard.items[at];

	if (!heard && h->seen_ms + GONE_DAYS * LAST_MS > in->as_of_ms && !keyed_has(&in->gone, host_id)) {
		keyed_add(&in->gone, host_id, 0);
		in->fleet->gone++;
	}
	if (!heard || (heard->name && heard->named_ms >= h->seen_ms))
		return;
	heard->named_ms = h->seen_ms;
	heard->name = arena_strdup(in->fleet->arena, h->name);
}

static int compare_heard(const void *a, const void *b)
{
	return CMP(((const struct hub_heard *)a)->id, ((const struct hub_heard *)b)->id);
}

static void add_silent(struct hub_reading *in, const struct hub_heard *h)
{
	TEXT_CLEANUP why = { 0 };

	if (is_to_come(in, h->last_ms)) {
		text_add(&why, "its last look is of a time that is yet to come, in ");
		format_duration(&why, h->last_ms - in->now_ms);
	} else {
		text_add(&why, "it has told the hub nothing for ");
		format_duration(&why, in->as_of_ms - h->last_ms);
	}
	fleet_miss(in->fleet, h->name, why.bytes);
}

/* Who was heard of in the last day; some have gone silent. */
static void add_hosts(struct hub_reading *in)
{
	struct fleet *f = in->fleet;

	array_sort(&in->heard, compare_heard);
	keyed_free(&in->heard_index);
	array_each (&in->heard, h) {
		keyed_add(&in->heard_index, h->id, (uint32_t)(h - in->heard.items));
		h->name = h->name ?: arena_printf(f->arena, "%016" PRIx64, h->id);
		if (h->last_ms <= before(in, SILENT_MS) || is_to_come(in, h->last_ms)) {
			add_silent(in, h);
			continue;
		}
		h->host = (uint32_t)f->hosts.count;
		*array_push(&f->hosts) =
		        (struct fleet_host){ .id = h->id, .name = h->name, .boot_id = hub_clock, .newest = FLEET_NONE };
	}
}

static void visit_look(void *reading, uint64_t host_id, const void *row)
{
	struct hub_reading *in = reading;
	const struct look_row *l = row;
	const struct hub_heard *h = hub_heard_find(in, host_id);

	if (h && l->at_ms + BACK_MS >= h->last_ms)
		*array_push(&in->looks) = (struct hub_look){ h->host, *l };
}

static int compare_looks(const void *a, const void *b)
{
	const struct hub_look *x = a, *y = b;

	return CMP(x->host, y->host) ?: CMP(x->row.at_ms, y->row.at_ms);
}

static const char *gap_of(struct fleet *f, const struct look_row *l)
{
	if (l->lost)
		return arena_printf(f->arena, "%" PRIu32 " rows were left out, for want of room", l->lost);
	if (!l->complete)
		return "its look could not see all: unfin check there tells what";
	if (l->sample_k)
		return "it has so many idle connections that it tells of some alone";
	return NULL;
}

static void add_look(struct hub_reading *in, const struct hub_look *l)
{
	struct fleet *f = in->fleet;
	struct fleet_host *h = &f->hosts.items[l->host];

	h->newest = (uint32_t)f->looks.count;
	*array_push(&f->looks) = (struct fleet_look){
		.host = l->host,
		.file = h->name,
		.taken_unix_ms = l->row.at_ms,
		.taken_boot_ns = l->row.at_ms * NS_PER_MS,
		.gap = gap_of(f, &l->row),
		.lost = l->row.lost,
		.tracks = l->row.translates,
		.tracks_unread = l->row.translates == ROW_TRANSLATES_UNREAD,
		.key_id = l->row.key_id,
		.from_bpf = true,
		.of_hub = true,
		.clock_known = l->row.skew_known,
		.clock_off_ms = l->row.skew_ms,
		.sockets = l->row.sockets,
	};
}

/* In the order of hosts and times; the last of a host is its newest. */
static void add_looks(struct hub_reading *in)
{
	array_sort(&in->looks, compare_looks);
	array_each (&in->looks, l) {
		if (l > in->looks.items && !compare_looks(l, l - 1))
			continue;
		keyed_add(&in->look_index, hub_look_key(l->host, l->row.at_ms), (uint32_t)in->fleet->looks.count);
		add_look(in, l);
	}
	array_free(&in->looks);
}

/* Which to ask for when. */
static void part_looks(struct hub_reading *in)
{
	const struct fleet *f = in->fleet;

	in->newest_from_ms = in->earlier_from_ms = in->newest_ms;
	array_each (&f->looks, l) {
		const struct fleet_host *h = &f->hosts.items[l->host];
		const struct row_look look = { h->id, l->taken_unix_ms };
		if (h->newest == (uint32_t)(l - f->looks.items)) {
			*array_push(&in->newest) = look;
			in->newest_from_ms = MIN(in->newest_from_ms, look.at_ms);
		} else {
			*array_push(&in->earlier) = look;
			in->earlier_from_ms = MIN(in->earlier_from_ms, look.at_ms);
		}
	}
}

static int ask_newest(struct hub_reading *in, uint64_t from_ms)
{
	const struct row_asked asked = { .what = ROW_ASKS_NEWEST,
		                         .from_ms = from_ms,
		                         .until_ms = in->now_ms + AHEAD_MS };

	return in->newest_ms ? 0 : hub_ask(in, &asked, visit_newest);
}

/* Freshness is judged by the clock of who asks. What nobody feeds any more (its hub has ended, it is a copy) still
 * answers, as of then, and that is said. */
static void judge_freshness(struct hub_reading *in)
{
	TEXT_CLEANUP why = { 0 };

	if (!in->newest_ms || in->newest_ms + SILENT_MS > in->now_ms)
		in->as_of_ms = MAX(in->now_ms, in->newest_ms);
	else {
		in->as_of_ms = in->newest_ms;
		text_add(&why, "nobody has told it anything for ");
		format_duration(&why, in->now_ms - in->newest_ms);
		text_add(&why, ", since ");
		format_rfc3339(&why, in->newest_ms);
		fleet_miss(in->fleet, "the hub", why.bytes);
	}
}

static int read_looks(struct hub_reading *in)
{
	int err = ask_newest(in, in->now_ms - LAST_MS) ?: ask_newest(in, 0);

	judge_freshness(in);
	err = err ?: ask(in, ROW_ASKS_LAST_LOOKS, before(in, LAST_MS), visit_last);
	err = err ?: ask(in, ROW_ASKS_HOSTS, 0, visit_name);
	if (err)
		return err;
	add_hosts(in);
	err = ask(in, ROW_ASKS_LOOKS, before(in, SILENT_MS + BACK_MS), visit_look);
	if (err)
		return err;
	add_looks(in);
	part_looks(in);
	return 0;
}

/* What a part of the store has, nobody knows: then nothing that is missing proves anything. */
static void add_missing(struct hub_reading *in)
{
	const struct row_missing *parts = NULL;
	size_t count = in->source.missing ? in->source.missing(in->source.store, &parts) : 0;

	if (count == in->missed)
		return;
	for (; in->missed < count; in->missed++)
		fleet_miss(in->fleet, parts[in->missed].name, parts[in->missed].why);
	in->fleet->away =
	        arena_printf(in->fleet->arena, "a part of what it told is at %s, which does not answer", parts[0].name);
	array_each (&in->fleet->looks, l)
		l->gap = l->gap ?: in->fleet->away;
}

static int read_takings(struct hub_reading *in)
{
	int err = in->want->asks & FLEET_ASKS_FINDINGS
	                  ? ask(in, ROW_ASKS_FINDINGS, before(in, SILENT_MS), hub_visit_finding)
	                  : 0;

	if (!err && in->want->asks & FLEET_ASKS_PORTS)
		err = ask(in, ROW_ASKS_PORTS, in->newest_ms - MIN(in->newest_ms, (uint64_t)PORTS_MS), hub_visit_ports);
	hub_add_leaks(in);
	hub_add_budgets(in);
	return err;
}

/* Who has an address: to tell where the other end of something should be. */
static bool needs_places(const struct hub_reading *in)
{
	return in->want->need != FLEET_NEEDS_DEBTS && in->want->need != FLEET_NEEDS_SERVICE;
}

static int read_all(struct hub_reading *in)
{
	int err = read_looks(in) ?: read_takings(in) ?: hub_read_ends(in);

	if (!err && needs_places(in))
		err = ask(in, ROW_ASKS_PLACES, before(in, LAST_MS), hub_visit_place);
	if (err)
		return err;
	hub_sort_ends(in);
	add_missing(in);
	fleet_join(in->fleet);
	err = hub_read_earlier(in);
	add_missing(in);
	fleet_judge_absent(in->fleet);
	return err;
}

static void reading_free(struct hub_reading *in)
{
	row_source_close(&in->source);
	keyed_free(&in->heard_index);
	keyed_free(&in->look_index);
	keyed_free(&in->programs);
	keyed_free(&in->seen);
	keyed_free(&in->told_index);
	keyed_free(&in->gone);
	keyed_free(&in->asked_ids);
	array_free(&in->heard);
	array_free(&in->looks);
	array_free(&in->newest);
	array_free(&in->earlier);
	array_free(&in->ids);
	array_free(&in->words);
	array_free(&in->program_ms);
	array_free(&in->told);
	array_free(&in->uses);
}

static int refuse(const char *path, int err)
{
	log_error("cannot read %s: %s", path, err == -EBADMSG ? "it is no store of a hub" : strerror(-err));
	log_hint("a hub keeps it in its folder: unfin fleet --hub /var/lib/unfin-hub/hub.db");
	return STATUS_USAGE;
}

bool fleet_hub_is_away(const struct options *o)
{
	array_each (&o->hub_store, store)
		if (starts_with(*store, "clickhouse="))
			return true;
	return false;
}

static int open_source(struct hub_reading *in, const struct options *o)
{
	const char *path = o->hub_store.items[0];

	if (fleet_hub_is_away(o)) {
		int status = fleet_clickhouse_open(o, &in->source);
		power_limit(POWER_SEND | POWER_OPEN);
		return status;
	}
	if (o->hub_store.count > 1) {
		log_error("--hub: one file, or the servers of a ClickHouse");
		return STATUS_USAGE;
	}
	if (strstr(path, "://")) {
		log_error("--hub: %s is no store: a hub takes batches there, and answers no questions", path);
		log_hint("ask its file, or its ClickHouse: --hub clickhouse=http://HOST:8123/DATABASE");
		return STATUS_USAGE;
	}
	int err = fleet_sqlite_open(path, &in->source);
	power_limit(0);
	return err ? refuse(path, err) : STATUS_OK;
}

static int refuse_empty(const struct hub_reading *in)
{
	if (in->heard.count) {
		log_error("all that this hub was told is of a time that is yet to come");
		log_hint("is the clock of this host right? date");
		return STATUS_UNABLE;
	}
	log_error("no host has told this hub anything yet");
	log_hint("on each host: unfin agent, and unfin uplink --hub https://THIS-HUB:9780");
	return STATUS_USAGE;
}

/* No server of a ClickHouse has answered; each was told of. */
static int tell_error(const struct options *o, int err)
{
	if (!fleet_hub_is_away(o))
		return refuse(o->hub_store.items[0], err);
	log_error("no server of this store answers");
	return STATUS_UNABLE;
}

int fleet_hub_read(struct fleet_files *files, const struct options *o, const struct fleet_want *want)
{
	cleanup(reading_free) struct hub_reading in = { .files = files, .want = want, .now_ms = clock_unix_ms() };
	hub_rows_prepare();
	int status = open_source(&in, o);

	if (status != STATUS_OK)
		return status;
	files->fleet = in.fleet = fleet_new();
	int err = read_all(&in);
	power_limit(0);
	if (err)
		return tell_error(o, err);
	return in.fleet->hosts.count ? STATUS_OK : refuse_empty(&in);
}
