#include "unit.h"
#include "model/window.h"

/* Three sockets at the first look, all held by one process. */
static const struct socket before[] = {
	{ .cookie = 1,
	  .state = STATE_ESTABLISHED,
	  .first_holder = HOLDER_NONE,
	  .acked_bytes = 10,
	  .received_bytes = UINT32_MAX,
	  .flags = SOCKET_HAS_FILE | SOCKET_TIMES_KNOWN },
	{ .cookie = 2,
	  .state = STATE_CLOSE_WAIT,
	  .first_holder = HOLDER_NONE,
	  .recv_q = 1,
	  .received_bytes = 7,
	  .since_ack_ms = 900,
	  .since_data_ms = 1000,
	  .since_sent_ms = 1000,
	  .flags = SOCKET_HAS_FILE | SOCKET_TIMES_KNOWN },
	{ .cookie = 3, .state = STATE_LISTEN, .first_holder = HOLDER_NONE, .flags = SOCKET_HAS_FILE },
};

static struct moment *looked_once(void)
{
	struct moment *m = moment_new();
	struct look k;
	uint32_t p = moment_process(m, 42, NS_PER_S);

	look_begin(&k, m, false);
	for (size_t i = 0; i < ARRAY_SIZE(before); i++)
		moment_hold(m, look_put(&k, &before[i]), p, (uint32_t)i);
	look_end(&k);
	return m;
}

static void one_look_has_no_news(void **state)
{
	cleanup(moment_cleanup) struct moment *m = looked_once();

	assert_int_equal(m->sockets.count, 3);
	assert_int_equal(m->holders.count, 3);
	array_each (&m->sockets, s)
		assert_int_equal(s->flags & (SOCKET_NEW | SOCKET_STATE_NEW), 0);
	assert_int_equal(m->gone.count, 0);
}

static void gone_sockets_leave_trails(void **state)
{
	cleanup(moment_cleanup) struct moment *m = looked_once();
	struct socket s = before[2], new = { .cookie = 9, .state = STATE_SYN_SENT, .first_holder = HOLDER_NONE };
	struct look k;

	look_begin(&k, m, true);
	assert_null(look_find(&k, 3));
	assert_false(look_saw(&m->sockets.items[2]));
	look_put(&k, &new);
	look_put(&k, &s);
	assert_non_null(look_find(&k, 3));
	look_end(&k);
	assert_int_equal(m->sockets.count, 2);
	assert_int_equal(m->sockets.items[0].cookie, 3);
	assert_int_equal(m->sockets.items[0].flags, SOCKET_HAS_FILE);
	assert_int_equal(m->sockets.items[1].flags, SOCKET_NEW);
	assert_int_equal(m->holders.count, 0);
	assert_int_equal(m->gone.count, 2);
	const struct trail *t = &m->gone.items[1];
	assert_int_equal(t->cookie, 2);
	assert_int_equal(t->process, 0);
	assert_int_equal(t->age_min_ms, 900);
	assert_true(t->age_exact);
	assert_int_equal(t->kept, 0);
}

/* A process that closes leaves a TIME_WAIT of the same cookie: it has left, and the socket is still there. */
static void closed_ones_leave_trails_too(void **state)
{
	cleanup(moment_cleanup) struct moment *m = looked_once();
	struct socket held = before[0], s = { .cookie = 1, .state = STATE_TIME_WAIT, .first_holder = HOLDER_NONE };
	struct look k;

	look_begin(&k, m, true);
	look_put(&k, &held); /* the first pass still saw its descriptor */
	look_put(&k, &s);
	look_put(&k, &before[1]);
	look_put(&k, &before[2]);
	look_end(&k);
	assert_int_equal(m->sockets.count, 3);
	assert_int_equal(m->sockets.items[0].state, STATE_TIME_WAIT);
	assert_true(socket_has(&m->sockets.items[0], SOCKET_STATE_NEW));
	assert_int_equal(m->gone.count, 1);
	assert_int_equal(m->gone.items[0].state, STATE_ESTABLISHED);
	assert_int_equal(m->gone.items[0].kept, 1);
}

