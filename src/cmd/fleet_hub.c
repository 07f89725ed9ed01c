#include "fleet_hub.h"
#include "base/format.h"
#include "base/log.h"
#include "fleet/flow.h"
#include "history/sql.h"
#include "row/row.h"
#include "model/hash.h"
#include "power/power.h"
#include <errno.h>
#include <inttypes.h>
#include <sys/stat.h>

enum {
	SILENT_MS = 10 * 60 * 1000, /* a host that has told nothing for so long */
	BACK_MS = 150 * 1000,       /* earlier looks that are read: they prove what was not there */
	/* Hosts tell of connections that were idle for five minutes (uplink/rows.h): of one that was for ten, the other
	 * end would have been told. */
	TOLD_IDLE_MS = 10 * 60 * 1000,
	ADDRESS_BITS = 128,
};

/* Times were corrected by the hub's clock: to the join all looks are of one clock. */
static const char hub_clock[] = "the hub's clock";

struct reading {
	struct fleet_files *files;
	struct fleet *fleet;
	sqlite3 *db;
	struct keyed hosts; /* id of the host: index */
	struct keyed programs;
	uint64_t newest_ms; /* of all looks */
};

static uint64_t id_of(const struct sql_rows *r, int column)
{
	return (uint64_t)sqlite3_column_int64(r->statement, column);
}

static int read_hosts(struct reading *in)
{
	struct fleet *f = in->fleet;
	struct sql_rows r =
	        sql_ask(in->db,
	                "SELECT l.host_id, h.name, max(l.at_ms) FROM looks l LEFT JOIN hosts h USING (host_id) "
	                "GROUP BY l.host_id HAVING max(l.at_ms) > ?",
	                "i", (int64_t)(in->newest_ms - MIN(in->newest_ms, (uint64_t)SILENT_MS)));

	while (sql_next(&r)) {
		keyed_add(&in->hosts, id_of(&r, 0), (uint32_t)f->hosts.count);
		*array_push(&f->hosts) = (struct fleet_host){
			.id = id_of(&r, 0),
			.name = sql_text(&r, 1, f->arena) ?: arena_printf(f->arena, "%016" PRIx64, id_of(&r, 0)),
			.boot_id = hub_clock,
			.newest = FLEET_NONE,
		};
	}
	return sql_end(&r);
}

/* Who was heard of in the last day, and has gone silent. */
static int read_silent(struct reading *in)
{
	struct sql_rows r = sql_ask(in->db,
	                            "SELECT h.name, max(l.at_ms) FROM looks l JOIN hosts h USING (host_id) GROUP BY "
	                            "l.host_id HAVING max(l.at_ms) BETWEEN ? AND ?",
	                            "ii", (int64_t)(in->newest_ms - MIN(in->newest_ms, 86400000ULL)),
	                            (int64_t)(in->newest_ms - MIN(in->newest_ms, (uint64_t)SILENT_MS)));

	while (sql_next(&r)) {
		TEXT_CLEANUP why = { 0 };
		text_add(&why, "it has told the hub nothing for ");
		format_duration(&why, in->newest_ms - sql_u64(&r, 1));
		fleet_miss(in->fleet, sql_text(&r, 0, in->fleet->arena), why.bytes);
	}
	return sql_end(&r);
}

static const char *gap_of(struct reading *in, const struct sql_rows *r)
{
	if (sql_u64(r, 5))
		return arena_printf(in->fleet->arena, "%" PRIu64 " rows were left out, for want of room",
		                    sql_u64(r, 5));
	if (!sql_u64(r, 2))
		return "its look could not see all: unfin check there tells what";
	if (sql_u64(r, 4))
		return "it has so many idle connections that it tells of some alone";
	return NULL;
}

static uint32_t program_of(struct reading *in, uint32_t host, const struct sql_rows *r, int first)
{
	struct fleet *f = in->fleet;
	uint64_t pid = sql_u64(r, first), started_ms = sql_u64(r, first + 1);
	uint64_t key = hash_word(hash_word(hash_word(1, host), pid), started_ms) ?: 1;
	uint32_t at = keyed_find(&in->programs, key);
	const char *service = sql_text(r, first + 3, f->arena) ?: "";

	if (!pid)
		return FLEET_NONE;
	if (at != INDEX_NONE)
		return at;
	keyed_add(&in->programs, key, (uint32_t)f->programs.count);
	*array_push(&f->programs) = (struct fleet_program){
		.name = sql_text(r, first + 2, f->arena),
		.pid = (uint32_t)pid,
		.service = fleet_intern_service(f, service, strlen(service)),
		.started_unix_ms = started_ms,
		.command = sql_text(r, first + 4, f->arena),
	};
	return (uint32_t)f->programs.count - 1;
}

