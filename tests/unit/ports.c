/* The port budget on moments made by hand, one fact a test. The kernel itself is the judge in
 * tests/ports/property.c; here each case is small enough to see the answer. */
#include "unit.h"
#include "model/port/relief.h"
#include "model/port/rule.h"

static struct moment *moment_with_range(uint16_t first, uint16_t last)
{
	struct moment *m = moment_new();
	uint32_t at = moment_netns(m, 1); /* may move the array */
	struct netns *n = &m->netns.items[at];

	n->port_first = first;
	n->port_last = last;
	n->tw_reuse = 2;
	n->tw_reuse_delay_ms = 1000;
	n->timestamps = 1;
	return m;
}

static void set(struct endpoint *e, const char *text)
{
	assert_int_equal(endpoint_parse(text, e), 0);
}

/* A socket that bind() or listen() gave its port; without peer. */
static struct socket *bound(struct moment *m, const char *local, enum tcp_state state)
{
	struct socket *s = array_push(&m->sockets);

	*s = (struct socket){ .state = state, .first_holder = HOLDER_NONE, .flags = SOCKET_BUCKET_KNOWN };
	set(&s->local, local);
	set(&s->peer, s->local.addr.v6 ? "[::]:1" : "0.0.0.0:1");
	s->peer.port = 0;
	return s;
}

/* A socket that connect() gave its port. */
static struct socket *connected(struct moment *m, const char *local, const char *peer)
{
	struct socket *s = bound(m, local, STATE_ESTABLISHED);

	s->fastreuse = s->fastreuseport = -1;
	set(&s->peer, peer);
	return s;
}

static struct socket *time_wait(struct moment *m, const char *local, const char *peer, uint32_t age_ms)
{
	struct socket *s = connected(m, local, peer);

	s->state = STATE_TIME_WAIT;
	s->timer = TIMER_TIME_WAIT;
	s->timer_ms = 60000 - age_ms;
	s->since_ack_ms = age_ms;
	s->flags |= SOCKET_TIMES_KNOWN | SOCKET_TIMESTAMPS;
	return s;
}

static struct port_budget bind_budget(const struct moment *m, const char *address, bool v6only)
{
	cleanup(port_map_cleanup) struct port_map *map = port_map_new(m);
	struct port_asker asker = { .v6only = v6only };
	struct port_budget b;

	assert_int_equal(addr_parse(address, &asker.local), 0);
	assert_int_equal(ports_bind(map, 0, &asker, &b), 0);
	return b;
}

static struct port_budget connect_budget(const struct moment *m, const char *source, const char *destination)
{
	cleanup(port_map_cleanup) struct port_map *map = port_map_new(m);
	struct endpoint to;
	struct addr from;
	struct port_budget b;

	assert_int_equal(addr_parse(source, &from), 0);
	assert_int_equal(endpoint_parse(destination, &to), 0);
	assert_int_equal(ports_connect(map, 0, &from, &to, &b), 0);
	return b;
}

#define assert_budget(b, used_, low, high)                                                                             \
	do {                                                                                                           \
		struct port_budget budget_ = (b);                                                                      \
		assert_int_equal(budget_.used, used_);                                                                 \
		assert_int_equal(budget_.free_low, low);                                                               \
		assert_int_equal(budget_.free_high, high);                                                             \
	} while (0)

static void unknown_range(void **state)
{
	cleanup(moment_cleanup) struct moment *m = moment_with_range(0, 0);
	cleanup(port_map_cleanup) struct port_map *map = port_map_new(m);
	struct port_asker asker = { .local = addr_v4(0) };
	struct port_budgets all = { 0 };
	struct port_budget b;

	assert_int_equal(ports_bind(map, 0, &asker, &b), -61);
	assert_int_equal(ports_connect_all(map, 0, 5, &all), -61);
	assert_int_equal(ports_bind_all(map, 0, 5, &all), -61);
}

