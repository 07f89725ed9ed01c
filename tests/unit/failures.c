/* Calls that fail, on moments made by hand: who suffers, who only looks for something, and what nobody explains. */
#include "unit.h"
#include "host.h"
#include <errno.h>

static struct failure *fails(struct moment *m, uint32_t pid, enum failed_call call, int error, const char *target)
{
	uint32_t process = moment_process(m, pid, 900 * NS_PER_S);
	struct failure *f = array_push(&m->failures);

	m->window.calls_watched = true;
	*f = (struct failure){ .process = process,
		               .count = 5,
		               .first_unix_ms = 1000,
		               .last_unix_ms = 2000,
		               .target = scene_endpoint(target),
		               .source = { .addr = addr_v4(0) },
		               .elsewhere = { .addr = addr_v4(0) },
		               .call = (uint8_t)call,
		               .target_known = true,
		               .error = error };
	return f;
}

static struct moment *with_server(void)
{
	struct moment *m = host(2000);

	m->netns.items[0].port_first = 32768;
	m->netns.items[0].port_last = 60999;
	process(m, 8, "old", "old");
	process(m, 9, "new", "new");
	held(m, 8, STATE_LISTEN, "127.0.0.1:8000", "0.0.0.0:0");
	return m;
}

static void has_address(struct moment *m, const char *range)
{
	struct local_address *l = array_push(&m->addresses);

	m->netns.items[0].addresses_known = true;
	assert_int_equal(addr_range_parse(range, &l->range), 0);
}

static const struct finding *one(const struct judgement *j, const char *id, enum severity severity)
{
	assert_int_equal(j->findings.count, 1);
	assert_string_equal(j->findings.items[0].id, id);
	assert_int_equal(j->findings.items[0].severity, severity);
	return &j->findings.items[0];
}

static void who_cannot_bind_suffers(void **state)
{
	cleanup(moment_cleanup) struct moment *m = with_server();

	fails(m, 9, CALL_BIND, EADDRINUSE, "127.0.0.1:8000");
	cleanup(judgement_cleanup) struct judgement *j = judged(m);
	assert_int_equal(m->processes.items[one(j, "port-taken", SEVERITY_CRITICAL)->subject].pid, 8);
}

static void who_finds_another_port_does_not(void **state)
{
	cleanup(moment_cleanup) struct moment *m = with_server();
	struct failure *f = fails(m, 9, CALL_BIND, EADDRINUSE, "127.0.0.1:8000");

	f->passed_elsewhere = 5;
	f->elsewhere = scene_endpoint("127.0.0.1:8001");
	cleanup(judgement_cleanup) struct judgement *j = judged(m);
	assert_int_equal(m->processes.items[one(j, "port-taken", SEVERITY_INFO)->subject].pid, 9);
	assert_int_equal(j->verdict, VERDICT_OK);
}

static void a_port_far_away_is_another_matter(void **state)
{
	cleanup(moment_cleanup) struct moment *m = with_server();
	struct failure *f = fails(m, 9, CALL_BIND, EADDRINUSE, "127.0.0.1:8000");

	f->passed_elsewhere = 5;
	f->elsewhere = scene_endpoint("127.0.0.1:9901"); /* an admin's listener */
	cleanup(judgement_cleanup) struct judgement *j = judged(m);
	one(j, "port-taken", SEVERITY_CRITICAL);
}

static void who_retries_with_another_listener_beside_it_suffers(void **state)
{
	cleanup(moment_cleanup) struct moment *m = with_server();
	struct failure *f = fails(m, 9, CALL_BIND, EADDRINUSE, "127.0.0.1:8000");

	f->passed_elsewhere = 1;
	f->elsewhere = scene_endpoint("127.0.0.1:8001");
	cleanup(judgement_cleanup) struct judgement *j = judged(m);
	one(j, "port-taken", SEVERITY_CRITICAL);
}

