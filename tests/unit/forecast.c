/* When a port budget ends: TIME_WAIT levels off, what is held goes on as two looks saw it. */
#include "unit.h"
#include "model/forecast.h"

static struct moment *moment_with_range(uint16_t ports)
{
	struct moment *m = moment_new();
	uint32_t at = moment_netns(m, 1); /* may move the array */

	m->netns.items[at].port_first = 10000;
	m->netns.items[at].port_last = (uint16_t)(10000 + ports - 1);
	return m;
}

static struct socket *client(struct moment *m, enum tcp_state state)
{
	struct socket *s = array_push(&m->sockets);

	*s = (struct socket){ .state = state,
		              .first_holder = HOLDER_NONE,
		              .flags = SOCKET_BUCKET_KNOWN,
		              .fastreuse = -1,
		              .fastreuseport = -1 };
	assert_int_equal(endpoint_parse("10.0.0.1:0", &s->local), 0);
	assert_int_equal(endpoint_parse("10.0.0.2:80", &s->peer), 0);
	s->local.port = (uint16_t)(10000 + m->sockets.count - 1);
	return s;
}

/* TIME_WAITs of a stream of `per_s`, the youngest first, over the last `span_s`; all `quiet_ms` older. */
static void stream(struct moment *m, unsigned per_s, unsigned span_s, unsigned quiet_ms)
{
	for (unsigned i = 0; i < per_s * span_s; i++) {
		struct socket *s = client(m, STATE_TIME_WAIT);
		s->timer = TIMER_TIME_WAIT;
		s->timer_ms = 60000 - quiet_ms - i * 1000 / per_s;
	}
}

static struct forecast forecast_of(const struct moment *m)
{
	cleanup(port_map_cleanup) struct port_map *map = port_map_new(m);
	struct endpoint to;
	struct addr from;
	struct port_budget b;

	assert_int_equal(addr_parse("10.0.0.1", &from), 0);
	assert_int_equal(endpoint_parse("10.0.0.2:80", &to), 0);
	assert_int_equal(ports_connect(map, 0, &from, &to, &b), 0);
	return ports_forecast(map, &b);
}

/* 20 a second come to 1,200 in a minute: of 1,000 ports 40 s of which 10 have gone. */
static void a_young_stream_ends_the_ports(void **state)
{
	cleanup(moment_cleanup) struct moment *m = moment_with_range(1000);

	stream(m, 20, 10, 0);
	struct forecast f = forecast_of(m);
	assert_true(f.known && !f.never);
	assert_true(f.s > 38 && f.s < 42);
	assert_true(f.low_s < f.s && f.high_s > f.s);
}

static void a_stream_levels_off(void **state)
{
	cleanup(moment_cleanup) struct moment *m = moment_with_range(2000);

	stream(m, 20, 10, 0);
	struct forecast f = forecast_of(m);
	assert_true(f.known && f.never);
}

static void a_burst_is_over(void **state)
{
	cleanup(moment_cleanup) struct moment *m = moment_with_range(300);

	stream(m, 20, 10, 9000); /* the last of them nine seconds ago */
	assert_true(forecast_of(m).never);
}

static void one_look_does_not_tell_what_is_held(void **state)
{
	cleanup(moment_cleanup) struct moment *m = moment_with_range(300);

	for (int i = 0; i < 100; i++)
		client(m, STATE_ESTABLISHED);
	struct forecast f = forecast_of(m);
	assert_false(f.known);
	assert_non_null(f.why);
}

/* 100 came and 40 went in 10 s: 6 a second; 180 ports are left. */
static void two_looks(void **state)
{
	cleanup(moment_cleanup) struct moment *m = moment_with_range(300);

	for (int i = 0; i < 120; i++)
		client(m, STATE_ESTABLISHED)->flags |= i < 100 ? SOCKET_NEW : 0;
	for (int i = 0; i < 40; i++) {
		struct trail *t = array_push(&m->gone);
		*t = (struct trail){ .state = STATE_ESTABLISHED,
			             .local = m->sockets.items[i].local,
			             .peer = m->sockets.items[i].peer };
	}
	m->window.ms = 10000;
	struct forecast f = forecast_of(m);
	assert_true(f.known && !f.never);
	assert_true(f.s > 29 && f.s < 31);
	assert_true(f.low_s < 22 && f.high_s > 45);
}

