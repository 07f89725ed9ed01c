/* A fleet that never was: what its hosts would tell hubs, with the code that real ones send by, and what is really
 *wrong with it, as JSON.
 *
 *	gen HOSTS EPOCH HUB...    http://127.0.0.1:9780; each hub is told all of it
 *
 * Each host has twenty connections to others. Which of them is what goes by its number, so that each sort is there on
 * every host and the truth can be counted. Each looks twice, a minute apart. All is made before the first batch is
 * sent: `began_ms`. */
#include "base/array.h"
#include "base/clock.h"
#include "base/format.h"
#include "base/json.h"
#include "hub/batch.h"
#include "model/state.h"
#include "hub/http.h"
#include "uplink/courier.h"
#include "planted.h"
#include <inttypes.h>

enum {
	THREADS = 96, /* each waits for an fsync of the hub: what a few have in flight is no load */
	HUBS_MOST = 4,
	MINUTES = 60,
	NETNS = 4026531840U,
	USABLE = 28232,
	IDLE_MS = 20 * 60 * 1000,
	TIMEOUT_MS = 60 * 1000, /* of a server whose clients keep stale pools */
	TRIES = 200,
};

struct worker {
	struct world *world;
	unsigned number;
	struct courier *couriers[HUBS_MOST];
	char names[SERVICES][8];
	ARRAY(struct text) batches;
};

static uint64_t host_id(unsigned host)
{
	return hash_word(77, host) ?: 1;
}

static void set_state(struct suspect_row *r, enum sort sort, bool client)
{
	bool owes = is_owed(sort, client);
	bool finished = client ? sort == SERVER_OWES : sort == CLIENT_OWES || sort == TRANSLATED;

	r->state = owes ? STATE_CLOSE_WAIT : finished ? STATE_FIN_WAIT2 : STATE_ESTABLISHED;
	r->ended = finished;
	r->held = !finished;
}

/* What an end sends next, the other expects next; but for those that are not what they seem. */
static void set_numbers(struct suspect_row *r, const struct connection *c, bool client)
{
	uint64_t own = c->number ^ 0x5555, other = c->number ^ (c->sort == NOT_A_PAIR && !client ? 0x7777 : 0x3333);

	r->seq_id = hash_word(hash_word(9, own), other);
	if (c->sort == FIN_FROM_BETWEEN && client) {
		r->seq_unended = r->seq_id;
		r->seq_id++;
	}
	r->bytes_acked = client ? 700 : 90000;
	r->bytes_received = client ? 90000 : 700;
	if (c->sort == NOT_A_PAIR && !client)
		r->bytes_acked = 1200;
}

/* A pool's connections get their FIN one timeout after the last data; those of a leak whenever. */
static void set_times(struct suspect_row *r, const struct connection *c, uint64_t later_ms)
{
	uint64_t gap_ms = c->stale ? TIMEOUT_MS + c->number % 400 : 2000 + c->number % (10 * 60 * 1000);
	uint32_t quiet_ms = (uint32_t)(IDLE_MS + later_ms);

	r->times_known = 1;
	r->age_basis = 2;
	r->age_ms = r->state == STATE_CLOSE_WAIT ? quiet_ms - gap_ms : quiet_ms;
	r->idle_ms = r->since_data_ms = r->since_sent_ms = r->since_ack_ms = quiet_ms;
	r->fin_after_ms = r->state == STATE_CLOSE_WAIT ? (uint32_t)gap_ms : 0;
}

static void add_end(struct worker *w, const struct connection *c, bool client, uint64_t at_ms, uint64_t later_ms,
                    struct row_set *rows)
{
	const struct endpoint *own = client ? &c->client_own : &c->server_own;
	const struct endpoint *peer = client ? &c->client_peer : &c->server_peer;
	unsigned host = client ? c->client : c->server;
	struct suspect_row *r = row_push(rows, ROW_SUSPECT);