static void set_addr(struct addr *a, const struct sql_rows *r, int column)
{
	const void *bytes = sqlite3_column_blob(r->statement, column);

	if (bytes && sqlite3_column_bytes(r->statement, column) == sizeof(a->bytes))
		memcpy(a->bytes, bytes, sizeof(a->bytes));
	a->v6 = !addr_is_v4(a);
}

/* What an end that is in use says of its other end is nothing: that one need not have been told. */
static uint8_t flags_of(const struct fleet_end *e, bool times, uint64_t age_basis, bool held, uint64_t scope,
                        bool crossed)
{
	bool quiet = e->state != STATE_ESTABLISHED || MIN(e->since_data_ms, e->since_sent_ms) >= TOLD_IDLE_MS;
	uint8_t flags = times ? END_BYTES : 0;

	flags |= age_basis == AGE_UNKNOWN ? 0 : END_AGE;
	flags |= age_basis == AGE_EXACT ? END_AGE_EXACT : 0;
	flags |= times && quiet ? END_TIMES : 0;
	flags |= scope == SCOPE_OUTER ? END_OUTER : 0;
	flags |= crossed ? END_CROSSED : 0;
	return flags | (held || e->program == FLEET_NONE ? 0 : END_LISTENED);
}

static void add_end(struct reading *in, uint32_t look, const struct sql_rows *r)
{
	struct fleet *f = in->fleet;
	struct fleet_look *l = &f->looks.items[look];
	struct fleet_end *e = array_push(&f->ends);

	*e = (struct fleet_end){
		.flow = id_of(r, 0) ?: 1,
		.sequence = id_of(r, 1),
		.sequence_unended = id_of(r, 2),
		.netns = sql_u64(r, 3),
		.local.port = (uint16_t)sql_u64(r, 5),
		.peer.port = (uint16_t)sql_u64(r, 7),
		.look = look,
		.program = program_of(in, l->host, r, 21),
		.since_data_ms = (uint32_t)sql_u64(r, 8),
		.since_sent_ms = (uint32_t)sql_u64(r, 9),
		.since_ack_ms = (uint32_t)sql_u64(r, 10),
		.age_ms = (uint32_t)MIN(sql_u64(r, 11), (uint64_t)UINT32_MAX),
		.acked = (uint32_t)sql_u64(r, 12),
		.received = (uint32_t)sql_u64(r, 13),
		.send_q = (uint32_t)sql_u64(r, 14),
		.recv_q = (uint32_t)sql_u64(r, 15),
		.pair = FLEET_NONE,
		.state = (uint8_t)sql_u64(r, 16),
		.role = (uint8_t)sql_u64(r, 17), /* the first three are those of socket_role */
		.unowned = (uint8_t)sql_u64(r, 18),
	};
	set_addr(&e->local.addr, r, 4);
	set_addr(&e->peer.addr, r, 6);
	e->flags = flags_of(e, sql_u64(r, 19), sql_u64(r, 20), sql_u64(r, 26), id_of(r, 27),
	                    sql_u64(r, 28) == ROW_NAT_KNOWN);
	l->unfinished += e->state == STATE_CLOSE_WAIT && e->age_ms >= 60 * MS_PER_S;
}

static int read_ends(struct reading *in, uint32_t look, uint64_t host, uint64_t at_ms)
{
	struct sql_rows r = sql_ask(
	        in->db,
	        "SELECT flow_id, seq_id, seq_unended, netns, laddr, lport, raddr, rport, since_data_ms, since_sent_ms,"
	        " since_ack_ms, age_ms, bytes_acked, bytes_received, tx_queue, rx_queue, state, role, unowned, "
	        "times_known,"
	        " age_basis, pid, started_ms, comm, service, release, held, scope, nat"
	        " FROM suspects INDEXED BY suspects_look WHERE host_id = ? AND at_ms = ?",
	        "ii", (int64_t)host, (int64_t)at_ms);

	while (sql_next(&r))
		add_end(in, look, &r);
	return sql_end(&r);
}

