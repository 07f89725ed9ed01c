/* What a window tells: of pools and servers that were seen to close, and of what grows together. */
#include "host.h"

/* Six connections that a pool has opened anew, and the close of six that the server had ended after so long. */
static struct moment *pool_at_work(uint64_t kept_ms, uint64_t idle_low_ms, uint64_t idle_high_ms)
{
	struct moment *m = host(10000);

	process(m, 7, "app", "app");
	for (unsigned i = 0; i < 6; i++) {
		struct socket *s = finished(m, 7, i, "10.9.9.9:80", 1000);
		s->state = STATE_ESTABLISHED;
		s->flags |= SOCKET_NEW;
		*array_push(&m->gone) = (struct trail){ .peer = s->peer, .state = STATE_CLOSE_WAIT };
	}
	m->window.closes_watched = true;
	*array_push(&m->departures) = (struct departure){ .end = scene_endpoint("10.9.9.9:80"),
		                                          .as_client = true,
		                                          .count = 6,
		                                          .oldest_ms = kept_ms,
		                                          .idle_known = 6,
		                                          .idle_low_ms = idle_low_ms,
		                                          .idle_high_ms = idle_high_ms };
	return m;
}

static void a_pool_that_has_just_thrown_away_its_stale_ones_had_them(void **state)
{
	cleanup(moment_cleanup) struct moment *m = pool_at_work(5000, 2000, 2600);
	cleanup(judgement_cleanup) struct judgement *j = judged(m);

	const struct finding *f = only(j, "stale-pool", 6);
	assert_int_equal(f->confidence, CONFIDENCE_LIKELY);
	assert_int_equal(f->severity, SEVERITY_INFO);
	assert_string_equal(f->peer, "10.9.9.9:80");
}

/* Redis with a timeout of 2 s closes after 3.2 s: a pool that keeps them for 3 s would still be late. */
static void a_pool_is_told_to_stay_well_below_what_was_seen(void **state)
{
	static const struct {
		uint64_t seen_ms;
		const char *advice;
	} cases[] = { { 3200, "after 1 s at most" }, { 60000, "after 54 s at most" }, { 2000, "after 1 s at most" } };

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		cleanup(moment_cleanup) struct moment *m = pool_at_work(5000, cases[i].seen_ms, cases[i].seen_ms + 300);
		cleanup(judgement_cleanup) struct judgement *j = judged(m);
		const struct finding *f = only(j, "stale-pool", 6);
		assert_int_equal(f->advice.items[1].kind, ADVICE_FOR_GOOD);
		assert_non_null(strstr(f->advice.items[1].text, cases[i].advice));
	}
}

static void a_pool_that_closes_at_once_or_for_other_reasons_is_healthy(void **state)
{
	static const uint64_t healthy[][3] = { { 40, 2000, 2600 }, { 5000, 0, 30 }, { 5000, 1000, 4000 } };

	for (size_t i = 0; i < ARRAY_SIZE(healthy); i++) {
		cleanup(moment_cleanup) struct moment *m = pool_at_work(healthy[i][0], healthy[i][1], healthy[i][2]);
		cleanup(judgement_cleanup) struct judgement *j = judged(m);
		assert_int_equal(j->findings.count, 0);
	}
}

/* The answer to a long poll came so long ago, and the server's end with it; the question was asked ten seconds before.
 * Others have been answered and closed meanwhile. */
static struct moment *long_poll(uint32_t answered_ms, uint32_t read_before)
{
	struct moment *m = host(5000);

	process(m, 7, "phone", "phone");
	for (unsigned i = 0; i < 3; i++) {
		struct socket *s = finished(m, 7, i, "10.9.9.9:80", answered_ms);
		s->flags |= answered_ms < 5000 ? SOCKET_STATE_NEW : 0;
		s->since_sent_ms = answered_ms + 10000;
		s->recv_q = 201;
		s->received_bytes = s->recv_q + read_before;
		s->acked_bytes = 60;
	}
	m->window.closes_watched = true;
	*array_push(&m->departures) = (struct departure){
		.end = scene_endpoint("10.9.9.9:80"), .as_client = true, .count = 90, .oldest_ms = 20
	};
	return m;
}

