/* Both ends of a connection from the moments of two hosts: verdicts, and everything that must make them unknown. */
#include "unit.h"
#include "fleet/fleet.h"
#include "fleet/times.h"
#include "model/sequence.h"
#include "scene.h"

enum { MINUTE_MS = 60 * 1000, HOUR_MS = 60 * MINUTE_MS };

#define WEB "10.0.0.1"
#define DB  "10.0.0.2"

static const struct fleet_key key = { { 7 } };

/* A host that has looked at all that it has, at that time of its own clock. */
static struct moment *host_at(const char *name, const char *address, uint64_t taken_ms)
{
	struct moment *m = moment_new();
	struct netns *n = array_push(&m->netns);

	m->host = name;
	m->boot_id = name; /* a boot of its own, and so a clock of its own */
	m->source = "bpf";
	m->taken_unix_ms = taken_ms;
	m->taken_boot_ns = taken_ms * NS_PER_MS;
	m->fleet_key_id = fleet_key_id(&key);
	*n = (struct netns){
		.inode = 4026531840, .self = true, .in_scope = true, .table_seen = true, .addresses_known = true
	};
	struct local_address *a = array_push(&m->addresses);
	assert_int_equal(addr_parse(address, &a->range.addr), 0);
	a->range.bits = 128;
	return m;
}

/* `sent` and `got` include all that the kernel counts; quiet for so long on both ends. */
static struct socket *end(struct moment *m, enum tcp_state state, enum socket_role role, const char *local,
                          const char *peer, uint32_t quiet_ms)
{
	struct socket *s = scene_socket(m, state, local, peer);

	s->role = (uint8_t)role;
	s->flags = SOCKET_TIMES_KNOWN;
	s->since_data_ms = s->since_sent_ms = s->since_ack_ms = quiet_ms;
	s->acked_bytes = s->received_bytes = 100;
	return s;
}

static void number(struct socket *s, uint32_t snd_nxt, uint32_t rcv_nxt)
{
	s->sequence = sequence_id(&key, snd_nxt, rcv_nxt);
	if (s->state == STATE_CLOSE_WAIT)
		s->sequence_unended = sequence_id(&key, snd_nxt, rcv_nxt - 1);
}

/* Joins what these say, and gives the verdict of the only pair. */
static struct fleet *joined(struct moment *const moments[], size_t count)
{
	struct fleet *f = fleet_new();
	char file[32];

	for (size_t i = 0; i < count; i++) {
		snprintf(file, sizeof(file), "file-%zu", i);
		fleet_add(f, file, moments[i]);
		moment_free(moments[i]);
	}
	fleet_join(f);
	return f;
}

#define JOINED(...) joined((struct moment *[]){ __VA_ARGS__ }, ARRAY_SIZE(((struct moment *[]){ __VA_ARGS__ })))

static const struct fleet_pair *only_pair(const struct fleet *f)
{
	assert_int_equal(f->pairs.count, 1);
	return &f->pairs.items[0];
}

static const struct fleet_pair *pair_of(const struct fleet *f, enum tcp_state state)
{
	array_each (&f->pairs, p)
		if (f->ends.items[p->ours].state == state)
			return p;
	fail();
	return NULL;
}

/* An idle connection between both, whose ends tell how far the looks are apart. */
static void tie(struct moment *web, struct moment *db, uint32_t web_quiet_ms, uint32_t db_quiet_ms)
{
	struct socket *a = end(web, STATE_ESTABLISHED, ROLE_CLIENT, WEB ":60000", DB ":22", web_quiet_ms);
	struct socket *b = end(db, STATE_ESTABLISHED, ROLE_SERVER, DB ":22", WEB ":60000", db_quiet_ms);

	number(a, 5000000, 6000000);
	number(b, 6000000, 5000000);
}