/* The incident's heart: connect() elsewhere still works while bind() does not. */
static void connect_needs_only_a_free_tuple(void **state)
{
	cleanup(moment_cleanup) struct moment *m = moment_with_range(1000, 1003);

	for (int i = 0; i < 4; i++) {
		char local[32];
		snprintf(local, sizeof(local), "127.0.0.1:%d", 1000 + i);
		connected(m, local, "127.0.0.1:80")->state = STATE_CLOSE_WAIT;
	}
	assert_budget(connect_budget(m, "127.0.0.1", "127.0.0.1:80"), 4, 0, 0);
	assert_int_equal(connect_budget(m, "127.0.0.1", "127.0.0.1:80").by_state[STATE_CLOSE_WAIT], 4);
	assert_budget(connect_budget(m, "127.0.0.1", "127.0.0.1:81"), 0, 4, 4);
	assert_budget(connect_budget(m, "127.0.0.2", "127.0.0.1:80"), 0, 4, 4);
	assert_budget(bind_budget(m, "127.0.0.1", false), 4, 0, 0);
	assert_budget(bind_budget(m, "0.0.0.0", false), 4, 0, 0);
	assert_budget(bind_budget(m, "::", false), 4, 0, 0);
	assert_budget(bind_budget(m, "::", true), 0, 4, 4);
	assert_budget(bind_budget(m, "127.0.0.2", false), 0, 4, 4);
}

static void explicit_bind_takes_the_port_from_every_connect(void **state)
{
	cleanup(moment_cleanup) struct moment *m = moment_with_range(1000, 1003);

	bound(m, "10.0.0.1:1001", STATE_CLOSE);
	bound(m, "10.0.0.1:1002", STATE_LISTEN);
	connected(m, "10.0.0.1:1002", "10.9.9.9:5")->fastreuse = 0; /* the listener's child */
	assert_budget(connect_budget(m, "127.0.0.1", "127.0.0.1:80"), 2, 2, 2);
	assert_int_equal(connect_budget(m, "127.0.0.1", "127.0.0.1:80").by_state[STATE_LISTEN], 1);
	assert_budget(bind_budget(m, "127.0.0.1", false), 0, 4, 4);
}

static void reserved_and_outside(void **state)
{
	cleanup(moment_cleanup) struct moment *m = moment_with_range(1000, 1003);
	uint64_t reserved[1024] = { [1000 / 64] = 1ULL << 1000 % 64 };

	m->netns.items[0].reserved = reserved;
	bound(m, "0.0.0.0:1000", STATE_LISTEN);
	bound(m, "0.0.0.0:999", STATE_LISTEN);
	bound(m, "0.0.0.0:1004", STATE_LISTEN);
	assert_int_equal(bind_budget(m, "0.0.0.0", false).usable, 3);
	assert_budget(bind_budget(m, "0.0.0.0", false), 0, 3, 3);
}

/* Of three ports the last is never tried; of five the first or the last may be missed. */
static void odd_ranges(void **state)
{
	cleanup(moment_cleanup) struct moment *three = moment_with_range(1000, 1002);
	cleanup(moment_cleanup) struct moment *five = moment_with_range(1000, 1004);
	cleanup(moment_cleanup) struct moment *one = moment_with_range(1000, 1000);

	assert_int_equal(bind_budget(three, "0.0.0.0", false).usable, 2);
	assert_budget(bind_budget(three, "0.0.0.0", false), 0, 2, 2);
	assert_budget(bind_budget(five, "0.0.0.0", false), 0, 4, 5);
	bound(five, "0.0.0.0:1000", STATE_LISTEN);
	bound(five, "0.0.0.0:1004", STATE_LISTEN);
	assert_budget(bind_budget(five, "0.0.0.0", false), 2, 3, 3);
	assert_budget(bind_budget(one, "0.0.0.0", false), 0, 1, 1);
}

static void families(void **state)
{
	cleanup(moment_cleanup) struct moment *m = moment_with_range(1000, 1003);

	bound(m, "[::]:1000", STATE_LISTEN);
	bound(m, "[::]:1001", STATE_LISTEN)->flags |= SOCKET_V6ONLY;
	bound(m, "[::1]:1002", STATE_LISTEN)->flags |= SOCKET_V6ONLY; /* bind() to a v6 address sets it */
	connected(m, "[::1]:1003", "[::1]:80");
	assert_budget(bind_budget(m, "127.0.0.1", false), 1, 3, 3);
	assert_budget(bind_budget(m, "::ffff:127.0.0.1", false), 1, 3, 3);
	assert_budget(bind_budget(m, "0.0.0.0", false), 2, 2, 2); /* the connected one is not v6only */
	assert_budget(bind_budget(m, "::1", false), 4, 0, 0);
	assert_budget(bind_budget(m, "::2", false), 2, 2, 2);
	assert_budget(bind_budget(m, "::", false), 4, 0, 0);
	assert_budget(bind_budget(m, "::", true), 4, 0, 0);
}