static void an_answer_that_comes_with_the_end_was_not_idle(void **state)
{
	cleanup(moment_cleanup) struct moment *fresh = long_poll(20, 0), *unread = long_poll(4000, 0),
	                                      *goodbye = long_poll(4000, 500);
	cleanup(judgement_cleanup) struct judgement *of_fresh = judged(fresh), *of_unread = judged(unread),
	                                            *of_goodbye = judged(goodbye);

	assert_int_equal(of_fresh->findings.count, 0);
	only(of_unread, "never-closed", 3);
	only(of_goodbye, "stale-pool", 3);
}

/* A client for each call, which nobody closes: a collector has just closed half of them, old and young together, and in
 * so short a window no new one was opened. A pool of that size would have been used again. */
static void what_a_collector_closed_counts_with_what_is_left(void **state)
{
	static const uint64_t bursts[] = { 40, 26 };

	for (size_t i = 0; i < ARRAY_SIZE(bursts); i++) {
		cleanup(moment_cleanup) struct moment *m = host(2000);
		process(m, 7, "app", "app");
		for (unsigned k = 0; k < 30; k++)
			scene_times(finished(m, 7, k, "10.9.9.9:80", 3000 + 300 * k), 4000 + 300 * k, 3000 + 300 * k,
			            4000 + 300 * k);
		m->window.closes_watched = true;
		*array_push(&m->departures) = (struct departure){ .end = scene_endpoint("10.9.9.9:80"),
			                                          .as_client = true,
			                                          .count = bursts[i],
			                                          .burst = bursts[i],
			                                          .oldest_ms = 20000,
			                                          .spread_ms = 12000,
			                                          .idle_known = bursts[i],
			                                          .idle_low_ms = 1000,
			                                          .idle_high_ms = 1100 };
		cleanup(judgement_cleanup) struct judgement *j = judged(m);
		only(j, i ? "stale-pool" : "never-closed", 30);
	}
}

/* Stamps that probes have moved make an old one look young: it was there at the first look, all the same. */
static void what_was_there_at_the_first_look_is_as_old_as_the_window(void **state)
{
	cleanup(moment_cleanup) struct moment *m = long_poll(20, 0);

	array_each (&m->sockets, s)
		s->flags &= ~(uint32_t)SOCKET_STATE_NEW;
	cleanup(judgement_cleanup) struct judgement *j = judged(m);
	only(j, "never-closed", 3);
}

/* One that the server ended is no timeout that all share; and what has only just been ended was not kept. */
static void one_idle_connection_makes_no_pool(void **state)
{
	cleanup(moment_cleanup) struct moment *one = pool_at_work(4000, 0, 0), *fresh = pool_at_work(20, 2000, 2600);

	one->departures.items[0].idle_known = 0;
	scene_times(finished(one, 7, 20, "10.9.9.9:80", 4000), 14000, 4000, 14000);
	struct socket *s = finished(fresh, 7, 20, "10.9.9.9:80", 20);
	scene_times(s, 10020, 20, 10020);
	s->flags |= SOCKET_STATE_NEW;
	cleanup(judgement_cleanup) struct judgement *of_one = judged(one), *of_fresh = judged(fresh);
	assert_int_equal(only(of_one, "stale-pool", 1)->confidence, CONFIDENCE_POSSIBLE);
	assert_int_equal(of_fresh->findings.count, 0);
}

/* A server that closes up to so long after its clients hung up, which had their answer or none. */
static struct moment *tidy_server(uint64_t closed_ms, uint32_t answer_bytes)
{
	struct moment *m = host(10000);

	process(m, 8, "server", "server");
	held(m, 8, STATE_LISTEN, "10.0.0.1:80", "0.0.0.0:0");
	for (unsigned i = 0; i < 4; i++) {
		char peer[32];
		snprintf(peer, sizeof(peer), "10.9.9.9:%u", 4000 + i);
		struct socket *s = held(m, 8, STATE_CLOSE_WAIT, "10.0.0.1:80", peer);
		scene_times(s, 250, 200, 250);
		s->acked_bytes = 1 + answer_bytes;
		s->flags |= SOCKET_NEW;
	}
	m->window.closes_watched = true;
	*array_push(&m->departures) = (struct departure){ .as_server = true, .count = 40, .oldest_ms = closed_ms };
	m->departures.items[0].process = moment_process(m, 8, 900 * NS_PER_S);
	return m;
}

