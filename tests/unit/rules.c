/* Rules on moments made by hand: a few sockets a test, so that one reads why the verdict is what it is. */
#include "unit.h"
#include "host.h"
#include <errno.h>

enum { LEAKED = 20 };

static bool tells(const struct finding *f, const char *words)
{
	array_each (&f->evidence, e)
		if (strstr(*e, words))
			return true;
	array_each (&f->advice, a)
		if (strstr(a->text, words))
			return true;
	return false;
}

static void a_stopped_process_is_hung_if_it_owes_something(void **state)
{
	cleanup(moment_cleanup) struct moment *m = host(0);

	process(m, 7, "vim", "vim")->stopped = true;
	scene_times(held(m, 7, STATE_ESTABLISHED, "10.0.0.1:40000", "10.9.9.9:80"), 90000, 90000, 90000);
	process(m, 8, "api", "api")->stopped = true;
	finished(m, 8, 1, "10.9.9.9:81", 4000);
	cleanup(judgement_cleanup) struct judgement *j = judged(m);
	const struct finding *f = only(j, "hung-owner", 1);
	assert_int_equal(f->confidence, CONFIDENCE_CERTAIN);
	assert_int_equal(f->severity, SEVERITY_WARNING);
	assert_int_equal(m->processes.items[f->subject].pid, 8);
}

static void blocked(struct process *p, enum thread_wait wait, const char *syscall)
{
	p->activity = (struct activity){ .known = true, .threads = 1, .tid = p->pid, .wait = wait, .syscall = syscall };
	p->activity.stuck[wait] = 1;
}

static void an_idle_worker_waits_on_a_lock_and_is_not_hung(void **state)
{
	cleanup(moment_cleanup) struct moment *m = host(10000);

	process(m, 8, "worker", "worker");
	for (unsigned i = 0; i < LEAKED; i++)
		finished(m, 8, i, "10.9.9.9:81", 60000);
	blocked(process(m, 8, "worker", "worker"), WAIT_LOCK, "futex");
	cleanup(judgement_cleanup) struct judgement *j = judged(m);
	only(j, "never-closed", LEAKED);
}

static void a_process_in_an_endless_disk_wait_is_hung(void **state)
{
	cleanup(moment_cleanup) struct moment *m = host(10000);

	process(m, 8, "worker", "worker");
	finished(m, 8, 1, "10.9.9.9:81", 60000);
	blocked(process(m, 8, "worker", "worker"), WAIT_DISK, "read");
	cleanup(judgement_cleanup) struct judgement *j = judged(m);
	assert_int_equal(only(j, "hung-owner", 1)->confidence, CONFIDENCE_LIKELY);
	assert_string_equal(only(j, "hung-owner", 1)->eta_why, "while it hangs it takes no further connections");
}

static void workers_are_one_program_and_two_scripts_are_two(void **state)
{
	cleanup(moment_cleanup) struct moment *m = host(10000);

	for (unsigned i = 0; i < 40; i++) {
		char *command = arena_printf(m->arena, "python3 worker.py --id=%u", i);
		process(m, 100 + i, "python3", command);
		finished(m, 100 + i, i, "10.9.9.9:81", 60000);
	}
	process(m, 500, "python3", "python3 other.py");
	finished(m, 500, 99, "10.9.9.9:81", 60000);
	cleanup(judgement_cleanup) struct judgement *j = judged(m);
	assert_int_equal(j->findings.count, 2);
	assert_int_equal(j->findings.items[0].count, 40);
	assert_int_equal(j->findings.items[0].others.count, 39);
	assert_int_equal(j->findings.items[1].count, 1);
	assert_string_not_equal(j->findings.items[0].key, j->findings.items[1].key);
}

static void many_small_destinations_are_one_finding(void **state)
{
	cleanup(moment_cleanup) struct moment *m = host(10000);
	char peer[32];

	process(m, 8, "crawler", "crawler");
	for (unsigned i = 0; i < 60; i++)
		finished(m, 8, i, "10.9.9.9:81", 60000);
	for (unsigned i = 0; i < 37; i++) {
		snprintf(peer, sizeof(peer), "10.8.0.%u:80", i + 1);
		finished(m, 8, 100 + i, peer, 60000);
	}
	cleanup(judgement_cleanup) struct judgement *j = judged(m);
	assert_int_equal(j->findings.count, 2);
	assert_string_equal(j->findings.items[0].peer, "10.9.9.9:81");
	assert_null(j->findings.items[1].peer);
	assert_int_equal(j->findings.items[1].ends, 37);
	assert_true(j->findings.items[1].rest);
}