/* Its stamps are moved on by answers to probes. */
static void what_had_finished_is_older_than_its_stamps_tell(void **state)
{
	cleanup(moment_cleanup) struct moment *m = moment_new();
	struct socket s = { .cookie = 7,
		            .state = STATE_CLOSE_WAIT,
		            .first_holder = HOLDER_NONE,
		            .since_data_ms = 9000,
		            .since_ack_ms = 300,
		            .since_sent_ms = 9000,
		            .flags = SOCKET_TIMES_KNOWN | SOCKET_KEEPALIVE };
	uint64_t between_ms[] = { 0, 2000, 0, 1500 }, least_ms[] = { 300, 2300, 2300, 3800 };
	struct look k;

	for (size_t i = 0; i < ARRAY_SIZE(between_ms); i++) {
		m->taken_boot_ns += NS_PER_S + between_ms[i] * NS_PER_MS;
		m->window.from_boot_ns = between_ms[i] ? m->taken_boot_ns - between_ms[i] * NS_PER_MS : 0;
		look_begin(&k, m, i > 0);
		look_put(&k, &s);
		look_put(&k, &s); /* a source may tell it twice */
		look_end(&k);
		struct age age = socket_age(&m->sockets.items[0]);
		assert_int_equal(age.basis, AGE_RANGE);
		assert_int_equal(age.min_ms, least_ms[i]);
		assert_int_equal(age.max_ms, 9000);
	}
}

static uint32_t flags_after(size_t which, struct socket now)
{
	cleanup(moment_cleanup) struct moment *m = looked_once();
	struct look k;

	now.cookie = before[which].cookie;
	now.flags |= SOCKET_HAS_FILE | SOCKET_TIMES_KNOWN;
	look_begin(&k, m, true);
	uint32_t flags = look_put(&k, &now)->flags & ~(uint32_t)(SOCKET_HAS_FILE | SOCKET_TIMES_KNOWN);
	look_end(&k);
	return flags;
}

static void progress_is_data_only(void **state)
{
	struct socket s = before[0];

	assert_int_equal(flags_after(0, s), 0);
	s.acked_bytes = 11;
	assert_int_equal(flags_after(0, s), SOCKET_SENT);
	s = before[0];
	s.received_bytes += 5; /* across the wrap */
	assert_int_equal(flags_after(0, s), SOCKET_RECEIVED | SOCKET_READ);
	s.recv_q = 5;
	assert_int_equal(flags_after(0, s), SOCKET_RECEIVED);
}

static void a_fin_is_no_data(void **state)
{
	struct socket s = before[0];

	s.state = STATE_CLOSE_WAIT;
	s.received_bytes++;
	s.recv_q = 1;
	assert_int_equal(flags_after(0, s), SOCKET_STATE_NEW);
	s.recv_q = 0; /* EOF read at once */
	assert_int_equal(flags_after(0, s), SOCKET_STATE_NEW);
	s = before[1];
	s.recv_q = 0; /* EOF read now */
	assert_int_equal(flags_after(1, s), 0);
	s = before[0];
	s.state = STATE_FIN_WAIT2;
	s.acked_bytes++;
	assert_int_equal(flags_after(0, s), SOCKET_STATE_NEW);
}

static void a_failed_look_holds_nothing(void **state)
{
	cleanup(moment_cleanup) struct moment *m = looked_once();
	struct look k;

	look_begin(&k, m, true);
	look_put(&k, &before[0]);
	look_drop(&k);
	assert_int_equal(m->sockets.count, 0);
	assert_int_equal(m->holders.count, 0);
}

UNIT_MAIN(TEST(what_had_finished_is_older_than_its_stamps_tell), TEST(one_look_has_no_news),
          TEST(gone_sockets_leave_trails), TEST(closed_ones_leave_trails_too), TEST(progress_is_data_only),
          TEST(a_fin_is_no_data), TEST(a_failed_look_holds_nothing));