static void who_has_his_answer_is_not_impatient(void **state)
{
	static const struct {
		uint64_t closed_ms;
		uint32_t answer_bytes;
		size_t findings;
	} cases[] = { { 1500, 5, 0 }, { 1500, 0, 1 }, { 6000, 5, 1 } };

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		cleanup(moment_cleanup) struct moment *m = tidy_server(cases[i].closed_ms, cases[i].answer_bytes);
		cleanup(judgement_cleanup) struct judgement *j = judged(m);
		assert_int_equal(j->findings.count, cases[i].findings);
		if (cases[i].findings)
			only(j, "slow-handler", 4);
	}
}

/* A server that forks a process for each client; its clients hang up, and each process ends 8 s later. */
static struct moment *forking_server(uint32_t each)
{
	struct moment *m = host(2000);

	process(m, 8, "postgres", "postgres");
	held(m, 8, STATE_LISTEN, "10.0.0.1:5432", "0.0.0.0:0");
	for (unsigned i = 0; i < 16; i++) {
		char peer[32];
		snprintf(peer, sizeof(peer), "10.9.9.9:%u", 4000 + i);
		struct process *p = process(m, 100 + i / each, "postgres", peer);
		p->ppid = 8;
		uint32_t ms = 500 * (15 - i); /* the oldest on the lowest descriptor */
		scene_times(held(m, 100 + i / each, STATE_CLOSE_WAIT, "10.0.0.1:5432", peer), ms, ms, ms);
	}
	m->window.closes_watched = true;
	*array_push(&m->departures) =
	        (struct departure){ .as_server = true, .ended = true, .count = 4, .processes = 4, .oldest_ms = 8000 };
	m->departures.items[0].process = moment_process(m, 8, 900 * NS_PER_S);
	return m;
}

static void the_end_of_the_process_of_a_connection_is_its_close(void **state)
{
	cleanup(moment_cleanup) struct moment *m = forking_server(1);
	cleanup(judgement_cleanup) struct judgement *j = judged(m);

	only(j, "slow-handler", 16);
}

/* Who has many and ends, as a worker that is replaced, has not shown how it closes. */
static void the_end_of_a_worker_with_many_connections_is_no_close(void **state)
{
	cleanup(moment_cleanup) struct moment *m = forking_server(8);
	cleanup(judgement_cleanup) struct judgement *j = judged(m);

	only(j, "never-closed", 16);
}

static void what_ends_with_its_whole_program_is_no_close(void **state)
{
	cleanup(moment_cleanup) struct moment *m = forking_server(1);

	array_each (&m->processes, p)
		p->start_boot_ns = 998100 * NS_PER_MS; /* after the first look: a new instance */
	array_each (&m->sockets, s)
		scene_times(s, s->since_data_ms / 5, s->since_ack_ms / 5, s->since_sent_ms / 5);
	cleanup(judgement_cleanup) struct judgement *j = judged(m);
	only(j, "never-closed", 16);
}

/* Work of 40 s, of which none ended in the window; but minutes ago some did. */
static void what_closed_before_the_window_tells_work_from_a_leak(void **state)
{
	static const struct {
		uint64_t before_ms; /* the latest close, 0: none was seen */
		uint32_t answer_ms; /* ago */
		const char *id;
	} cases[] = { { 0, 9000, "never-closed" }, { 40000, 9000, "slow-handler" }, { 40000, 300, NULL } };

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		cleanup(moment_cleanup) struct moment *m = tidy_server(0, 0);
		m->departures.count = 0;
		array_each (&m->sockets, s)
			if (s->state == STATE_CLOSE_WAIT)
				scene_times(s, cases[i].answer_ms, cases[i].answer_ms, cases[i].answer_ms);
		if (cases[i].before_ms)
			*array_push(&m->departures_before) =
			        (struct departure){ .process = moment_process(m, 8, 900 * NS_PER_S),
				                    .as_server = true,
				                    .count = 40,
				                    .oldest_ms = cases[i].before_ms };
		cleanup(judgement_cleanup) struct judgement *j = judged(m);
		if (cases[i].id)
			only(j, cases[i].id, 4);
		else
			assert_int_equal(j->findings.count, 0);
	}
}

static const char *evidence_with(const struct finding *f, const char *words)
{
	array_each (&f->evidence, text)
		if (strstr(*text, words))
			return *text;
	return NULL;
}

/* Eight that our side has finished, of which it holds five; it was seen to give up on some, or was not. */
static struct moment *unanswered(uint64_t given_up)
{
	struct moment *m = host(10000);