static void add_look(struct reading *in, uint32_t host, const struct sql_rows *r)
{
	struct fleet *f = in->fleet;
	uint64_t at_ms = sql_u64(r, 1);
	uint32_t look = (uint32_t)f->looks.count, newest = f->hosts.items[host].newest;

	*array_push(&f->looks) = (struct fleet_look){
		.host = host,
		.file = f->hosts.items[host].name,
		.taken_unix_ms = at_ms,
		.taken_boot_ns = at_ms * NS_PER_MS,
		.gap = gap_of(in, r),
		.tracks = sql_u64(r, 3),
		.tracks_unread = sql_u64(r, 3) == ROW_TRANSLATES_UNREAD,
		.key_id = id_of(r, 9),
		.from_bpf = true,
		.of_hub = true,
		.clock_known = sql_u64(r, 7),
		.clock_off_ms = sqlite3_column_int(r->statement, 8),
		.sockets = (uint32_t)sql_u64(r, 6),
	};
	if (newest == FLEET_NONE || f->looks.items[newest].taken_unix_ms <= at_ms)
		f->hosts.items[host].newest = look;
}

static int read_looks(struct reading *in)
{
	struct fleet *f = in->fleet;
	struct sql_rows r = sql_ask(in->db,
	                            "SELECT host_id, at_ms, complete, translates, sample_k, lost, sockets, skew_known, "
	                            "skew_ms, key_id FROM looks l WHERE "
	                            "at_ms >= (SELECT max(at_ms) - ? FROM looks n WHERE n.host_id = l.host_id)",
	                            "i", (int64_t)BACK_MS);

	while (sql_next(&r)) {
		uint32_t host = keyed_find(&in->hosts, id_of(&r, 0));
		if (host != INDEX_NONE)
			add_look(in, host, &r);
	}
	int err = sql_end(&r);
	for (uint32_t i = 0; !err && i < f->looks.count; i++) {
		struct fleet_look *l = &f->looks.items[i];
		err = read_ends(in, i, f->hosts.items[l->host].id, l->taken_unix_ms);
	}
	return err;
}

static int read_places(struct reading *in)
{
	struct sql_rows r =
	        sql_ask(in->db, "SELECT DISTINCT host_id, addr FROM endpoints WHERE port = 0 AND scope = 1", "");

	while (sql_next(&r)) {
		uint32_t host = keyed_find(&in->hosts, id_of(&r, 0));
		if (host == INDEX_NONE)
			continue;
		struct fleet_place *p = array_push(&in->fleet->places);
		*p = (struct fleet_place){ .range.bits = ADDRESS_BITS, .host = host };
		set_addr(&p->range.addr, &r, 1);
	}
	return sql_end(&r);
}

/* Findings that go on, of connections that are not finished. */
static int read_leaks(struct reading *in)
{
	struct fleet *f = in->fleet;
	struct sql_rows r = sql_ask(
	        in->db,
	        "SELECT host_id, service, id, count, growth_per_min, coalesce(json_extract(body, '$.oldest_s'), 0), "
	        "growth_known"
	        " FROM findings WHERE NOT closed AND service != '' AND updated_ms > ? AND id IN ('never-closed',"
	        " 'slow-handler', 'inherited-fd', 'stale-pool', 'hung-owner', 'accept-queue', 'not-served')",
	        "i", (int64_t)(in->newest_ms - MIN(in->newest_ms, (uint64_t)SILENT_MS)));

	while (sql_next(&r)) {
		uint32_t host = keyed_find(&in->hosts, id_of(&r, 0));
		if (host == INDEX_NONE)
			continue;
		const char *service = sql_text(&r, 1, f->arena);
		*array_push(&in->files->takings.leaks) = (struct fleet_leak){
			.look = f->hosts.items[host].newest,
			.service = fleet_intern_service(f, service, strlen(service)),
			.cause = sql_text(&r, 2, f->arena),
			.count = sql_u64(&r, 3),
			.oldest_ms = (uint64_t)(sqlite3_column_double(r.statement, 5) * MS_PER_S),
			.growth_known = sql_u64(&r, 6),
			.growth_per_min = sqlite3_column_double(r.statement, 4),
		};
	}
	return sql_end(&r);
}