static void what_a_program_closed_when_it_ended_is_no_close(void **state)
{
	cleanup(moment_cleanup) struct moment *m = host(10000);

	process(m, 8, "worker", "worker");
	for (unsigned i = 0; i < LEAKED; i++)
		finished(m, 8, i, "10.9.9.9:81", 60000);
	process(m, 9, "worker", "worker"); /* a fellow that ended, and had leaked for an hour */
	*array_push(&m->gone) = (struct trail){ .state = STATE_CLOSE_WAIT, .role = ROLE_CLIENT, .age_min_ms = 3600000 };
	m->gone.items[0].process = moment_process(m, 9, 900 * NS_PER_S);
	cleanup(judgement_cleanup) struct judgement *j = judged(m);
	assert_int_equal(only(j, "never-closed", LEAKED)->confidence, CONFIDENCE_LIKELY);
}

static bool says_now(const struct finding *f, const char *command)
{
	array_each (&f->advice, a)
		if (a->kind == ADVICE_NOW && a->command && streq(a->command, command))
			return true;
	return false;
}

/* By two looks, 2 s apart: what was closed was 1 s old at the first one. So it was closed at 1 to 3 s, and what is 8 s
 * old may be slow work as well as a leak. Of what is 2.5 s old there is no doubt. */
static void by_two_looks_slow_work_is_sure_only_where_no_close_may_have_been_quick(void **state)
{
	for (int old = 0; old < 2; old++) {
		cleanup(moment_cleanup) struct moment *m = host(2000);
		process(m, 8, "api", "api");
		held(m, 8, STATE_LISTEN, "127.0.0.1:80", "0.0.0.0:0");
		uint32_t oldest_ms = old ? 8000 : 2500;
		for (unsigned i = 0; i < LEAKED; i++)
			scene_times(held(m, 8, STATE_CLOSE_WAIT, "127.0.0.1:80", "10.9.9.9:5"), oldest_ms, oldest_ms,
			            oldest_ms);
		for (unsigned i = 0; i < LEAKED; i++)
			*array_push(&m->gone) = (struct trail){ .process = moment_process(m, 8, 900 * NS_PER_S),
				                                .state = STATE_CLOSE_WAIT,
				                                .role = ROLE_SERVER,
				                                .age_min_ms = 1000 };
		cleanup(judgement_cleanup) struct judgement *j = judged(m);
		const struct finding *f = only(j, "slow-handler", LEAKED);
		assert_int_equal(f->confidence, old ? CONFIDENCE_POSSIBLE : CONFIDENCE_LIKELY);
		assert_int_equal(f->excluded.count, !old);
		assert_int_equal(says_now(f, "unfin check --window 60s"), old);
	}
}

/* A plan is for one namespace; a server's connections hold no port of their own. */
static void ports_are_given_back_to_a_client_in_its_namespace(void **state)
{
	for (int self = 0; self < 2; self++) {
		cleanup(moment_cleanup) struct moment *m = host(10000);
		process(m, 8, "fetch", "fetch");
		for (unsigned i = 0; i < LEAKED; i++)
			finished(m, 8, i, "10.9.9.9:81", 60000);
		m->netns.items[0].self = self;
		cleanup(judgement_cleanup) struct judgement *j = judged(m);
		assert_true(
		        says_now(only(j, "never-closed", LEAKED),
		                 self ? "unfin reclaim 'pid == 8'" : "unfin reclaim 'pid == 8' --netns 4026531840"));
	}
	cleanup(moment_cleanup) struct moment *m = host(10000);
	process(m, 8, "server", "server");
	held(m, 8, STATE_LISTEN, "127.0.0.1:80", "0.0.0.0:0");
	for (unsigned i = 0; i < LEAKED; i++)
		scene_times(held(m, 8, STATE_CLOSE_WAIT, "127.0.0.1:80", "10.9.9.9:5"), 60000, 60000, 60000);
	cleanup(judgement_cleanup) struct judgement *j = judged(m);
	array_each (&only(j, "never-closed", LEAKED)->advice, a)
		assert_false(a->command && starts_with(a->command, "unfin reclaim"));
}