static void client_owes_by_flow(void **state)
{
	struct moment *web = host_at("web", WEB, HOUR_MS), *db = host_at("db", DB, HOUR_MS);
	struct socket *c = end(web, STATE_CLOSE_WAIT, ROLE_CLIENT, WEB ":40000", DB ":5432", 5 * MINUTE_MS);
	struct socket *s = end(db, STATE_FIN_WAIT2, ROLE_SERVER, DB ":5432", WEB ":40000", 5 * MINUTE_MS);

	scene_hold(web, c, 100, "shop", 3);
	scene_hold(db, s, 200, "postgres", 4);
	c->received_bytes = s->acked_bytes = 101; /* the FIN */
	cleanup(fleet_cleanup) struct fleet *f = JOINED(web, db);
	const struct fleet_pair *p = only_pair(f);
	assert_int_equal(p->verdict, PAIR_CLIENT_OWES);
	assert_int_equal(p->joined, JOINED_FLOW);
	assert_int_equal(p->fin_from, FIN_THEIRS);
	assert_string_equal(fleet_service_of(f, p->ours), "shop");
	assert_string_equal(fleet_host_of(f, p->theirs)->name, "db");
	assert_int_equal(fleet_program_of(f, p->theirs)->pid, 200);
}

/* The order of the files does not matter, and whoever owes is ours. */
static void server_owes_by_sequence_through_nat(void **state)
{
	for (int turned = 0; turned < 2; turned++) {
		struct moment *web = host_at("web", "192.168.1.5", HOUR_MS), *db = host_at("db", DB, HOUR_MS);
		struct socket *c =
		        end(web, STATE_FIN_WAIT2, ROLE_CLIENT, "192.168.1.5:40000", "10.9.9.9:80", 5 * MINUTE_MS);
		struct socket *s = end(db, STATE_CLOSE_WAIT, ROLE_SERVER, DB ":8080", "10.7.7.7:51000", 5 * MINUTE_MS);
		number(c, 1001, 2000);
		number(s, 2000, 1001);
		cleanup(fleet_cleanup) struct fleet *f = turned ? JOINED(db, web) : JOINED(web, db);
		const struct fleet_pair *p = only_pair(f);
		assert_int_equal(p->verdict, PAIR_SERVER_OWES);
		assert_int_equal(p->joined, JOINED_SEQUENCE);
		assert_string_equal(fleet_host_of(f, p->ours)->name, "db");
	}
}

/* Hosts with different keys: their numbers are not compared, whatever they are. */
static void other_keys_join_nothing(void **state)
{
	struct moment *web = host_at("web", "192.168.1.5", HOUR_MS), *db = host_at("db", DB, HOUR_MS);

	number(end(web, STATE_FIN_WAIT2, ROLE_CLIENT, "192.168.1.5:40000", "10.9.9.9:80", MINUTE_MS), 1001, 2000);
	number(end(db, STATE_CLOSE_WAIT, ROLE_SERVER, DB ":8080", "10.7.7.7:51000", MINUTE_MS), 2000, 1001);
	db->fleet_key_id++;
	cleanup(fleet_cleanup) struct fleet *f = JOINED(web, db);
	assert_int_equal(pair_of(f, STATE_CLOSE_WAIT)->verdict, PAIR_UNSURE);
	assert_int_equal(pair_of(f, STATE_CLOSE_WAIT)->reason, REASON_OUTSIDE);
}

/* A clock is off from another's, not from itself. */
static void a_clock_alone_is_not_off(void **state)
{
	cleanup(fleet_cleanup) struct fleet *f =
	        JOINED(host_at("web", WEB, HOUR_MS), host_at("web", WEB, HOUR_MS + MINUTE_MS));
	int64_t off_ms;

	assert_int_equal(f->hosts.count, 1);
	assert_false(times_clock_off_ms(f, 0, &off_ms));
	f->looks.items[0].of_hub = true;
	assert_false(times_clock_off_ms(f, 0, &off_ms));
	f->looks.items[0].clock_known = true;
	f->looks.items[0].clock_off_ms = -40;
	assert_true(times_clock_off_ms(f, 0, &off_ms));
	assert_int_equal(off_ms, -40);
}