	*r = (struct suspect_row){
		.at_ms = at_ms,
		.flow_id = flow_id(SCOPE_OUTER, own, peer),
		.scope = SCOPE_OUTER,
		.netns = NETNS,
		.cookie = c->number >> 8,
		.lport = own->port,
		.rport = peer->port,
		.role = client ? ROW_ROLE_CLIENT : ROW_ROLE_SERVER,
		.pid = 1000 + host % 5000,
		.started_ms = started_ms(w->world, host),
		.comm = w->names[host % SERVICES],
		.service = w->names[host % SERVICES],
		.release = is_of_release(host, true) ? "r2" : "r1",
	};
	memcpy(r->laddr, own->addr.bytes, sizeof(r->laddr));
	memcpy(r->raddr, peer->addr.bytes, sizeof(r->raddr));
	set_state(r, c->sort, client);
	set_numbers(r, c, client);
	set_times(r, c, later_ms);
}

/* Both the connections of this host and those to it. */
static void add_suspects(struct worker *w, unsigned host, uint64_t at_ms, unsigned look, struct row_set *rows)
{
	uint64_t later_ms = look * 60000ULL;

	for (unsigned k = 0; k < CONNECTIONS; k++) {
		struct connection own = connection_of(w->world, host, k),
		                  to = connection_of(w->world, client_of(w->world, host, k), k);
		add_end(w, &own, true, at_ms, later_ms, rows);
		if (has_server_end(&to, look))
			add_end(w, &to, false, at_ms, later_ms, rows);
	}
}

static void add_endpoints(struct worker *w, unsigned host, uint64_t at_ms, struct row_set *rows)
{
	struct endpoint own = endpoint_of(128, host, 2000 + host % SERVICES);

	for (unsigned listens = 0; listens < 2; listens++) {
		struct endpoint_row *r = row_push(rows, ROW_ENDPOINT);
		*r = (struct endpoint_row){ .seen_ms = at_ms, .scope = SCOPE_OUTER, .netns = NETNS };
		memcpy(r->addr, own.addr.bytes, sizeof(r->addr));
		if (listens) {
			r->port = own.port;
			r->service = w->names[host % SERVICES];
		}
	}
}

static void add_rollup(struct worker *w, unsigned host, uint64_t at_ms, unsigned back, uint32_t used,
                       struct row_set *rows)
{
	struct endpoint to = endpoint_of(250, 1, 443);
	struct rollup_row *r = row_push(rows, ROW_ROLLUP);

	*r = (struct rollup_row){
		.minute = (uint32_t)(at_ms / 60000) - back,
		.netns = NETNS,
		.service = w->names[host % SERVICES],
		.role = ROW_ROLE_CLIENT,
		.rport = to.port,
		.established = 3,
		.ports_used = used,
		.ports_usable = USABLE,
	};
	memcpy(r->raddr, to.addr.bytes, sizeof(r->raddr));
}

static void add_rollups(struct worker *w, unsigned host, uint64_t at_ms, struct row_set *rows)
{
	if (!is_exhausted(host))
		add_rollup(w, host, at_ms, 0, 40, rows);
	for (unsigned back = 0; is_exhausted(host) && back < MINUTES; back++)
		add_rollup(w, host, at_ms, back, 20000 + (MINUTES - back) * 60, rows);
}

/* Services 3 and 17 leak. Service 5 has leaked, and does so no more. */
static void add_findings(struct worker *w, unsigned host, uint64_t at_ms, bool last, struct row_set *rows)
{
	unsigned service = host % SERVICES;

	if (service == 5 && last) {
		*(struct finding_row *)row_push(rows, ROW_FINDING) =
		        (struct finding_row){ .key = "k1",
			                      .opened_ms = w->world->now_ms - 3600000,
			                      .updated_ms = at_ms,
			                      .closed = 1,
			                      .body = "{}" };
		return;
	}
	if (service != 3 && service != 17 && service != 5)
		return;
	*(struct finding_row *)row_push(rows, ROW_FINDING) = (struct finding_row){
		.key = "k1",
		.opened_ms = w->world->now_ms - 3600000,
		.updated_ms = at_ms,
		.id = "never-closed",
		.severity = "warning",
		.confidence = "certain",
		.service = w->names[service],
		.count = 90,
		.growth_known = 1,
		.growth_per_min = 3,
		.body = "{\"oldest_s\":1800}",
	};
}