static void who_gets_it_in_the_end_does_not_suffer(void **state)
{
	cleanup(moment_cleanup) struct moment *m = with_server();
	struct failure *f = fails(m, 9, CALL_BIND, EADDRINUSE, "127.0.0.1:8000");

	f->passed = 1;
	f->passed_last_unix_ms = 2500;
	cleanup(judgement_cleanup) struct judgement *j = judged(m);
	one(j, "port-taken", SEVERITY_INFO);
	f->passed_last_unix_ms = 1500; /* and lost it again */
	cleanup(judgement_cleanup) struct judgement *again = judged(m);
	one(again, "port-taken", SEVERITY_CRITICAL);
}

static void who_walks_upward_is_on_its_way(void **state)
{
	cleanup(moment_cleanup) struct moment *m = with_server();

	held(m, 8, STATE_LISTEN, "127.0.0.1:8001", "0.0.0.0:0");
	held(m, 8, STATE_LISTEN, "127.0.0.1:8002", "0.0.0.0:0");
	fails(m, 9, CALL_BIND, EADDRINUSE, "127.0.0.1:8000");
	fails(m, 9, CALL_BIND, EADDRINUSE, "127.0.0.1:8001");
	fails(m, 9, CALL_BIND, EADDRINUSE, "127.0.0.1:8002");
	cleanup(judgement_cleanup) struct judgement *j = judged(m);
	assert_int_equal(one(j, "port-taken", SEVERITY_INFO)->count, 15);
}

static void a_listen_refused_after_bind_names_the_listener(void **state)
{
	cleanup(moment_cleanup) struct moment *m = with_server();

	m->sockets.items[0].flags |= SOCKET_REUSEADDR;
	fails(m, 9, CALL_LISTEN, EADDRINUSE, "127.0.0.1:8000");
	cleanup(judgement_cleanup) struct judgement *j = judged(m);
	assert_int_equal(m->processes.items[one(j, "port-taken", SEVERITY_CRITICAL)->subject].pid, 8);
}

static void four_numbers_that_exist_are_no_lack_of_ports(void **state)
{
	cleanup(moment_cleanup) struct moment *m = with_server();
	struct failure *f = fails(m, 9, CALL_CONNECT, EADDRNOTAVAIL, "127.0.0.1:8000");

	f->source = scene_endpoint("127.0.0.1:15060");
	held(m, 8, STATE_ESTABLISHED, "127.0.0.1:15060", "127.0.0.1:8000");
	cleanup(judgement_cleanup) struct judgement *j = judged(m);
	const struct finding *found = one(j, "port-taken", SEVERITY_CRITICAL);
	assert_int_equal(m->processes.items[found->subject].pid, 9);
	assert_string_equal(found->excluded.items[0].id, "ports-exhausted");
}

static void an_address_that_is_not_there(void **state)
{
	cleanup(moment_cleanup) struct moment *m = with_server();

	has_address(m, "127.0.0.0/8");
	fails(m, 9, CALL_BIND, EADDRNOTAVAIL, "10.9.9.9:80");
	cleanup(judgement_cleanup) struct judgement *j = judged(m);
	assert_int_equal(m->processes.items[one(j, "address-absent", SEVERITY_CRITICAL)->subject].pid, 9);
}

static void no_source_address_is_no_lack_of_ports(void **state)
{
	cleanup(moment_cleanup) struct moment *m = with_server();

	has_address(m, "127.0.0.0/8");
	fails(m, 9, CALL_CONNECT, EADDRNOTAVAIL, "[::1]:9100");
	cleanup(judgement_cleanup) struct judgement *j = judged(m);
	one(j, "address-absent", SEVERITY_CRITICAL);
}

static void who_goes_on_by_the_other_family_does_not_suffer(void **state)
{
	cleanup(moment_cleanup) struct moment *m = with_server();
	struct failure *f = fails(m, 9, CALL_CONNECT, EADDRNOTAVAIL, "[::1]:8000");

	has_address(m, "127.0.0.0/8");
	f->passed_elsewhere = 5;
	f->elsewhere = scene_endpoint("127.0.0.1:8000");
	cleanup(judgement_cleanup) struct judgement *j = judged(m);
	one(j, "address-absent", SEVERITY_INFO);
}