/* Growth over the last hour tells when a budget ends; the filter comes first, so that healthy rows cost nothing. */
static int read_ports(struct reading *in)
{
	uint64_t minute = in->newest_ms / 60000;
	struct sql_rows r = sql_ask(
	        in->db,
	        "SELECT host_id, raddr, rport, max(ports_usable), max(minute), min(minute),"
	        " (SELECT max(ports_used) FROM rollups n WHERE n.host_id = r.host_id AND n.netns = r.netns AND n.raddr "
	        "="
	        "  r.raddr AND n.rport = r.rport AND n.minute = max(r.minute)),"
	        " (SELECT max(ports_used) FROM rollups n WHERE n.host_id = r.host_id AND n.netns = r.netns AND n.raddr "
	        "="
	        "  r.raddr AND n.rport = r.rport AND n.minute = min(r.minute))"
	        " FROM rollups r WHERE minute > ? AND role = 1 AND ports_usable > 0 AND ports_used * 2 >= ports_usable"
	        " GROUP BY host_id, netns, raddr, rport HAVING max(minute) >= ?",
	        "ii", (int64_t)(minute - MIN(minute, 61ULL)), (int64_t)(minute - MIN(minute, 5ULL)));

	while (sql_next(&r)) {
		uint32_t host = keyed_find(&in->hosts, id_of(&r, 0));
		if (host == INDEX_NONE)
			continue;
		uint64_t usable = sql_u64(&r, 3), used = sql_u64(&r, 6), minutes = sql_u64(&r, 4) - sql_u64(&r, 5);
		double per_min = minutes ? ((double)used - (double)sql_u64(&r, 7)) / (double)minutes : 0;
		struct fleet_budget *b = array_push(&in->files->takings.budgets);
		*b = (struct fleet_budget){
			.look = in->fleet->hosts.items[host].newest,
			.destination.port = (uint16_t)sql_u64(&r, 2),
			.used = (uint32_t)used,
			.usable = (uint32_t)usable,
			.ends_known = per_min > 0,
			.ends_s = per_min > 0 ? ((double)usable - (double)used) / per_min * 60 : 0,
		};
		set_addr(&b->destination.addr, &r, 1);
	}
	return sql_end(&r);
}

static int read_all(struct reading *in, unsigned asks)
{
	in->newest_ms = (uint64_t)sql_number(in->db, "SELECT max(at_ms) FROM looks", 0);
	int err = read_hosts(in) ?: read_silent(in) ?: read_looks(in) ?: read_places(in);

	if (!err && asks & FLEET_ASKS_FINDINGS)
		err = read_leaks(in);
	if (!err && asks & FLEET_ASKS_PORTS)
		err = read_ports(in);
	return err;
}

/* The file may be another user's: it is opened, and its log with it, while we have the right to. All that is read is of
 * one moment of it. */
static int open_store(const char *path, sqlite3 **ret)
{
	struct stat st;

	power_raise();
	int err = stat(path, &st) ? -errno : 0; /* which SQLite does not tell */
	if (!err && sqlite3_open_v2(path, ret, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK)
		err = sql_error(*ret) ?: -EIO;
	err = err ?: sql_run(*ret, "BEGIN; SELECT count(*) FROM followed;");
	power_lower();
	return err;
}

static int refuse(const char *path, int err)
{
	log_error("cannot read %s: %s", path,
	          err == -EIO || err == -EBADMSG ? "it is no store of a hub" : strerror(-err));
	log_hint("a hub keeps it in its folder: unfin fleet --hub /var/lib/unfin-hub/hub.db");
	return STATUS_USAGE;
}

int fleet_hub_read(struct fleet_files *files, const char *path, unsigned asks)
{
	struct reading in = { .files = files };
	int err = open_store(path, &in.db);

	if (!err) {
		files->fleet = in.fleet = fleet_new();
		power_limit(0);
		err = read_all(&in, asks);
	}
	sqlite3_close(in.db);
	keyed_free(&in.hosts);
	keyed_free(&in.programs);
	if (err)
		return refuse(path, err);
	if (!in.fleet->hosts.count) {
		log_error("no host has told this hub anything yet");
		log_hint("on each host: unfin agent, and unfin uplink --hub https://THIS-HUB:9780");
		return STATUS_USAGE;
	}
	fleet_join(files->fleet);
	return STATUS_OK;
}