static void fill(struct worker *w, unsigned host, const char *name, unsigned look, struct row_set *rows)
{
	uint64_t at_ms = look_ms(w->world, host, look);

	*(struct host_row *)row_push(rows, ROW_HOST) =
	        (struct host_row){ .seen_ms = at_ms, .name = name, .site = "lab", .kernel = "6.1" };
	add_endpoints(w, host, at_ms, rows);
	add_rollups(w, host, at_ms, rows);
	*(struct event_row *)row_push(rows, ROW_EVENT) =
	        (struct event_row){ .at_ms = at_ms, .kind = "connect", .error = "ETIMEDOUT", .target = "10.0.0.1:80" };
	add_findings(w, host, at_ms, look + 1 == LOOKS, rows);
	add_suspects(w, host, at_ms, look, rows);
	*(struct look_row *)row_push(rows, ROW_LOOK) = (struct look_row){
		.at_ms = at_ms, .complete = !is_incomplete(host), .key_id = 4711, .sockets = 200, .skew_known = 1
	};
}

static bool send_to(struct courier *courier, const struct text *sealed)
{
	struct courier_answer answer;

	for (unsigned n = 0; n < TRIES; n++) {
		courier_send(courier, sealed);
		while (!courier_wait(courier, MS_PER_S, &answer))
			;
		if (answer.status == 200)
			return true;
		usleep(50000);
	}
	fprintf(stderr, "gen: %ld %s %s\n", answer.status, answer.what, answer.why);
	return false;
}

static void seal_look(struct worker *w, unsigned host, unsigned look)
{
	struct batch_header h = { .host_id = host_id(host), .boot_id = { 1 } };
	struct row_set rows = { 0 };
	struct text sealed = { 0 };
	TEXT_CLEANUP name = { 0 };

	text_printf(&name, "host-%05u", host);
	fill(w, host, name.bytes, look, &rows);
	int err = batch_seal(&h, &rows, &sealed);
	row_set_free(&rows);
	if (!err)
		batch_number(&sealed, w->world->epoch, look + 1);
	w->world->failed += err != 0;
	*array_push(&w->batches) = sealed;
}

/* Who measures how long hubs take has nothing of that in it. */
static void seal_all(struct worker *w)
{
	for (unsigned s = 0; s < SERVICES; s++)
		snprintf(w->names[s], sizeof(w->names[s]), "svc-%02u", s);
	for (unsigned look = 0; look < LOOKS; look++)
		for (unsigned host = w->number; host < w->world->hosts; host += THREADS)
			seal_look(w, host, look);
}

static void send_all(struct worker *w)
{
	array_each (&w->batches, sealed) {
		for (unsigned i = 0; i < w->world->hub_count; i++)
			w->world->failed += !send_to(w->couriers[i], sealed);
		text_free(sealed);
	}
	array_free(&w->batches);
}

static void *work(void *worker)
{
	struct worker *w = worker;

	seal_all(w);
	for (unsigned i = 0; i < w->world->hub_count; i++)
		w->couriers[i] = courier_new(&(struct courier_plan){ .url = w->world->hubs[i] });
	if (pthread_barrier_wait(&w->world->sealed) == PTHREAD_BARRIER_SERIAL_THREAD)
		w->world->began_ms = clock_unix_ms();
	send_all(w);
	for (unsigned i = 0; i < w->world->hub_count; i++)
		courier_free(w->couriers[i]);
	return NULL;
}

static unsigned count_hosts(const struct world *w, bool (*is)(unsigned host))
{
	unsigned n = 0;

	for (unsigned host = 0; host < w->hosts; host++)
		n += is(host);
	return n;
}

static bool is_leaking(unsigned host)
{
	return host % SERVICES == 3;
}

static bool may_have_gone(const struct world *w, const struct connection *c)
{
	return is_closed_lately(c) && look_ms(w, c->client, LOOKS - 1) < look_ms(w, c->server, LOOKS - 1);
}