/* "Closed by its program" accuses: it is said of nothing that somebody may hold. */
static void closed_is_said_of_what_is_closed_alone(void **state)
{
	for (unsigned u = UNOWNED_TIME_WAIT; u < UNOWNED_COUNT; u++) {
		const struct fleet_end e = { .flags = END_LISTENED, .unowned = (uint8_t)u };
		bool closed = u == UNOWNED_TIME_WAIT || u == UNOWNED_ORPHAN, waits = u == UNOWNED_NOT_ACCEPTED;
		if (u == UNOWNED_REQUEST)
			continue; /* no end of the fleet's: half a handshake */
		assert_string_equal(fleet_end_unheld(&e), closed  ? ", closed by its program"
		                                          : waits ? ", not accepted yet"
		                                                  : ", who holds it is not known");
	}
	assert_string_equal(fleet_end_unheld(&(struct fleet_end){ .unowned = UNOWNED_ORPHAN }), "");
}

static void fin_from_between(void **state)
{
	struct moment *web = host_at("web", WEB, HOUR_MS), *db = host_at("db", DB, HOUR_MS);

	tie(web, db, 30 * MINUTE_MS, 30 * MINUTE_MS);
	number(end(web, STATE_CLOSE_WAIT, ROLE_CLIENT, WEB ":40000", DB ":5432", 5 * MINUTE_MS), 1000, 2001);
	number(end(db, STATE_ESTABLISHED, ROLE_SERVER, DB ":5432", WEB ":40000", 5 * MINUTE_MS), 2000, 1000);
	cleanup(fleet_cleanup) struct fleet *f = JOINED(web, db);
	const struct fleet_pair *p = pair_of(f, STATE_CLOSE_WAIT);
	assert_int_equal(p->verdict, PAIR_FIN_FROM_BETWEEN);
	assert_int_equal(p->fin_from, FIN_BETWEEN);
}

/* The server may have sent its FIN after it looked: 4 minutes before the client did. Its clock says the same hour. */
static void a_fin_after_the_look_is_not_from_between(void **state)
{
	struct moment *web = host_at("web", WEB, HOUR_MS), *db = host_at("db", DB, HOUR_MS);

	tie(web, db, 30 * MINUTE_MS, 26 * MINUTE_MS);
	number(end(web, STATE_CLOSE_WAIT, ROLE_CLIENT, WEB ":40000", DB ":5432", 2 * MINUTE_MS), 1000, 2001);
	number(end(db, STATE_ESTABLISHED, ROLE_SERVER, DB ":5432", WEB ":40000", 5 * MINUTE_MS), 2000, 1000);
	cleanup(fleet_cleanup) struct fleet *f = JOINED(web, db);
	const struct fleet_pair *p = pair_of(f, STATE_CLOSE_WAIT);
	assert_int_equal(p->verdict, PAIR_UNSURE);
	assert_int_equal(p->reason, REASON_LOOKED_EARLIER);
}

/* A half-open connection: the client's, and what the server's look says of it. */
struct absent {
	struct moment *web, *db;
};

static struct absent absent_at(uint32_t web_quiet_ms, uint32_t db_quiet_ms)
{
	struct absent a = { host_at("web", WEB, HOUR_MS), host_at("db", DB, HOUR_MS) };

	tie(a.web, a.db, web_quiet_ms, db_quiet_ms);
	number(end(a.web, STATE_FIN_WAIT2, ROLE_CLIENT, WEB ":40000", DB ":5432", 20 * MINUTE_MS), 1000, 2000);
	scene_hold(a.web, &a.web->sockets.items[1], 100, "shop", 3);
	return a;
}