static void without_its_addresses_nothing_is_said_of_them(void **state)
{
	cleanup(moment_cleanup) struct moment *m = with_server();

	fails(m, 9, CALL_BIND, EADDRNOTAVAIL, "10.9.9.9:80");
	cleanup(judgement_cleanup) struct judgement *j = judged(m);
	one(j, "unexplained-failure", SEVERITY_WARNING);
}

static void a_refusal_is_the_peers_answer(void **state)
{
	cleanup(moment_cleanup) struct moment *m = with_server();

	fails(m, 9, CALL_CONNECT, ECONNREFUSED, "127.0.0.1:9");
	cleanup(judgement_cleanup) struct judgement *j = judged(m);
	one(j, "unexplained-failure", SEVERITY_INFO);
	assert_int_equal(j->verdict, VERDICT_OK);
}

static void what_keeps_failing_is_a_warning_and_what_passes_is_none(void **state)
{
	cleanup(moment_cleanup) struct moment *m = with_server();
	struct failure *f = fails(m, 9, CALL_BIND, EACCES, "127.0.0.1:80");

	cleanup(judgement_cleanup) struct judgement *never = judged(m);
	one(never, "unexplained-failure", SEVERITY_WARNING);
	f->passed = 1;
	cleanup(judgement_cleanup) struct judgement *sometimes = judged(m);
	one(sometimes, "unexplained-failure", SEVERITY_INFO);
	f->passed = 0;
	f->count = 2;
	cleanup(judgement_cleanup) struct judgement *twice = judged(m);
	one(twice, "unexplained-failure", SEVERITY_INFO);
}

/* A supervisor starts it again and again: each fails once. */
static void processes_of_one_program_keep_failing_together(void **state)
{
	cleanup(moment_cleanup) struct moment *m = with_server();

	for (uint32_t pid = 20; pid < 24; pid++) {
		process(m, pid, "blog", "blog");
		fails(m, pid, CALL_BIND, EACCES, "127.0.0.1:80")->count = 1;
	}
	cleanup(judgement_cleanup) struct judgement *j = judged(m);
	assert_int_equal(one(j, "unexplained-failure", SEVERITY_WARNING)->count, 4);
}

static void no_failure_is_passed_over(void **state)
{
	cleanup(moment_cleanup) struct moment *m = with_server();
	static const int errors[] = {
		EADDRINUSE, EADDRNOTAVAIL, EACCES, ECONNREFUSED, ETIMEDOUT, EMFILE, ENOBUFS, 250
	};
	uint64_t told = 0;

	for (unsigned call = CALL_BIND; call <= CALL_SOCKET; call++)
		for (size_t i = 0; i < ARRAY_SIZE(errors); i++)
			fails(m, 9, call, errors[i], call == CALL_BIND ? "10.0.0.9:0" : "10.0.0.9:7")->count = 1;
	cleanup(judgement_cleanup) struct judgement *j = judged(m);
	array_each (&j->findings, f)
		array_each (&f->victims, v)
			told += v->count;
	assert_true(told >= m->failures.count);
}

/* A hundred ports: all but a few are those of connections that were closed in the last minute. */
static struct moment *with_time_waits(unsigned count)
{
	struct moment *m = host(10000);
	char local[32];

	m->netns.items[0].port_first = 30000;
	m->netns.items[0].port_last = 30099;
	has_address(m, "10.0.0.1/24");
	process(m, 9, "shop", "shop");
	for (unsigned i = 0; i < count; i++) {
		snprintf(local, sizeof(local), "10.0.0.1:%u", 30000 + i);
		struct socket *s = scene_socket(m, STATE_TIME_WAIT, local, "10.0.0.9:80");
		s->unowned = UNOWNED_TIME_WAIT;
		s->timer = TIMER_TIME_WAIT;
		s->timer_ms = 500 * (i + 1);
		s->flags |= SOCKET_BUCKET_KNOWN;
		s->fastreuse = s->fastreuseport = -1;
	}
	fails(m, 9, CALL_CONNECT, EADDRNOTAVAIL, "10.0.0.9:80")->source = scene_endpoint("10.0.0.1:0");
	return m;
}