static void tell_verdicts(struct json *j, const struct world *w)
{
	unsigned counts[OUTSIDE + 1] = { 0 }, unproved = 0;

	for (unsigned host = 0; host < w->hosts; host++)
		for (unsigned k = 0; k < CONNECTIONS; k++) {
			struct connection c = connection_of(w, host, k);
			counts[c.sort]++;
			unproved += c.sort == HALF_OPEN && (is_incomplete(c.server) || may_have_gone(w, &c));
		}
	json_object_begin(j, "verdicts");
	json_u64(j, "client_owes", counts[CLIENT_OWES] + counts[TRANSLATED]);
	json_u64(j, "server_owes", counts[SERVER_OWES]);
	json_u64(j, "fin_from_between", counts[FIN_FROM_BETWEEN]);
	json_u64(j, "half_open", counts[HALF_OPEN] - unproved);
	json_u64(j, "not_a_pair", counts[NOT_A_PAIR]);
	json_u64(j, "unknown", counts[OUTSIDE] + unproved);
	json_u64(j, "healthy", counts[HEALTHY]);
	json_object_end(j);
	json_u64(j, "translated", counts[TRANSLATED]);
}

static unsigned count_debts(const struct world *w, unsigned host)
{
	unsigned n = 0;

	for (unsigned k = 0; k < CONNECTIONS; k++) {
		struct connection own = connection_of(w, host, k), to = connection_of(w, client_of(w, host, k), k);
		n += is_owed(own.sort, true) + is_owed(to.sort, false);
	}
	return n;
}

static void tell_release(struct json *j, const struct world *w, bool new)
{
	unsigned hosts = 0, leaking = 0, unfinished = 0, host;
	uint64_t first_ms = UINT64_MAX;
	TEXT_CLEANUP first = { 0 };

	for (host = 0; host < w->hosts; host++)
		if (is_of_release(host, new)) {
			unsigned debts = count_debts(w, host);
			hosts++;
			leaking += debts > 0;
			unfinished += debts;
			first_ms = MIN(first_ms, started_ms(w, host));
		}
	format_rfc3339(&first, first_ms);
	json_object_begin(j, NULL);
	json_text(j, "first_started_at", first.bytes);
	json_u64(j, "hosts", hosts);
	json_u64(j, "leaking", leaking);
	json_u64(j, "processes", hosts);
	json_u64(j, "unfinished", unfinished);
	json_text(j, "release", new ? "r2" : "r1");
	json_object_end(j);
}

static void tell_truth(const struct world *w)
{
	TEXT_CLEANUP out = { 0 };
	struct json j = JSON(&out, true);

	json_object_begin(&j, NULL);
	json_u64(&j, "hosts", w->hosts);
	json_u64(&j, "began_ms", w->began_ms);
	json_u64(&j, "incomplete", count_hosts(w, is_incomplete));
	json_u64(&j, "leaking", count_hosts(w, is_leaking));              /* of each service that leaks */
	json_u64(&j, "closed_lately", count_hosts(w, has_closed_lately)); /* a connection each, at the server's end */
	json_u64(&j, "exhausted", count_hosts(w, is_exhausted));
	tell_verdicts(&j, w);
	json_array_begin(&j, "releases"); /* of one service */
	tell_release(&j, w, false);
	tell_release(&j, w, true);
	json_array_end(&j);
	json_object_end(&j);
	puts(out.bytes);
}

int main(int argc, char **argv)
{
	struct world w = { .hosts = argc > 3 ? (unsigned)atoi(argv[1]) : 0,
		           .epoch = argc > 3 ? (unsigned)atoi(argv[2]) : 0,
		           .hub_count = (unsigned)argc - 3,
		           .hubs = (const char *const *)argv + 3,
		           .now_ms = clock_unix_ms() };
	struct worker workers[THREADS];
	pthread_t threads[THREADS];

	if (w.hosts < 2 || w.hub_count > HUBS_MOST || !http_library())
		return 2;
	pthread_barrier_init(&w.sealed, NULL, THREADS);
	for (unsigned i = 0; i < THREADS; i++) {
		workers[i] = (struct worker){ .world = &w, .number = i };
		pthread_create(&threads[i], NULL, work, &workers[i]);
	}
	for (unsigned i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	pthread_barrier_destroy(&w.sealed);
	tell_truth(&w);
	return w.failed ? 1 : 0;
}