static enum fleet_reason reason_of(struct absent *a)
{
	cleanup(fleet_cleanup) struct fleet *f = JOINED(a->web, a->db);
	const struct fleet_pair *p = pair_of(f, STATE_FIN_WAIT2);

	assert_int_equal(p->verdict, p->reason ? PAIR_UNSURE : PAIR_HALF_OPEN);
	assert_int_equal(p->joined, p->reason ? JOINED_NOT : JOINED_ABSENCE);
	return p->reason;
}

static void half_open_is_proved_by_a_whole_look(void **state)
{
	struct absent a = absent_at(10 * MINUTE_MS, 9 * MINUTE_MS); /* the client looked a minute later */

	assert_int_equal(reason_of(&a), REASON_NONE);
}

static void half_open_is_not_proved_by_a_look_with_gaps(void **state)
{
	struct absent a = absent_at(10 * MINUTE_MS, 9 * MINUTE_MS);

	moment_gap(a.db, "sockets of others", "permission", NULL);
	assert_int_equal(reason_of(&a), REASON_INCOMPLETE);
}

/* Its clock says that both looked at the same time; the connection between them, that the server looked 2 minutes
 * later. */
static void half_open_is_not_proved_by_a_later_look(void **state)
{
	struct absent a = absent_at(10 * MINUTE_MS, 12 * MINUTE_MS);

	assert_int_equal(reason_of(&a), REASON_LOOKED_LATER);
}

static void half_open_is_not_proved_by_a_look_from_before_it_was_used(void **state)
{
	struct absent a = absent_at(50 * MINUTE_MS, 10 * MINUTE_MS);

	assert_int_equal(reason_of(&a), REASON_LOOKED_EARLIER);
}

/* Nothing between both, and clocks of their own: they may be off by any time. */
static void half_open_is_not_proved_by_clocks(void **state)
{
	struct absent a = absent_at(10 * MINUTE_MS, 9 * MINUTE_MS);

	a.db->sockets.count = 0;
	assert_int_equal(reason_of(&a), REASON_TIMES);
}

static void half_open_is_not_proved_where_somebody_answers(void **state)
{
	struct absent a = absent_at(10 * MINUTE_MS, 9 * MINUTE_MS);

	a.web->sockets.items[1].since_ack_ms = 1000; /* of a keepalive probe */
	assert_int_equal(reason_of(&a), REASON_ANSWERS);
}

static void half_open_is_not_proved_on_a_host_that_translates(void **state)
{
	struct absent a = absent_at(10 * MINUTE_MS, 9 * MINUTE_MS);

	a.db->netns.items[0].totals.conntrack_used = 3;
	assert_int_equal(reason_of(&a), REASON_LEADS_ON);
	a = absent_at(10 * MINUTE_MS, 9 * MINUTE_MS);
	a.web->netns.items[0].tracks_unread = true;
	assert_int_equal(reason_of(&a), REASON_TRANSLATED);
}

static void half_open_is_not_proved_where_two_hosts_have_the_address(void **state)
{
	struct absent a = absent_at(10 * MINUTE_MS, 9 * MINUTE_MS);
	struct moment *twin = host_at("twin", DB, HOUR_MS);
	cleanup(fleet_cleanup) struct fleet *f = JOINED(a.web, a.db, twin);

	assert_int_equal(pair_of(f, STATE_FIN_WAIT2)->reason, REASON_SEVERAL);
}

/* The newest look is too late, one before it is not. */
static void an_earlier_look_of_the_host_proves_it(void **state)
{
	struct absent a = absent_at(10 * MINUTE_MS, 12 * MINUTE_MS);
	struct moment *before = host_at("db", DB, HOUR_MS - 4 * MINUTE_MS);
	cleanup(fleet_cleanup) struct fleet *f = JOINED(a.web, a.db, before);

	assert_int_equal(pair_of(f, STATE_FIN_WAIT2)->verdict, PAIR_HALF_OPEN);
}