static void progress_before_the_fin_is_no_half_closed_transfer(void **state)
{
	cleanup(moment_cleanup) struct moment *m = host(10000);

	process(m, 8, "shop", "shop");
	finished(m, 8, 1, "10.9.9.9:81", 500)->flags |= SOCKET_SENT | SOCKET_STATE_NEW;
	finished(m, 8, 2, "10.9.9.9:82", 5000)->flags |= SOCKET_SENT;
	cleanup(judgement_cleanup) struct judgement *j = judged(m);
	assert_string_equal(only(j, "half-closed", 1)->peer, "10.9.9.9:82");
}

static void who_started_after_the_end_did_not_connect(void **state)
{
	cleanup(moment_cleanup) struct moment *m = host(0);

	process(m, 8, "sleep", "sleep 1000"); /* started 100 s ago */
	finished(m, 8, 1, "10.9.9.9:81", 100300);
	cleanup(judgement_cleanup) struct judgement *j = judged(m);
	assert_int_equal(only(j, "inherited-fd", 1)->confidence, CONFIDENCE_CERTAIN);
}

/* Three connections of a server on loopback whose clients are not there. */
static struct moment *deserted(void)
{
	struct moment *m = host(0);
	char peer[32];

	process(m, 8, "server", "server");
	held(m, 8, STATE_LISTEN, "127.0.0.1:80", "0.0.0.0:0");
	for (unsigned i = 0; i < 3; i++) {
		snprintf(peer, sizeof(peer), "127.0.0.1:%u", 40000 + i);
		scene_times(held(m, 8, STATE_ESTABLISHED, "127.0.0.1:80", peer), 9000, 9000, 9000);
	}
	return m;
}

static void a_missing_other_end_is_half_open(void **state)
{
	cleanup(moment_cleanup) struct moment *m = deserted();
	cleanup(judgement_cleanup) struct judgement *j = judged(m);

	assert_int_equal(only(j, "half-open", 3)->confidence, CONFIDENCE_LIKELY);
}

static void an_end_behind_a_translated_address_is_not_missed(void **state)
{
	cleanup(moment_cleanup) struct moment *m = deserted();
	char local[32];

	process(m, 9, "client", "client");
	for (unsigned i = 0; i < 3; i++) { /* they asked for another address, and were redirected */
		snprintf(local, sizeof(local), "127.0.0.1:%u", 40000 + i);
		scene_times(held(m, 9, STATE_ESTABLISHED, local, "10.1.1.1:443"), 9000, 9000, 9000);
	}
	cleanup(judgement_cleanup) struct judgement *j = judged(m);
	assert_int_equal(j->findings.count, 0);
}

static void both_ends_of_a_fault_are_one_finding(void **state)
{
	cleanup(moment_cleanup) struct moment *m = host(10000);

	process(m, 8, "leak", "leak");
	process(m, 9, "server", "server");
	scene_times(held(m, 8, STATE_CLOSE_WAIT, "127.0.0.1:40000", "127.0.0.1:80"), 60000, 60000, 60000);
	scene_times(held(m, 9, STATE_FIN_WAIT2, "127.0.0.1:80", "127.0.0.1:40000"), 60000, 60000, 60000);
	cleanup(judgement_cleanup) struct judgement *j = judged(m);
	const struct finding *f = only(j, "never-closed", 1);
	assert_int_equal(m->processes.items[f->other_end].pid, 9);
}

static void a_request_leaves_causes_and_sockets_out(void **state)
{
	cleanup(moment_cleanup) struct moment *m = host(10000);
	struct request request = request_default;

	process(m, 8, "leak", "leak");
	finished(m, 8, 1, "10.9.9.9:81", 60000);
	moment_derive(m);
	*array_push(&request.ignore) = (struct ignored){ .id = "never-closed" };
	cleanup(judgement_cleanup) struct judgement *none = judge_request(m, &request);
	assert_int_equal(none->findings.count, 0);
	struct filter_error error;
	struct filter *filter;
	assert_int_equal(filter_compile("peer_port == 82", m->arena, &filter, &error), 0);
	request.ignore.items[0].filter = filter;
	cleanup(judgement_cleanup) struct judgement *one = judge_request(m, &request);
	assert_int_equal(one->findings.count, 1);
	request.about = filter;
	cleanup(judgement_cleanup) struct judgement *other = judge_request(m, &request);
	assert_int_equal(other->findings.count, 0);
	array_free(&request.ignore);
}

