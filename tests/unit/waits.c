/* Who waits for whom: requests that nobody reads, because the threads wait for clients or for another service. */
#include "host.h"

enum { UNREAD = 12, WORKERS = 3 };

static void wait_for(struct moment *m, uint32_t pid, uint32_t tid, const struct socket *s, bool writes)
{
	struct awaited *a = array_push(&m->awaited);

	*a = (struct awaited){ .process = moment_process(m, pid, 900 * NS_PER_S),
		               .tid = tid,
		               .inode = s->inode,
		               .among = 1,
		               .writes = writes,
		               .call = writes ? "sendto" : "recvfrom" };
}

/* A server that has accepted twelve requests and read none; its clients have hung up. */
static struct moment *unserved(void)
{
	struct moment *m = host(2000);
	char peer[32];

	process(m, 20, "api", "api")->activity.known = true;
	held(m, 20, STATE_LISTEN, "10.0.0.1:80", "0.0.0.0:0");
	for (unsigned i = 0; i < UNREAD; i++) {
		snprintf(peer, sizeof(peer), "10.9.9.9:%u", 4000 + i);
		struct socket *s = held(m, 20, STATE_CLOSE_WAIT, "10.0.0.1:80", peer);
		scene_times(s, 9000, 8000, 9000);
		s->received_bytes = s->recv_q = 101;
		s->flags |= SOCKET_EOF_UNREAD;
	}
	return m;
}

static struct socket *silent_client(struct moment *m, unsigned i)
{
	char peer[32];

	snprintf(peer, sizeof(peer), "10.8.8.8:%u", 5000 + i);
	struct socket *s = held(m, 20, STATE_ESTABLISHED, "10.0.0.1:80", peer);
	scene_times(s, 540000, 540000, 540000);
	return s;
}

static bool says(const struct finding *f, const char *words)
{
	array_each (&f->evidence, text)
		if (strstr(*text, words))
			return true;
	return false;
}

static void requests_that_silent_clients_hold_up_are_not_forgotten(void **state)
{
	cleanup(moment_cleanup) struct moment *m = unserved();

	for (unsigned i = 0; i < WORKERS; i++)
		wait_for(m, 20, 21 + i, silent_client(m, i), false);
	cleanup(judgement_cleanup) struct judgement *j = judged(m);
	const struct finding *f = only(j, "not-served", UNREAD);
	assert_int_equal(f->confidence, CONFIDENCE_LIKELY);
	assert_true(says(
	        f,
	        "3 threads wait in recvfrom() for clients such as 10.8.8.8:5000, which have not sent a byte in 9 min"));
}

/* Idle connections that an event loop has among others, and such as data comes on, hold up nobody. */
static void who_waits_for_many_or_is_served_holds_up_nobody(void **state)
{
	for (int kind = 0; kind < 3; kind++) {
		cleanup(moment_cleanup) struct moment *m = unserved();
		for (unsigned i = 0; kind < 2 && i < WORKERS; i++) {
			struct socket *s = silent_client(m, i);
			s->flags |= kind == 1 ? SOCKET_RECEIVED : 0;
			wait_for(m, 20, kind == 0 ? 21 : 21 + i, s, false);
		}
		cleanup(judgement_cleanup) struct judgement *j = judged(m);
		assert_string_equal(j->findings.items[0].id, "never-closed");
	}
}

/* The workers ask a service whose process is stopped: it holds their other ends, or has not even accepted them. */
static struct moment *behind_backend(bool accepted)
{
	struct moment *m = unserved();
	char ours[32];

	struct process *p = process(m, 30, "prices", "prices");
	p->stopped = true;
	struct socket *listener = held(m, 30, STATE_LISTEN, "10.0.0.1:9109", "0.0.0.0:0");
	listener->recv_q = accepted ? 0 : WORKERS;
	for (unsigned i = 0; i < WORKERS; i++) {
		snprintf(ours, sizeof(ours), "10.0.0.1:%u", 40000 + i);
		struct socket *s = held(m, 20, STATE_ESTABLISHED, ours, "10.0.0.1:9109");
		scene_times(s, 9000, 9000, 9000);
		wait_for(m, 20, 21 + i, s, false);
		s = accepted ? held(m, 30, STATE_ESTABLISHED, "10.0.0.1:9109", ours)
		             : scene_socket(m, STATE_ESTABLISHED, "10.0.0.1:9109", ours);
		scene_times(s, 9000, 9000, 9000);
		s->recv_q = s->received_bytes = 80;
		s->unowned = accepted ? UNOWNED_NO : UNOWNED_NOT_ACCEPTED;
	}
	return m;
}