static void time_wait_reuse(void **state)
{
	cleanup(moment_cleanup) struct moment *m = moment_with_range(1000, 1003);
	struct netns *n = &m->netns.items[0];

	time_wait(m, "127.0.0.1:1000", "127.0.0.1:80", 900);
	time_wait(m, "127.0.0.1:1001", "127.0.0.1:80", 1001);
	time_wait(m, "127.0.0.1:1002", "127.0.0.1:80", 30000)->flags &= ~(uint32_t)SOCKET_TIMESTAMPS;
	time_wait(m, "127.0.0.1:1003", "127.0.0.1:80", 30000)->state = STATE_FIN_WAIT2;
	assert_budget(connect_budget(m, "127.0.0.1", "127.0.0.1:80"), 3, 1, 1);
	n->tw_reuse = 0;
	assert_budget(connect_budget(m, "127.0.0.1", "127.0.0.1:80"), 4, 0, 0);
	assert_budget(bind_budget(m, "127.0.0.1", false), 4, 0, 0);
	n->tw_reuse = 1;
	n->tw_reuse_delay_ms = 0; /* a kernel without that sysctl: FIN_WAIT2 may be taken over, or not */
	assert_budget(connect_budget(m, "127.0.0.1", "127.0.0.1:80"), 1, 2, 3);
}

static void loopback_only(void **state)
{
	cleanup(moment_cleanup) struct moment *m = moment_with_range(1000, 1003);

	time_wait(m, "10.0.0.1:1000", "10.0.0.2:80", 5000);
	assert_budget(connect_budget(m, "10.0.0.1", "10.0.0.2:80"), 1, 3, 3);
	m->netns.items[0].tw_reuse = 1;
	assert_budget(connect_budget(m, "10.0.0.1", "10.0.0.2:80"), 0, 4, 4);
}

/* What sock_diag does not show is an interval. */
static void without_bucket_flags(void **state)
{
	cleanup(moment_cleanup) struct moment *m = moment_with_range(1000, 1003);

	connected(m, "127.0.0.1:1000", "127.0.0.1:80")->flags = 0;
	bound(m, "127.0.0.1:1001", STATE_LISTEN)->flags = 0;
	assert_budget(connect_budget(m, "127.0.0.1", "127.0.0.1:80"), 2, 2, 2);
	assert_budget(connect_budget(m, "127.0.0.1", "127.0.0.1:81"), 1, 2, 3);
	assert_budget(bind_budget(m, "127.0.0.1", false), 2, 2, 2);
}

static void no_owner_no_port(void **state)
{
	cleanup(moment_cleanup) struct moment *m = moment_with_range(1000, 1003);
	uint32_t other = moment_netns(m, 2);

	bound(m, "0.0.0.0:1000", STATE_LISTEN)->netns = other;
	connected(m, "0.0.0.0:1001", "10.0.0.1:5")->unowned = UNOWNED_REQUEST;
	connected(m, "127.0.0.1:1002", "127.0.0.1:80")->flags |= SOCKET_BOUND_DEV;
	struct socket *dead = connected(m, "127.0.0.1:1003", "127.0.0.1:80");
	dead->state = STATE_CLOSE;
	dead->flags |= SOCKET_PORT_LOST;
	assert_budget(connect_budget(m, "127.0.0.1", "127.0.0.1:80"), 0, 4, 4);
	assert_budget(bind_budget(m, "0.0.0.0", false), 1, 3, 3);
}

static void a_vrf_has_ports_of_its_own(void **state)
{
	cleanup(moment_cleanup) struct moment *m = moment_with_range(1000, 1003);

	bound(m, "0.0.0.0:1000", STATE_LISTEN)->flags |= SOCKET_BOUND_DEV | SOCKET_VRF;
	connected(m, "10.8.0.1:1001", "10.8.0.2:80")->flags |= SOCKET_BOUND_DEV | SOCKET_VRF;
	bound(m, "0.0.0.0:1002", STATE_LISTEN)->flags |= SOCKET_BOUND_DEV; /* of a device that is in no VRF */
	assert_budget(bind_budget(m, "0.0.0.0", false), 1, 3, 3);
	assert_budget(connect_budget(m, "10.8.0.1", "10.8.0.2:80"), 1, 3, 3);
}