/* At the last look two ports had come free; the calls had failed all the same. Where half of them are free, it was
 * something else. */
static void a_port_that_comes_free_at_the_last_look_undoes_no_failure(void **state)
{
	cleanup(moment_cleanup) struct moment *full = with_time_waits(98), *half = with_time_waits(50);
	cleanup(judgement_cleanup) struct judgement *of_full = judged(full), *of_half = judged(half);

	assert_int_equal(of_full->findings.count, 2);
	assert_string_equal(of_full->findings.items[0].id, "connection-churn");
	assert_int_equal(of_full->findings.items[0].severity, SEVERITY_CRITICAL);
	assert_string_equal(of_full->findings.items[1].id, "ports-exhausted");
	assert_int_equal(of_full->findings.items[1].victims.count, 1);
	assert_string_equal(of_full->findings.items[1].caused_by, of_full->findings.items[0].key);
	one(of_half, "unexplained-failure", SEVERITY_WARNING);
}

/* A leak had all the ports when the calls failed, and gave them back as its program ended: a few TIME-WAITs of others
 * are all that is left, and did not take them. */
static void ports_that_were_given_back_meanwhile_were_not_taken_by_what_is_left(void **state)
{
	cleanup(moment_cleanup) struct moment *m = with_time_waits(5);

	process(m, 8, "leak", "leak");
	process(m, 7, "login", "login");
	fails(m, 7, CALL_BIND, EADDRINUSE, "10.0.0.1:0");
	for (unsigned i = 0; i < 96; i++)
		*array_push(&m->gone) = (struct trail){ .process = moment_process(m, 8, 900 * NS_PER_S),
			                                .state = STATE_CLOSE_WAIT,
			                                .role = ROLE_CLIENT,
			                                .peer = scene_endpoint("10.0.0.9:80") };
	*array_push(&m->departures) = (struct departure){ .process = moment_process(m, 8, 900 * NS_PER_S),
		                                          .ended = true,
		                                          .processes = 1,
		                                          .as_client = true,
		                                          .as_server = true,
		                                          .count = 96 };
	m->window.closes_watched = true;
	cleanup(judgement_cleanup) struct judgement *j = judged(m);
	const struct finding *f = one(j, "ports-exhausted", SEVERITY_CRITICAL);
	assert_int_equal(m->processes.items[f->subject].pid, 8);
	assert_int_equal(f->victims.count, 2);
}

UNIT_MAIN(TEST(ports_that_were_given_back_meanwhile_were_not_taken_by_what_is_left),
          TEST(a_port_that_comes_free_at_the_last_look_undoes_no_failure), TEST(who_cannot_bind_suffers),
          TEST(who_finds_another_port_does_not), TEST(a_port_far_away_is_another_matter),
          TEST(who_retries_with_another_listener_beside_it_suffers), TEST(who_gets_it_in_the_end_does_not_suffer),
          TEST(who_walks_upward_is_on_its_way), TEST(a_listen_refused_after_bind_names_the_listener),
          TEST(four_numbers_that_exist_are_no_lack_of_ports), TEST(an_address_that_is_not_there),
          TEST(no_source_address_is_no_lack_of_ports), TEST(who_goes_on_by_the_other_family_does_not_suffer),
          TEST(without_its_addresses_nothing_is_said_of_them), TEST(a_refusal_is_the_peers_answer),
          TEST(what_keeps_failing_is_a_warning_and_what_passes_is_none),
          TEST(processes_of_one_program_keep_failing_together), TEST(no_failure_is_passed_over));