/* A reset takes the port from a leaked connection of a server's; it is still one leak. */
static void the_dead_of_a_server_are_told_with_its_living(void **state)
{
	cleanup(moment_cleanup) struct moment *m = host(10000);

	process(m, 8, "server", "server");
	held(m, 8, STATE_LISTEN, "127.0.0.1:80", "0.0.0.0:0");
	for (unsigned i = 0; i < LEAKED; i++) {
		struct socket *s = held(m, 8, i % 2 ? STATE_CLOSE : STATE_CLOSE_WAIT, "127.0.0.1:80", "10.9.9.9:5");
		scene_times(s, 60000, 60000, 60000);
		s->received_bytes = 100;
		s->flags |= SOCKET_FIN_CAME | (i % 2 ? SOCKET_PORT_LOST : 0);
	}
	cleanup(judgement_cleanup) struct judgement *j = judged(m);
	only(j, "never-closed", LEAKED);
}

/* Dead ends of a server, each with a peer of its own; `unread` bytes lie on each third. */
static struct moment *dead_ends(uint32_t unread, uint32_t flags)
{
	struct moment *m = host(10000);

	process(m, 8, "server", "server");
	held(m, 8, STATE_LISTEN, "0.0.0.0:80", "0.0.0.0:0");
	for (unsigned i = 0; i < LEAKED; i++) {
		char peer[32];
		snprintf(peer, sizeof(peer), "10.9.9.%u:5000", i);
		struct socket *s = held(m, 8, STATE_CLOSE, "10.0.0.1:80", peer);
		scene_times(s, 60000, 60000, 60000);
		s->received_bytes = 100;
		s->recv_q = i % 3 ? 0 : unread;
		s->flags |= SOCKET_PORT_LOST | flags;
	}
	return m;
}

static void the_dead_of_a_server_came_to_its_listener(void **state)
{
	cleanup(moment_cleanup) struct moment *m = dead_ends(0, SOCKET_FIN_CAME);
	cleanup(judgement_cleanup) struct judgement *j = judged(m);
	const struct finding *f = only(j, "never-closed", LEAKED);

	assert_string_equal(f->listener, "*:80");
	assert_null(f->peer);
	assert_true(tells(f, "has read everything, EOF included"));
}

static void what_the_dead_have_not_read_is_told(void **state)
{
	cleanup(moment_cleanup) struct moment *m = dead_ends(1, SOCKET_FIN_CAME);
	cleanup(judgement_cleanup) struct judgement *end = judged(m);
	assert_true(tells(only(end, "never-closed", LEAKED), "end of data (EOF) on 7 of them"));
	assert_false(tells(only(end, "never-closed", LEAKED), "not read all the data"));

	cleanup(moment_cleanup) struct moment *more = dead_ends(2001, SOCKET_FIN_CAME);
	cleanup(judgement_cleanup) struct judgement *data = judged(more);
	assert_true(tells(only(data, "never-closed", LEAKED), "not read all the data on 7 of them"));
	assert_true(tells(only(data, "never-closed", LEAKED), "end of data (EOF) on 7 of them"));

	cleanup(moment_cleanup) struct moment *cut = dead_ends(0, 0); /* a reset instead of an end */
	cleanup(judgement_cleanup) struct judgement *reset = judged(cut);
	assert_false(tells(only(reset, "never-closed", LEAKED), "EOF"));
}