static void all_budgets(void **state)
{
	cleanup(moment_cleanup) struct moment *m = moment_with_range(1000, 1003);
	struct port_budgets all = { 0 };
	struct port_takers takers = { 0 };

	connected(m, "127.0.0.1:1000", "127.0.0.1:81");
	connected(m, "127.0.0.1:1001", "127.0.0.1:80");
	connected(m, "127.0.0.1:1002", "127.0.0.1:80");
	bound(m, "[::]:1003", STATE_LISTEN);
	cleanup(port_map_cleanup) struct port_map *map = port_map_new(m);
	assert_int_equal(ports_connect_all(map, 0, 9, &all), 0);
	assert_int_equal(all.rows.count, 2);
	assert_int_equal(all.rows.items[0].destination.port, 80);
	assert_budget(all.rows.items[0], 3, 1, 1);
	assert_budget(all.rows.items[1], 2, 2, 2);
	ports_takers(map, &all.rows.items[0], &takers);
	assert_int_equal(takers.sockets.count, 3);
	assert_int_equal(takers.sockets.items[0], 1);
	assert_int_equal(takers.sockets.items[2], 3);
	all.rows.count = 0;
	assert_int_equal(ports_connect_all(map, 0, 1, &all), 0);
	assert_int_equal(all.rows.count, 1);
	assert_int_equal(all.rows.items[0].destination.port, 80);
	all.rows.count = 0;
	assert_int_equal(ports_bind_all(map, 0, 9, &all), 0);
	assert_int_equal(all.rows.count, 3); /* 0.0.0.0, ::, 127.0.0.1 */
	array_free(&all.rows);
	array_free(&takers.sockets);
}

static void fixed_bind_options(void **state)
{
	cleanup(moment_cleanup) struct moment *m = moment_with_range(1000, 1003);
	struct socket *listener = bound(m, "0.0.0.0:1000", STATE_LISTEN);
	struct socket *old = time_wait(m, "127.0.0.1:1000", "127.0.0.1:80", 10); /* may have moved the first */
	struct port_asker plain = { .local = addr_v4(0) }, reuse = { .reuseaddr = true };
	struct port_asker shared = { .reuseport = true, .uid = 5 };

	listener = &m->sockets.items[0];
	listener->flags |= SOCKET_REUSEADDR | SOCKET_REUSEPORT;
	listener->uid = 6;
	old->flags |= SOCKET_REUSEADDR;
	assert_true(port_option_conflict(&plain, old, PORT_FIXED));
	assert_false(port_option_conflict(&reuse, old, PORT_FIXED));
	assert_true(port_option_conflict(&reuse, listener, PORT_FIXED));  /* LISTEN */
	assert_true(port_option_conflict(&shared, listener, PORT_FIXED)); /* of another user */
	shared.uid = 6;
	assert_false(port_option_conflict(&shared, listener, PORT_FIXED));
	assert_true(port_option_conflict(&shared, listener, PORT_AUTO)); /* bind(0) shares nothing */
	assert_true(port_option_conflict(&shared, listener, PORT_AUTO_SHARED));
	assert_false(port_option_conflict(&reuse, old, PORT_AUTO_SHARED));
}

/* All that would give more, a text a line. */
static struct text reliefs(const struct moment *m, const struct port_budget *b)
{
	cleanup(port_map_cleanup) struct port_map *map = port_map_new(m);
	cleanup(port_reliefs_free) struct port_reliefs all = { 0 };
	struct text t = { 0 };

	port_reliefs(map, b, m->arena, &all);
	array_each (&all.rows, r)
		text_printf(&t, "%s\n", r->text);
	return t;
}

/* Of 64,512 ports two are taken by listeners, one is reserved, four were there before. */
static void a_wider_range_is_counted(void **state)
{
	cleanup(moment_cleanup) struct moment *m = moment_with_range(20000, 20003);
	uint64_t reserved[1024] = { [3000 / 64] = 1ULL << 3000 % 64 };

	m->netns.items[0].reserved = reserved;
	bound(m, "0.0.0.0:2000", STATE_LISTEN);
	bound(m, "127.0.0.1:2001", STATE_LISTEN);
	for (int i = 0; i < 4; i++) {
		char local[32];
		snprintf(local, sizeof(local), "127.0.0.1:%d", 20000 + i);
		connected(m, local, "127.0.0.1:80")->state = STATE_CLOSE_WAIT;
	}
	struct port_budget connect = connect_budget(m, "127.0.0.1", "127.0.0.1:80");
	cleanup(text_free) struct text t = reliefs(m, &connect);
	assert_string_equal(t.bytes,
	                    "first reserve the ports of 2 listeners, so that no client is given them\n"
	                    "then widen the range to 1024-65535, for 64,505 more ports; the leak will fill them, too\n"
	                    "each further source address gives 4 ports to 127.0.0.1:80\n");
	struct port_budget bind = bind_budget(m, "127.0.0.1", false);
	cleanup(text_free) struct text b = reliefs(m, &bind);
	assert_true(starts_with(
	        b.bytes, "with IP_BIND_ADDRESS_NO_PORT set before bind(), connect() finds 4 ports to a "
	                 "destination that nobody uses yet, and 0 to 127.0.0.1:80\nfirst reserve the ports of 2"));
}

