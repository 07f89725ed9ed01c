/* What one look can read of closes: descriptors that were used again, and TIME_WAITs at the other end. */
#include "unit.h"
#include "rule/judgement.h"
#include "scene.h"

enum { PID = 900, TAKEN_S = 1000, STALE = 5, CLOSED = 10 }; /* a process starts so many seconds after boot */

static struct moment *host(void)
{
	struct moment *m = moment_new();

	m->taken_boot_ns = TAKEN_S * NS_PER_S;
	moment_netns(m, 4026531840);
	return m;
}

static struct socket *held(struct moment *m, uint32_t pid, enum tcp_state state, const char *local, const char *peer,
                           uint32_t fd)
{
	struct socket *s = scene_socket(m, state, local, peer);

	s->flags |= SOCKET_HAS_FILE;
	scene_hold(m, s, pid, pid == PID ? "program" : "other", fd);
	return s;
}

static struct judgement *judged(struct moment *m)
{
	moment_derive(m);
	return judge(m);
}

static void expect_only(const struct judgement *j, const char *id, enum confidence confidence)
{
	assert_int_equal(j->findings.count, 1);
	assert_string_equal(j->findings.items[0].id, id);
	assert_int_equal(j->findings.items[0].confidence, confidence);
}

/* A server's connections, on these descriptors from the oldest (10 s) to the youngest; each request is unanswered, and
 * its peer gave up after a second. */
static struct moment *unanswered(const uint32_t *fds, unsigned count)
{
	struct moment *m = host();
	char peer[32];

	held(m, PID, STATE_LISTEN, "10.0.0.1:80", "0.0.0.0:0", 3);
	for (unsigned i = 0; i < count; i++) {
		uint32_t ms = 10000 - i * 1000;
		snprintf(peer, sizeof(peer), "10.9.9.9:%u", 40000 + i);
		scene_times(held(m, PID, STATE_CLOSE_WAIT, "10.0.0.1:80", peer, fds[i]), ms, ms - 1000, ms);
	}
	return m;
}

static void descriptors_used_again_tell_of_a_handler(void **state)
{
	static const uint32_t again[] = { 9, 10, 11, 12, 5, 6, 7, 8 }, in_a_row[] = { 5, 6, 7, 8, 9, 10, 11, 12 };
	cleanup(moment_cleanup) struct moment *slow = unanswered(again, ARRAY_SIZE(again));
	cleanup(judgement_cleanup) struct judgement *of_slow = judged(slow);
	cleanup(moment_cleanup) struct moment *leak = unanswered(in_a_row, ARRAY_SIZE(in_a_row));
	cleanup(judgement_cleanup) struct judgement *of_leak = judged(leak);

	expect_only(of_slow, "slow-handler", CONFIDENCE_LIKELY);
	expect_only(of_leak, "never-closed", CONFIDENCE_POSSIBLE);
}

/* An answer moves the stamp by which one knows when a connection was opened. */
static void of_answered_connections_the_descriptors_tell_nothing(void **state)
{
	static const uint32_t again[] = { 9, 10, 11, 12, 5, 6, 7, 8 };
	cleanup(moment_cleanup) struct moment *m = unanswered(again, ARRAY_SIZE(again));

	array_each (&m->sockets, s)
		s->acked_bytes = 500;
	cleanup(judgement_cleanup) struct judgement *j = judged(m);
	expect_only(j, "never-closed", CONFIDENCE_POSSIBLE);
}

/* A client's connections that the server has ended 2 s after the last answer, and what was closed of such before. */
static struct moment *idle_pool(void)
{
	struct moment *m = host();
	char end[32];

	for (unsigned i = 0; i < STALE; i++) {
		snprintf(end, sizeof(end), "127.0.0.1:%u", 30000 + i);
		struct socket *s = held(m, PID, STATE_CLOSE_WAIT, end, "127.0.0.1:80", 5 + i);
		scene_times(s, 6000, 4000, 6000);
		s->flags |= SOCKET_BUCKET_KNOWN;
		s->fastreuse = s->fastreuseport = -1;
	}
	for (unsigned i = 0; i < CLOSED; i++) {
		snprintf(end, sizeof(end), "127.0.0.1:%u", 20000 + i);
		struct socket *s = scene_socket(m, STATE_TIME_WAIT, "127.0.0.1:80", end);
		s->timer = TIMER_TIME_WAIT;
		s->timer_ms = 40000;
	}
	return m;
}

static void the_servers_time_waits_tell_of_a_pool(void **state)
{
	cleanup(moment_cleanup) struct moment *m = idle_pool();
	cleanup(judgement_cleanup) struct judgement *j = judged(m);

	expect_only(j, "stale-pool", CONFIDENCE_LIKELY);
}

static void time_waits_that_another_client_may_have_left_tell_nothing(void **state)
{
	cleanup(moment_cleanup) struct moment *m = idle_pool();

	held(m, PID + 1, STATE_ESTABLISHED, "127.0.0.1:50000", "127.0.0.1:80", 3);
	cleanup(judgement_cleanup) struct judgement *j = judged(m);
	expect_only(j, "stale-pool", CONFIDENCE_POSSIBLE);
}

UNIT_MAIN(TEST(descriptors_used_again_tell_of_a_handler), TEST(of_answered_connections_the_descriptors_tell_nothing),
          TEST(the_servers_time_waits_tell_of_a_pool), TEST(time_waits_that_another_client_may_have_left_tell_nothing));