/* The call failed in the window; then all was closed. Nothing may be said to be used up now. */
static void ports_that_are_free_again_were_used_up(void **state)
{
	cleanup(moment_cleanup) struct moment *m = host(2000);

	m->netns.items[0].port_first = 30000;
	m->netns.items[0].port_last = 30099;
	process(m, 9, "login", "login");
	held(m, 9, STATE_ESTABLISHED, "10.0.0.1:30001", "10.9.9.9:80");
	*array_push(&m->failures) = (struct failure){ .process = moment_process(m, 9, 900 * NS_PER_S),
		                                      .count = 3,
		                                      .target = scene_endpoint("0.0.0.0:0"),
		                                      .call = CALL_BIND,
		                                      .target_known = true,
		                                      .error = EADDRINUSE };
	cleanup(judgement_cleanup) struct judgement *j = judged(m);
	assert_int_equal(j->findings.count, 1);
	assert_string_equal(j->findings.items[0].id, "ports-exhausted");
	assert_non_null(strstr(j->findings.items[0].title, "was left for a moment"));
	assert_false(j->findings.items[0].limit_reached);
}

/* Refused without waiting for it: CLOSE, and the kernel still tells the peer. */
static void a_refused_connect_that_is_held_is_no_fault(void **state)
{
	cleanup(moment_cleanup) struct moment *m = host(0);

	process(m, 7, "poller", "poller");
	held(m, 7, STATE_CLOSE, "127.0.0.1:0", "127.0.0.1:9");
	cleanup(judgement_cleanup) struct judgement *j = judged(m);
	assert_int_equal(j->findings.count, 0);
}

/* A pool that fills its process: all is in use, nothing grows. */
static void a_process_with_few_descriptors_left_is_told_and_is_no_alarm(void **state)
{
	cleanup(moment_cleanup) struct moment *m = host(10000);
	char local[32];

	for (unsigned i = 0; i < 200; i++) {
		snprintf(local, sizeof(local), "10.0.0.1:%u", 30000 + i);
		scene_times(held(m, 8, STATE_ESTABLISHED, local, "10.9.9.9:5432"), 10, 10, 10);
	}
	struct process *p = process(m, 8, "pool", "pool");
	p->fd_used = p->fd_used_before = 205;
	p->fd_limit = 220;
	cleanup(judgement_cleanup) struct judgement *j = judged(m);
	const struct finding *f = only(j, "fd-limit", 200);
	assert_int_equal(f->severity, SEVERITY_INFO);
	assert_int_equal(j->verdict, VERDICT_OK);
	assert_false(f->eta_known);
}

/* 512 fit into a queue of backlog 511; nobody accepts, for want of descriptors. */
static void a_queue_says_one_number_and_why_it_stands(void **state)
{
	cleanup(moment_cleanup) struct moment *m = host(0);

	process(m, 8, "server", "server");
	struct socket *listener = held(m, 8, STATE_LISTEN, "127.0.0.1:8080", "0.0.0.0:0");
	listener->recv_q = 226;
	listener->send_q = 511;
	struct socket *s = scene_socket(m, STATE_CLOSE_WAIT, "127.0.0.1:8080", "127.0.0.1:40000");
	s->unowned = UNOWNED_NOT_ACCEPTED;
	scene_times(s, 9000, 9000, 9000);
	struct process *p = process(m, 8, "server", "server");
	p->fd_used = p->fd_limit = 1024;
	cleanup(judgement_cleanup) struct judgement *j = judged(m);
	const struct finding *f = &j->findings.items[1]; /* the effect of fd-limit */
	assert_string_equal(f->id, "accept-queue");
	assert_string_equal(f->listener, "127.0.0.1:8080");
	assert_int_equal(f->budgets.items[0].limit, 512);
	assert_true(tells(f, "226 waiting, room for 512"));
	assert_true(tells(f, "(1,024 of 1,024): accept() fails with EMFILE"));
	assert_true(tells(f, "close descriptors that are done with"));
}

static void a_dead_queue_that_runs_over_is_one_fault(void **state)
{
	cleanup(moment_cleanup) struct moment *m = host(0);

	process(m, 8, "server", "server");
	struct socket *listener = held(m, 8, STATE_LISTEN, "127.0.0.1:8080", "0.0.0.0:0");
	listener->recv_q = 12;
	listener->send_q = 11;
	listener->received_bytes = 3; /* refused */
	struct socket *s = scene_socket(m, STATE_CLOSE_WAIT, "127.0.0.1:8080", "127.0.0.1:40000");
	s->unowned = UNOWNED_NOT_ACCEPTED;
	scene_times(s, 9000, 9000, 9000);
	cleanup(judgement_cleanup) struct judgement *j = judged(m);
	assert_int_equal(j->findings.count, 2);
	assert_string_equal(j->findings.items[0].id, "accept-queue");
	assert_string_equal(j->findings.items[1].id, "listen-overflow");
	assert_string_equal(j->findings.items[1].caused_by, j->findings.items[0].key);
}

