/* A port that the process of one session holds: whether the session lives tells which of the two must go. */
#include "host.h"
#include <errno.h>

/* Two sessions of one daemon; the earlier one has the port, the later one cannot bind it. */
static struct moment *two_sessions(uint32_t silent_ms)
{
	struct moment *m = host(2000);

	process(m, 50, "sshd", "sshd");
	process(m, 51, "sshd", "sshd: joe")->ppid = 50;
	process(m, 52, "sshd", "sshd: joe")->ppid = 50;
	held(m, 50, STATE_LISTEN, "10.0.0.1:22", "0.0.0.0:0");
	struct socket *s = held(m, 51, STATE_ESTABLISHED, "10.0.0.1:22", "10.9.9.9:5000");
	scene_times(s, silent_ms, silent_ms, silent_ms);
	s->flags |= SOCKET_KEEPALIVE;
	s->timer = TIMER_KEEPALIVE;
	s->timer_ms = 6600000;
	scene_times(held(m, 52, STATE_ESTABLISHED, "10.0.0.1:22", "10.9.9.9:5001"), 100, 100, 100);
	held(m, 51, STATE_LISTEN, "127.0.0.1:18022", "0.0.0.0:0");
	*array_push(&m->failures) = (struct failure){ .process = moment_process(m, 52, 900 * NS_PER_S),
		                                      .count = 5,
		                                      .call = CALL_BIND,
		                                      .error = EADDRINUSE,
		                                      .target = scene_endpoint("127.0.0.1:18022"),
		                                      .target_known = true };
	m->window.calls_watched = true;
	return m;
}

static bool advises(const struct finding *f, const char *words)
{
	array_each (&f->advice, a)
		if (strstr(a->text, words) || (a->command && strstr(a->command, words)))
			return true;
	return false;
}

static const struct finding *taken(const struct judgement *j)
{
	array_each (&j->findings, f)
		if (streq(f->id, "port-taken"))
			return f;
	return NULL;
}

static void a_dead_session_is_ended_and_not_either_of_the_two(void **state)
{
	static const struct {
		uint32_t silent_ms;
		bool link_down;
		const char *text;
	} cases[] = { { 5000, true, "that session is dead" },
		      { 540000, false, "if that session is dead" },
		      { 5000, false, "both sessions are alive" } };

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		cleanup(moment_cleanup) struct moment *m = two_sessions(cases[i].silent_ms);
		*array_push(&m->addresses) =
		        (struct local_address){ .range = { .addr = scene_endpoint("10.0.0.1:1").addr, .bits = 128 },
			                        .link_down = cases[i].link_down };
		cleanup(judgement_cleanup) struct judgement *j = judged(m);
		const struct finding *f = taken(j);
		assert_int_equal(m->processes.items[f->subject].pid, 51);
		assert_true(advises(f, cases[i].text));
		assert_int_equal(advises(f, "kill 51"), i < 2);
		assert_int_equal(advises(f, "ClientAliveInterval"), i < 2);
	}
}

/* Somebody else's server on the port is no session. */
static void another_program_on_the_port_has_no_session(void **state)
{
	cleanup(moment_cleanup) struct moment *m = two_sessions(540000);

	process(m, 52, "nginx", "nginx")->exe = "/usr/sbin/nginx";
	cleanup(judgement_cleanup) struct judgement *j = judged(m);
	assert_false(advises(taken(j), "kill 51"));
	assert_true(advises(taken(j), "stop that listener"));
}

UNIT_MAIN(TEST(a_dead_session_is_ended_and_not_either_of_the_two), TEST(another_program_on_the_port_has_no_session));