static void the_widest_range_gives_nothing_more(void **state)
{
	cleanup(moment_cleanup) struct moment *m = moment_with_range(1024, 65535);

	connected(m, "10.0.0.1:2000", "10.0.0.2:80");
	struct port_budget connect = connect_budget(m, "10.0.0.1", "10.0.0.2:80");
	cleanup(text_free) struct text t = reliefs(m, &connect);
	assert_string_equal(t.bytes, "each further source address gives 64,512 ports to 10.0.0.2:80\n");
}

static void reuse_is_counted_by_age_and_timestamps(void **state)
{
	cleanup(moment_cleanup) struct moment *m = moment_with_range(1024, 65535);

	time_wait(m, "10.0.0.1:2000", "10.0.0.2:80", 900);
	time_wait(m, "10.0.0.1:2001", "10.0.0.2:80", 1100);
	time_wait(m, "10.0.0.1:2002", "10.0.0.2:80", 30000)->flags &= ~(uint32_t)SOCKET_TIMESTAMPS;
	struct port_budget connect = connect_budget(m, "10.0.0.1", "10.0.0.2:80");
	cleanup(text_free) struct text t = reliefs(m, &connect);
	assert_true(starts_with(t.bytes, "tcp_tw_reuse=1 lets connect() take over 1 of the 3 TIME-WAITs: "));
}

/* 100 connections came in a window of 10 s, 100 were there: 10 a second. */
static void how_long_more_ports_last(void **state)
{
	cleanup(moment_cleanup) struct moment *m = moment_with_range(20000, 20999);

	m->window.ms = 10000;
	for (int i = 0; i < 200; i++) {
		char local[32];
		snprintf(local, sizeof(local), "10.0.0.1:%d", 20000 + i);
		connected(m, local, "10.0.0.2:80")->flags |= i < 100 ? SOCKET_NEW : 0;
	}
	struct port_budget connect = connect_budget(m, "10.0.0.1", "10.0.0.2:80");
	cleanup(text_free) struct text t = reliefs(m, &connect);
	assert_true(starts_with(t.bytes,
	                        "widen the range to 1024-65535, for 63,512 more ports, 1 h 45 min at this rate\n"));
}

static void an_address_that_is_not_there_has_no_ports(void **state)
{
	cleanup(moment_cleanup) struct moment *m = moment_with_range(20000, 20999);
	struct port_budgets all = { 0 };

	connected(m, "10.0.0.1:20000", "10.0.0.2:80"); /* its interface has gone */
	m->netns.items[0].addresses_known = true;
	struct port_budget b = connect_budget(m, "10.0.0.1", "10.0.0.2:80");
	assert_true(b.absent && !b.usable && !b.used && !b.free_high);
	b = bind_budget(m, "10.0.0.1", false);
	assert_true(b.absent && !b.free_high);
	b = bind_budget(m, "0.0.0.0", false);
	assert_int_equal(b.free_high, 999);
	cleanup(port_map_cleanup) struct port_map *map = port_map_new(m);
	assert_int_equal(ports_connect_all(map, 0, 8, &all), 0);
	assert_int_equal(all.rows.count, 0); /* it is no budget that ends */
	assert_int_equal(ports_connect_new(map, 0, &b.asker.local, &m->sockets.items[0].peer, &b), 0);
	assert_int_equal(b.free_high, 1000);
	array_free(&all.rows);
}

UNIT_MAIN(TEST(an_address_that_is_not_there_has_no_ports), TEST(unknown_range), TEST(connect_needs_only_a_free_tuple),
          TEST(explicit_bind_takes_the_port_from_every_connect), TEST(reserved_and_outside), TEST(odd_ranges),
          TEST(families), TEST(time_wait_reuse), TEST(loopback_only), TEST(without_bucket_flags),
          TEST(no_owner_no_port), TEST(a_vrf_has_ports_of_its_own), TEST(all_budgets), TEST(fixed_bind_options),
          TEST(a_wider_range_is_counted), TEST(the_widest_range_gives_nothing_more),
          TEST(reuse_is_counted_by_age_and_timestamps), TEST(how_long_more_ports_last));