static void what_a_stopped_service_holds_up_is_its_effect(void **state)
{
	for (int accepted = 0; accepted < 2; accepted++) {
		cleanup(moment_cleanup) struct moment *m = behind_backend(accepted);
		cleanup(judgement_cleanup) struct judgement *j = judged(m);
		assert_int_equal(j->findings.count, 2);
		assert_string_equal(j->findings.items[0].id, "hung-owner");
		assert_string_equal(j->findings.items[1].id, "not-served");
		assert_string_equal(j->findings.items[1].caused_by, j->findings.items[0].key);
		assert_true(says(&j->findings.items[1], "for 10.0.0.1:9109 (prices[30])"));
	}
}

/* One thread, and the connection that it has accepted: those behind it are still in the queue. */
static void a_queue_names_whom_its_only_thread_waits_for(void **state)
{
	cleanup(moment_cleanup) struct moment *m = host(2000);
	char peer[32];

	process(m, 20, "api", "api")->activity.known = true;
	held(m, 20, STATE_LISTEN, "10.0.0.1:80", "0.0.0.0:0")->recv_q = UNREAD;
	for (unsigned i = 0; i < UNREAD; i++) {
		snprintf(peer, sizeof(peer), "10.9.9.9:%u", 4000 + i);
		struct socket *s = scene_socket(m, STATE_CLOSE_WAIT, "10.0.0.1:80", peer);
		scene_times(s, 9000, 8000, 9000);
		s->unowned = UNOWNED_NOT_ACCEPTED;
	}
	wait_for(m, 20, 20, silent_client(m, 0), false);
	cleanup(judgement_cleanup) struct judgement *j = judged(m);
	assert_true(says(only(j, "accept-queue", UNREAD), "a thread waits in recvfrom() for 10.8.8.8:5000"));
}

/* It lives, holds what it has accepted, and lets the others wait: by a limit of its own, and not for want of
 * descriptors. Who has accepted one while watched is only slow. */
static struct moment *at_its_own_limit(bool came)
{
	struct moment *m = host(10000);
	char peer[32];

	struct process *p = process(m, 20, "cache", "cache");
	p->fd_used = 40;
	p->fd_limit = 1024;
	struct socket *listener = held(m, 20, STATE_LISTEN, "10.0.0.1:80", "0.0.0.0:0");
	listener->recv_q = listener->send_q + 1;
	listener->received_bytes = 30;
	for (unsigned i = 0; i < UNREAD; i++) {
		snprintf(peer, sizeof(peer), "10.9.9.9:%u", 4000 + i);
		held(m, 20, STATE_ESTABLISHED, "10.0.0.1:80", peer)->flags |= came && !i ? SOCKET_NEW : 0;
	}
	return m;
}

static void a_program_at_its_own_limit_lets_them_wait(void **state)
{
	cleanup(moment_cleanup) struct moment *full = at_its_own_limit(false), *slow = at_its_own_limit(true);
	cleanup(judgement_cleanup) struct judgement *of_full = judged(full), *of_slow = judged(slow);

	assert_true(says(only(of_full, "listen-overflow", 1),
	                 "at a limit of its own: of 1,024 descriptors it has used 40"));
	assert_false(says(only(of_slow, "listen-overflow", 1), "limit of its own"));
}

/* One look sees no thread: three workers have each asked a stopped service, and their own clients give up in the queue.
 * A worker that has asked twice may be an event loop. */
static struct moment *workers_that_asked(unsigned more)
{
	struct moment *m = host(0);
	char ours[32], peer[32];