/* One finding for the port, by the address that is listened on, if that is one. */
static void what_came_in_came_to_the_listener(void **state)
{
	for (unsigned listeners = 1; listeners <= 2; listeners++) {
		cleanup(moment_cleanup) struct moment *m = host(10000);
		process(m, 8, "server", "server");
		held(m, 8, STATE_LISTEN, "10.0.0.1:80", "0.0.0.0:0");
		if (listeners == 2)
			held(m, 8, STATE_LISTEN, "10.0.0.2:80", "0.0.0.0:0");
		scene_times(held(m, 8, STATE_CLOSE_WAIT, "10.0.0.1:80", "10.9.9.9:4000"), 60000, 60000, 60000);
		cleanup(judgement_cleanup) struct judgement *j = judged(m);
		const struct finding *f = only(j, "never-closed", 1);
		assert_string_equal(f->listener, listeners == 1 ? "10.0.0.1:80" : "*:80");
		assert_true(tells(f, "the peer sent FIN 1 min ago; the program still holds the descriptor"));
		assert_false(tells(f, "1 min to 1 min"));
	}
}

/* Ended by the server 5 s after the answer, evenly since the program began. */
static struct judgement *kept_after_idle_timeout(struct moment *m, unsigned count)
{
	process(m, 8, "shop", "shop");
	for (unsigned i = 0; i < count; i++) {
		uint32_t ms = 1000 + i * 90000 / count;
		scene_times(finished(m, 8, i, "10.9.9.9:81", ms), ms + 5000, ms, ms + 5000);
	}
	return judged(m);
}

static void who_passes_over_idle_connections_has_no_pool(void **state)
{
	cleanup(moment_cleanup) struct moment *m = host(0), *few = host(0);
	cleanup(judgement_cleanup) struct judgement *of_many = kept_after_idle_timeout(m, 64);
	cleanup(judgement_cleanup) struct judgement *of_few = kept_after_idle_timeout(few, 16);

	assert_int_equal(only(of_many, "never-closed", 64)->confidence, CONFIDENCE_LIKELY);
	assert_int_equal(only(of_few, "stale-pool", 16)->confidence, CONFIDENCE_POSSIBLE);
}

UNIT_MAIN(TEST(who_passes_over_idle_connections_has_no_pool), TEST(a_stopped_process_is_hung_if_it_owes_something),
          TEST(an_idle_worker_waits_on_a_lock_and_is_not_hung), TEST(a_process_in_an_endless_disk_wait_is_hung),
          TEST(workers_are_one_program_and_two_scripts_are_two), TEST(many_small_destinations_are_one_finding),
          TEST(what_a_program_closed_when_it_ended_is_no_close),
          TEST(by_two_looks_slow_work_is_sure_only_where_no_close_may_have_been_quick),
          TEST(ports_are_given_back_to_a_client_in_its_namespace),
          TEST(progress_before_the_fin_is_no_half_closed_transfer), TEST(who_started_after_the_end_did_not_connect),
          TEST(a_missing_other_end_is_half_open), TEST(an_end_behind_a_translated_address_is_not_missed),
          TEST(both_ends_of_a_fault_are_one_finding), TEST(a_request_leaves_causes_and_sockets_out),
          TEST(the_dead_of_a_server_are_told_with_its_living), TEST(the_dead_of_a_server_came_to_its_listener),
          TEST(what_the_dead_have_not_read_is_told), TEST(ports_that_are_free_again_were_used_up),
          TEST(a_refused_connect_that_is_held_is_no_fault),
          TEST(a_process_with_few_descriptors_left_is_told_and_is_no_alarm),
          TEST(a_queue_says_one_number_and_why_it_stands), TEST(what_came_in_came_to_the_listener),
          TEST(a_dead_queue_that_runs_over_is_one_fault));