/* And if it was there then, it is no proof. */
static void an_earlier_look_that_has_it_proves_nothing(void **state)
{
	struct absent a = absent_at(10 * MINUTE_MS, 12 * MINUTE_MS);
	struct moment *before = host_at("db", DB, HOUR_MS - 4 * MINUTE_MS);

	end(before, STATE_CLOSE_WAIT, ROLE_SERVER, DB ":5432", WEB ":40000", 16 * MINUTE_MS);
	cleanup(fleet_cleanup) struct fleet *f = JOINED(a.web, a.db, before);
	assert_int_equal(pair_of(f, STATE_FIN_WAIT2)->verdict, PAIR_UNSURE);
}

/* A hub's store is asked for an earlier look once something rests on it, and not before. */
static void what_an_earlier_look_has_may_come_later(void **state)
{
	struct absent a = absent_at(10 * MINUTE_MS, 12 * MINUTE_MS);
	struct moment *before = host_at("db", DB, HOUR_MS - 4 * MINUTE_MS);
	cleanup(fleet_cleanup) struct fleet *f = JOINED(a.web, a.db, before);
	const struct fleet_pair *p = pair_of(f, STATE_FIN_WAIT2);

	assert_int_equal(p->proof, 2);
	assert_true(fleet_rests_on_earlier(f, p));
	fleet_judge_absent(f);
	assert_int_equal(p->verdict, PAIR_HALF_OPEN);
	assert_int_equal(f->counts[PAIR_HALF_OPEN], 1);
	struct fleet_end then = f->ends.items[p->ours];
	then.look = 2;
	then.pair = FLEET_NONE;
	*array_push(&f->ends) = then;
	fleet_judge_absent(f);
	assert_int_equal(p->verdict, PAIR_UNSURE);
	assert_int_equal(f->counts[PAIR_HALF_OPEN], 0);
	assert_int_equal(fleet_count_open(f), f->counts[PAIR_UNSURE]);
}

static void one_file_of_a_fleet_proves_nothing(void **state)
{
	struct moment *web = host_at("web", WEB, HOUR_MS);

	number(end(web, STATE_CLOSE_WAIT, ROLE_CLIENT, WEB ":40000", DB ":5432", 20 * MINUTE_MS), 1000, 2000);
	cleanup(fleet_cleanup) struct fleet *f = JOINED(web);
	assert_int_equal(only_pair(f)->verdict, PAIR_UNSURE);
	assert_int_equal(only_pair(f)->reason, REASON_OUTSIDE);
	assert_int_equal(only_pair(f)->fin_from, FIN_UNKNOWN); /* it may have come from between */
}

/* The port was used again: other numbers and other bytes, at rest on both sides for long. */
static void a_port_that_was_used_again_is_not_a_pair(void **state)
{
	struct moment *web = host_at("web", WEB, HOUR_MS), *db = host_at("db", DB, HOUR_MS);

	tie(web, db, 30 * MINUTE_MS, 30 * MINUTE_MS);
	struct socket *c = end(web, STATE_CLOSE_WAIT, ROLE_CLIENT, WEB ":40000", DB ":5432", 20 * MINUTE_MS);
	struct socket *s = end(db, STATE_FIN_WAIT2, ROLE_SERVER, DB ":5432", WEB ":40000", 5 * MINUTE_MS);
	number(c, 1000, 2001);
	number(s, 77777, 88888);
	c->received_bytes = 5000;
	cleanup(fleet_cleanup) struct fleet *f = JOINED(web, db);
	assert_int_equal(pair_of(f, STATE_CLOSE_WAIT)->verdict, PAIR_NOT_A_PAIR);
}