	process(m, 9, "relay", "relay");
	for (unsigned i = 0; i < 8; i++) {
		char local[32];
		snprintf(local, sizeof(local), "10.0.0.1:%u", 40000 + i);
		struct socket *s = i < 5 ? held(m, 9, STATE_FIN_WAIT2, local, "10.9.9.9:25")
		                         : scene_socket(m, STATE_FIN_WAIT2, local, "10.9.9.9:25");
		scene_times(s, 20000, 20000, 20000);
		s->unowned = i < 5 ? UNOWNED_NO : UNOWNED_ORPHAN;
	}
	m->window.closes_watched = true;
	if (given_up)
		*array_push(&m->departures) = (struct departure){ .process = moment_process(m, 9, 900 * NS_PER_S),
			                                          .unanswered = true,
			                                          .as_client = true,
			                                          .count = given_up,
			                                          .oldest_ms = 29000 };
	return m;
}

static void who_gives_up_on_its_peers_has_a_limit(void **state)
{
	for (uint64_t given_up = 0; given_up <= 4; given_up += 4) {
		cleanup(moment_cleanup) struct moment *m = unanswered(given_up);
		cleanup(judgement_cleanup) struct judgement *j = judged(m);
		const struct finding *f = only(j, "peer-never-closes", 8);
		assert_int_equal(m->processes.items[f->subject].pid, 9);
		assert_int_equal(evidence_with(f, "the latest 29 s after") != NULL, given_up > 0);
		assert_non_null(evidence_with(f, "3 are closed"));
	}
}

/* Go's keepalive probes move the stamp of the FIN: 15 s ago it was answered, 52 s ago the last data came. */
static void the_oldest_of_a_finding_lies_between_two_times(void **state)
{
	cleanup(moment_cleanup) struct moment *m = host(10000);

	for (unsigned i = 0; i < 4; i++) {
		struct socket *s = finished(m, 7, i, "10.9.9.9:80", 15000);
		scene_times(s, 52000, 15000, 52000);
		s->flags |= SOCKET_KEEPALIVE;
	}
	process(m, 7, "fetcher", "fetcher");
	cleanup(judgement_cleanup) struct judgement *j = judged(m);
	assert_int_equal(j->findings.items[0].oldest_ms, 15000);
	assert_int_equal(j->findings.items[0].oldest_max_ms, 52000);
	assert_non_null(evidence_with(&j->findings.items[0], "sent FIN 15 s to 52 s ago"));
}

/* A leak of 40 handles, ten of which came while watched, in a process whose descriptors will end. */
static void a_handle_may_bring_more_descriptors_than_its_socket(void **state)
{
	static const struct {
		uint32_t used_before, used;
		size_t findings;
	} cases[] = { { 90, 120, 1 }, { 400, 420, 1 }, { 250, 450, 2 } };

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		cleanup(moment_cleanup) struct moment *m = host(10000);
		for (unsigned k = 0; k < 40; k++)
			finished(m, 7, k, "10.9.9.9:80", 1000 * k + 500)->flags |= k < 10 ? SOCKET_NEW : 0;
		struct process *p = process(m, 7, "app", "app");
		p->fd_used_before = cases[i].used_before;
		p->fd_used = cases[i].used;
		p->fd_limit = 500;
		cleanup(judgement_cleanup) struct judgement *j = judged(m);
		assert_int_equal(j->findings.count, cases[i].findings);
		assert_string_equal(j->findings.items[0].id, "never-closed");
	}
}

UNIT_MAIN(TEST(what_closed_before_the_window_tells_work_from_a_leak),
          TEST(what_a_collector_closed_counts_with_what_is_left), TEST(an_answer_that_comes_with_the_end_was_not_idle),
          TEST(one_idle_connection_makes_no_pool), TEST(what_was_there_at_the_first_look_is_as_old_as_the_window),
          TEST(a_pool_that_has_just_thrown_away_its_stale_ones_had_them),
          TEST(a_pool_is_told_to_stay_well_below_what_was_seen),
          TEST(a_pool_that_closes_at_once_or_for_other_reasons_is_healthy),
          TEST(the_end_of_the_process_of_a_connection_is_its_close),
          TEST(the_end_of_a_worker_with_many_connections_is_no_close),
          TEST(what_ends_with_its_whole_program_is_no_close), TEST(who_gives_up_on_its_peers_has_a_limit),
          TEST(the_oldest_of_a_finding_lies_between_two_times),
          TEST(a_handle_may_bring_more_descriptors_than_its_socket), TEST(who_has_his_answer_is_not_impatient));