static void chance_is_no_growth(void **state)
{
	cleanup(moment_cleanup) struct moment *m = moment_with_range(300);

	for (int i = 0; i < 120; i++)
		client(m, STATE_ESTABLISHED)->flags |= i < 40 ? SOCKET_NEW : 0;
	for (int i = 0; i < 40; i++) {
		struct trail *t = array_push(&m->gone);
		*t = (struct trail){ .state = STATE_ESTABLISHED,
			             .local = m->sockets.items[i].local,
			             .peer = m->sockets.items[i].peer };
	}
	m->window.ms = 10000;
	assert_false(forecast_of(m).known);
	for (int i = 0; i < 40; i++)
		m->sockets.items[i].flags &= ~(uint32_t)SOCKET_NEW;
	m->gone.count = 0;
	assert_true(forecast_of(m).known);
}

static struct forecast grown(const struct moment *m, uint64_t before, uint64_t now, uint64_t turnover, uint64_t limit)
{
	return count_forecast(m, &(struct count){ .before = before, .now = now, .turnover = turnover, .limit = limit });
}

/* A host's open files, a young process's descriptors, a leak: from noise nothing is foretold. */
static void a_count_needs_more_than_noise(void **state)
{
	cleanup(moment_cleanup) struct moment *m = moment_with_range(300);

	m->window.ms = 3000;
	assert_false(grown(m, 6000, 6040, TURNOVER_UNKNOWN, 9000000).known);
	assert_false(grown(m, 3, 7, 0, 20000).known);
	assert_false(grown(m, 2, 9, 0, 20000).known);
	assert_false(grown(m, 400, 440, 2000, 20000).known);
	assert_true(grown(m, 6040, 6000, TURNOVER_UNKNOWN, 9000000).never);
	struct forecast f = grown(m, 400, 430, 0, 1000);
	assert_true(f.known && !f.never && f.s > 56 && f.s < 58);
	assert_string_equal(f.basis, "two looks: from 400 to 430 in 3 s");
	assert_true(grown(m, 20000, 20000, 0, 20000).s == 0);
}

/* Two a second, after a start and after an hour at rest: of 4,096 the end is not in sight; of 256 it is for the one
 * that has grown so since it began, or is watched for longer. */
static void an_end_far_beyond_what_was_seen_is_not_foretold(void **state)
{
	cleanup(moment_cleanup) struct moment *m = moment_with_range(300);
	struct count c = { .before = 16, .now = 26, .limit = 4096, .lifetime_ms = 12000 };

	m->window.ms = 5000;
	assert_false(count_forecast(m, &c).known);
	c.limit = 256;
	assert_true(count_forecast(m, &c).known);
	c.lifetime_ms = 3600000;
	assert_false(count_forecast(m, &c).known);
	m->window.ms = 10000;
	c.now = 32;
	assert_true(count_forecast(m, &c).known);
}

static void nothing_left(void **state)
{
	cleanup(moment_cleanup) struct moment *m = moment_with_range(100);

	stream(m, 10, 10, 0);
	struct forecast f = forecast_of(m);
	assert_true(f.known && !f.never && f.s == 0);
}

/* Of 40 a second on loopback, for 10 s, in 1,500 ports: what becomes of bind(port 0). */
static struct forecast for_bind(uint64_t tw_reuse, int8_t fastreuse, unsigned per_s)
{
	cleanup(moment_cleanup) struct moment *m = moment_with_range(1500);
	struct port_asker asker = { 0 };
	struct port_budget b;

	m->netns.items[0].tw_reuse = tw_reuse;
	stream(m, per_s, 10, 0);
	array_each (&m->sockets, s) {
		s->flags |= SOCKET_TIMESTAMPS;
		s->fastreuse = s->fastreuseport = fastreuse;
		assert_int_equal(addr_parse("127.0.0.1", &s->peer.addr), 0);
	}
	cleanup(port_map_cleanup) struct port_map *map = port_map_new(m);
	assert_int_equal(ports_bind(map, 0, &asker, &b), 0);
	assert_int_equal(b.used, per_s * 10);
	return ports_forecast(map, &b);
}

/* What connect() takes over stands at half of the ports, at whatever rate. */
static void what_connect_takes_over_goes_round(void **state)
{
	assert_true(for_bind(2, -1, 40).never);
	assert_true(for_bind(1, -1, 70).never);
	assert_false(for_bind(0, -1, 40).never); /* not taken over */
	assert_false(for_bind(2, 0, 40).never);  /* of who had called bind(): on any port */
}

UNIT_MAIN(TEST(a_young_stream_ends_the_ports), TEST(a_stream_levels_off), TEST(a_burst_is_over),
          TEST(one_look_does_not_tell_what_is_held), TEST(two_looks), TEST(chance_is_no_growth),
          TEST(a_count_needs_more_than_noise), TEST(an_end_far_beyond_what_was_seen_is_not_foretold),
          TEST(nothing_left), TEST(what_connect_takes_over_goes_round));