	process(m, 30, "prices", "prices")->stopped = true;
	held(m, 30, STATE_LISTEN, "10.0.0.1:9109", "0.0.0.0:0")->recv_q = WORKERS;
	held(m, 20, STATE_LISTEN, "10.0.0.1:80", "0.0.0.0:0")->recv_q = UNREAD;
	process(m, 20, "master", "master");
	for (unsigned i = 0; i < WORKERS; i++) {
		process(m, 21 + i, "worker", "worker")->ppid = 20;
		moment_hold(m, &m->sockets.items[1], moment_process(m, 21 + i, 900 * NS_PER_S), 3);
	}
	for (unsigned i = 0; i < WORKERS + more; i++) {
		snprintf(ours, sizeof(ours), "10.0.0.1:%u", 40000 + i);
		struct socket *s = held(m, 21 + i % WORKERS, STATE_ESTABLISHED, ours, "10.0.0.1:9109");
		scene_times(s, 9000, 9000, 9000);
		s->flags |= SOCKET_BUCKET_KNOWN;
		s->fastreuse = s->fastreuseport = -1;
		s = scene_socket(m, STATE_ESTABLISHED, "10.0.0.1:9109", ours);
		scene_times(s, 9000, 9000, 9000);
		s->recv_q = s->received_bytes = 80;
		s->unowned = UNOWNED_NOT_ACCEPTED;
	}
	for (unsigned i = 0; i < UNREAD; i++) {
		snprintf(peer, sizeof(peer), "10.9.9.9:%u", 4000 + i);
		struct socket *s = scene_socket(m, STATE_CLOSE_WAIT, "10.0.0.1:80", peer);
		scene_times(s, 9000, 8000, 9000);
		s->unowned = UNOWNED_NOT_ACCEPTED;
	}
	return m;
}

static const struct finding *find(const struct judgement *j, const char *id)
{
	array_each (&j->findings, f)
		if (streq(f->id, id))
			return f;
	return NULL;
}

static void workers_that_have_all_asked_a_stopped_service_wait_for_it(void **state)
{
	cleanup(moment_cleanup) struct moment *each = workers_that_asked(0), *loop = workers_that_asked(1);
	cleanup(judgement_cleanup) struct judgement *of_each = judged(each), *of_loop = judged(loop);

	assert_non_null(find(of_each, "hung-owner"));
	assert_string_equal(find(of_each, "accept-queue")->caused_by, find(of_each, "hung-owner")->key);
	assert_true(says(find(of_each, "accept-queue"), "each of the 3 processes"));
	assert_null(find(of_loop, "accept-queue")->caused_by);
}

/* The first in line came so long ago; its peer gave up after `patience_ms`. There is much room. */
static enum severity of_queue(uint32_t waited_ms, uint32_t patience_ms)
{
	cleanup(moment_cleanup) struct moment *m = host(2000);
	struct socket *listener = held(m, 20, STATE_LISTEN, "127.0.0.1:8080", "0.0.0.0:0");

	listener->recv_q = 1;
	listener->send_q = 4096;
	struct socket *s = scene_socket(m, STATE_CLOSE_WAIT, "127.0.0.1:8080", "127.0.0.1:40000");
	s->unowned = UNOWNED_NOT_ACCEPTED;
	scene_times(s, waited_ms, waited_ms - patience_ms, waited_ms);
	cleanup(judgement_cleanup) struct judgement *j = judged(m);
	return only(j, "accept-queue", 1)->severity;
}

static void a_queue_that_serves_nobody_in_time_is_a_fault(void **state)
{
	assert_int_equal(of_queue(40000, 3000), SEVERITY_WARNING);
	assert_int_equal(of_queue(5000, 3000), SEVERITY_INFO);   /* they would have been served by then */
	assert_int_equal(of_queue(40000, 0), SEVERITY_INFO);     /* health checks of a port that nobody serves */
	assert_int_equal(of_queue(40000, 30000), SEVERITY_INFO); /* patient ones are served */
}

UNIT_MAIN(TEST(a_program_at_its_own_limit_lets_them_wait),
          TEST(workers_that_have_all_asked_a_stopped_service_wait_for_it),
          TEST(requests_that_silent_clients_hold_up_are_not_forgotten),
          TEST(who_waits_for_many_or_is_served_holds_up_nobody), TEST(what_a_stopped_service_holds_up_is_its_effect),
          TEST(a_queue_names_whom_its_only_thread_waits_for), TEST(a_queue_that_serves_nobody_in_time_is_a_fault));