/* The same numbers differ because it was in use between the looks: nobody can tell. */
static void one_in_use_between_the_looks_is_unknown(void **state)
{
	struct moment *web = host_at("web", WEB, HOUR_MS), *db = host_at("db", DB, HOUR_MS);

	tie(web, db, 30 * MINUTE_MS, 20 * MINUTE_MS);
	struct socket *c = end(web, STATE_CLOSE_WAIT, ROLE_CLIENT, WEB ":40000", DB ":5432", 3 * MINUTE_MS);
	struct socket *s = end(db, STATE_FIN_WAIT2, ROLE_SERVER, DB ":5432", WEB ":40000", 1000);
	number(c, 1000, 2001);
	number(s, 1500, 900);
	c->received_bytes = 5000;
	cleanup(fleet_cleanup) struct fleet *f = JOINED(web, db);
	assert_int_equal(pair_of(f, STATE_CLOSE_WAIT)->verdict, PAIR_UNSURE);
	assert_int_equal(pair_of(f, STATE_CLOSE_WAIT)->reason, REASON_MOVED);
}

/* A firewall gave it other numbers: its bytes are the same. */
static void numbers_that_were_rewritten_are_a_pair_by_their_bytes(void **state)
{
	struct moment *web = host_at("web", WEB, HOUR_MS), *db = host_at("db", DB, HOUR_MS);
	struct socket *c = end(web, STATE_CLOSE_WAIT, ROLE_CLIENT, WEB ":40000", DB ":5432", 20 * MINUTE_MS);
	struct socket *s = end(db, STATE_FIN_WAIT2, ROLE_SERVER, DB ":5432", WEB ":40000", 20 * MINUTE_MS);

	number(c, 1000, 2001);
	number(s, 77777, 88888);
	c->received_bytes = s->acked_bytes = 5001;
	cleanup(fleet_cleanup) struct fleet *f = JOINED(web, db);
	assert_int_equal(only_pair(f)->verdict, PAIR_CLIENT_OWES);
}

/* Overlapping networks: the same addresses and ports on four hosts. */
static void flows_of_many_are_left_open(void **state)
{
	struct moment *hosts[4] = { host_at("web", WEB, HOUR_MS), host_at("db", DB, HOUR_MS),
		                    host_at("web2", WEB, HOUR_MS), host_at("db2", DB, HOUR_MS) };

	for (int i = 0; i < 4; i++) {
		bool web = !(i & 1);
		end(hosts[i], web ? STATE_CLOSE_WAIT : STATE_FIN_WAIT2, web ? ROLE_CLIENT : ROLE_SERVER,
		    web ? WEB ":40000" : DB ":5432", web ? DB ":5432" : WEB ":40000", MINUTE_MS);
	}
	cleanup(fleet_cleanup) struct fleet *f = joined(hosts, 4);
	array_each (&f->pairs, p) {
		assert_int_equal(p->verdict, PAIR_UNSURE);
		assert_int_equal(p->reason, REASON_SEVERAL_ENDS);
	}
	assert_true(f->pairs.count >= 2);
}

/* Where numbers are known, they tell overlapping networks apart. */
static void numbers_tell_overlapping_networks_apart(void **state)
{
	struct moment *hosts[4] = { host_at("web", WEB, HOUR_MS), host_at("db", DB, HOUR_MS),
		                    host_at("web2", WEB, HOUR_MS), host_at("db2", DB, HOUR_MS) };

	for (uint32_t i = 0; i < 4; i++) {
		bool web = !(i & 1);
		struct socket *s =
		        end(hosts[i], web ? STATE_CLOSE_WAIT : STATE_FIN_WAIT2, web ? ROLE_CLIENT : ROLE_SERVER,
		            web ? WEB ":40000" : DB ":5432", web ? DB ":5432" : WEB ":40000", MINUTE_MS);
		uint32_t of = 1000 * (i / 2 + 1);
		number(s, web ? of : of + 501, web ? of + 501 : of);
	}
	cleanup(fleet_cleanup) struct fleet *f = joined(hosts, 4);
	assert_int_equal(f->pairs.count, 2);
	assert_int_equal(f->counts[PAIR_CLIENT_OWES], 2);
	array_each (&f->pairs, p)
		assert_int_equal(strlen(fleet_host_of(f, p->ours)->name) - 1,
		                 strlen(fleet_host_of(f, p->theirs)->name));
}

/* Addresses that are hidden are no addresses: equal ones of two files mean nothing. */
static void redacted_files_meet_by_numbers_alone(void **state)
{
	struct moment *web = host_at("host1", WEB, HOUR_MS), *db = host_at("host1", DB, HOUR_MS);

	web->redacted = db->redacted = true;
	end(web, STATE_CLOSE_WAIT, ROLE_CLIENT, "10.0.0.1:40000", "10.0.0.2:80", MINUTE_MS);
	end(db, STATE_FIN_WAIT2, ROLE_SERVER, "10.0.0.2:80", "10.0.0.1:40000", MINUTE_MS);
	number(end(web, STATE_CLOSE_WAIT, ROLE_CLIENT, "10.0.0.1:40001", "10.0.0.3:80", MINUTE_MS), 1000, 2001);
	number(end(db, STATE_FIN_WAIT2, ROLE_SERVER, "10.0.0.9:80", "10.0.0.8:4", MINUTE_MS), 2001, 1000);
	cleanup(fleet_cleanup) struct fleet *f = JOINED(web, db);
	assert_int_equal(f->hosts.count, 2);
	assert_int_equal(f->counts[PAIR_CLIENT_OWES], 1);
	assert_int_equal(f->counts[PAIR_UNSURE], 2);
}

/* One that is just being closed is nobody's debt. */
static void a_close_of_this_second_is_on_its_way(void **state)
{
	struct moment *web = host_at("web", WEB, HOUR_MS), *db = host_at("db", DB, HOUR_MS);

	number(end(web, STATE_CLOSE_WAIT, ROLE_CLIENT, WEB ":40000", DB ":5432", 200), 1000, 2001);
	number(end(db, STATE_FIN_WAIT2, ROLE_SERVER, DB ":5432", WEB ":40000", 200), 2001, 1000);
	cleanup(fleet_cleanup) struct fleet *f = JOINED(web, db);
	assert_int_equal(only_pair(f)->verdict, PAIR_CLOSING);
}

UNIT_MAIN(TEST(client_owes_by_flow), TEST(server_owes_by_sequence_through_nat), TEST(other_keys_join_nothing),
          TEST(closed_is_said_of_what_is_closed_alone), TEST(a_clock_alone_is_not_off), TEST(fin_from_between),
          TEST(a_fin_after_the_look_is_not_from_between), TEST(half_open_is_proved_by_a_whole_look),
          TEST(half_open_is_not_proved_by_a_look_with_gaps), TEST(half_open_is_not_proved_by_a_later_look),
          TEST(half_open_is_not_proved_by_a_look_from_before_it_was_used), TEST(half_open_is_not_proved_by_clocks),
          TEST(half_open_is_not_proved_where_somebody_answers), TEST(half_open_is_not_proved_on_a_host_that_translates),
          TEST(half_open_is_not_proved_where_two_hosts_have_the_address), TEST(an_earlier_look_of_the_host_proves_it),
          TEST(an_earlier_look_that_has_it_proves_nothing), TEST(what_an_earlier_look_has_may_come_later),
          TEST(one_file_of_a_fleet_proves_nothing), TEST(a_port_that_was_used_again_is_not_a_pair),
          TEST(one_in_use_between_the_looks_is_unknown), TEST(numbers_that_were_rewritten_are_a_pair_by_their_bytes),
          TEST(flows_of_many_are_left_open), TEST(numbers_tell_overlapping_networks_apart),
          TEST(redacted_files_meet_by_numbers_alone), TEST(a_close_of_this_second_is_on_its_way));
