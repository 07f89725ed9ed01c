/* The limits of the kernel: each bites by its figures or by its counter, and no counter tells of another's limit. */
#include "unit.h"
#include "rule/judgement.h"
#include "scene.h"
#include <errno.h>

/* One namespace with its counters, seen twice in 10 s; every limit is there, a tenth of it used. */
static struct moment *host(void)
{
	struct moment *m = moment_new();

	m->window = (struct window){ .ms = 10000, .calls_watched = true };
	uint32_t at = moment_netns(m, 4026531840); /* may move the array */
	struct netns *n = &m->netns.items[at];
	n->in_scope = n->table_seen = n->counters_known = true;
	n->time_waits = 100;
	n->max_time_waits = 1000;
	n->totals.conntrack_used = n->before.conntrack_used = 100;
	m->limits = (struct host_limits){ .conntrack_limit = 1000,
		                          .orphans_used = 100,
		                          .orphans_limit = 1000,
		                          .tcp_pages = 100,
		                          .tcp_pages_limit = 1000 };
	m->limits_before = m->limits;
	return m;
}

static struct netns_totals *totals(struct moment *m)
{
	return &m->netns.items[0].totals;
}

static struct judgement *judged(struct moment *m)
{
	moment_derive(m);
	return judge(m);
}

static const struct finding *only(const struct judgement *j, const char *id)
{
	assert_int_equal(j->findings.count, 1);
	assert_string_equal(j->findings.items[0].id, id);
	return &j->findings.items[0];
}

static void assert_bites(struct moment *m, const char *id)
{
	cleanup(judgement_cleanup) struct judgement *j = judged(m);
	const struct finding *f = only(j, id);

	assert_int_equal(f->confidence, CONFIDENCE_CERTAIN);
	assert_int_equal(f->severity, SEVERITY_CRITICAL);
	assert_int_equal(f->subject, PROCESS_NONE);
}

static void assert_quiet(struct moment *m)
{
	cleanup(judgement_cleanup) struct judgement *j = judged(m);

	assert_int_equal(j->findings.count, 0);
}

static void a_tenth_used_is_no_finding(void **state)
{
	cleanup(moment_cleanup) struct moment *m = host();

	assert_quiet(m);
}

static void a_lowered_number_of_time_waits_bites_by_its_counter(void **state)
{
	cleanup(moment_cleanup) struct moment *m = host();

	totals(m)->time_wait_overflows = m->netns.items[0].before.time_wait_overflows = 50;
	assert_quiet(m); /* history */
	totals(m)->time_wait_overflows = 60;
	assert_bites(m, "time-wait-overflow");
}

/* The drops are counted for the host, the entries for the namespace. */
static void drops_tell_of_a_full_table_only(void **state)
{
	cleanup(moment_cleanup) struct moment *m = host();

	totals(m)->conntrack_drops = 7;
	assert_quiet(m);
	totals(m)->conntrack_used = 980;
	assert_bites(m, "conntrack-full");
}

static void who_gives_up_at_a_full_table_is_a_victim(void **state)
{
	cleanup(moment_cleanup) struct moment *m = host();

	totals(m)->conntrack_drops = 7;
	totals(m)->conntrack_used = 1000;
	scene_hold(m, scene_socket(m, STATE_SYN_SENT, "10.0.0.1:40000", "10.9.9.9:80"), 8, "shop", 5);
	m->sockets.items[0].retransmits = 1;
	*array_push(&m->failures) = (struct failure){ .call = CALL_CONNECT, .error = ETIMEDOUT, .count = 2 };
	*array_push(&m->failures) = (struct failure){ .call = CALL_CONNECT, .error = ECONNREFUSED, .count = 2 };
	cleanup(judgement_cleanup) struct judgement *j = judged(m);
	assert_int_equal(j->findings.count, 2); /* the refused one is told for itself */
	assert_string_equal(j->findings.items[1].id, "unexplained-failure");
	const struct finding *f = &j->findings.items[0];
	assert_string_equal(f->id, "conntrack-full");
	assert_int_equal(f->victims.count, 1);
	assert_int_equal(f->victims.items[0].error, ETIMEDOUT);
	assert_non_null(strstr(f->evidence.items[2], "1 handshakes were sent again"));
}

/* The kernel counts an orphan up to fourfold: it aborts before the plain number is reached, yet not at a tenth. */
static void aborts_tell_of_orphans_where_these_are_many(void **state)
{
	cleanup(moment_cleanup) struct moment *m = host();

	totals(m)->memory_aborts = 5;
	assert_quiet(m);
	m->limits.orphans_used = m->limits_before.orphans_used = 300;
	assert_bites(m, "orphan-limit");
}

/* One socket's full buffer is pruned on any host. */
static void prunes_tell_of_memory_under_pressure(void **state)
{
	cleanup(moment_cleanup) struct moment *m = host();

	totals(m)->pruned = 5;
	assert_quiet(m);
	m->limits.tcp_pages = m->limits_before.tcp_pages = 700;
	totals(m)->memory_pressures = 2;
	assert_bites(m, "tcp-memory");
	totals(m)->pruned = 0;
	assert_quiet(m); /* buffers shrink: nobody has lost anything yet */
}

static void nearly_used_up_is_likely_to_bite(void **state)
{
	cleanup(moment_cleanup) struct moment *m = host();

	m->limits.tcp_pages = m->limits_before.tcp_pages = 960;
	cleanup(judgement_cleanup) struct judgement *j = judged(m);
	assert_int_equal(only(j, "tcp-memory")->confidence, CONFIDENCE_LIKELY);
	assert_int_equal(only(j, "tcp-memory")->severity, SEVERITY_WARNING);
}

static struct socket *listener(struct moment *m, uint32_t waiting, uint32_t backlog, uint32_t refused)
{
	struct socket *s = scene_socket(m, STATE_LISTEN, "10.0.0.1:80", "0.0.0.0:0");

	s->recv_q = waiting;
	s->send_q = backlog;
	s->received_bytes = refused;
	scene_hold(m, s, 8, "shop", 3);
	return s;
}

static void a_full_queue_that_refused_overflows(void **state)
{
	cleanup(moment_cleanup) struct moment *m = host();

	listener(m, 6, 5, 9);
	assert_quiet(m); /* what it dropped were no connections: the namespace knows of none */
	totals(m)->listen_drops = m->netns.items[0].before.listen_drops = 4;
	cleanup(judgement_cleanup) struct judgement *j = judged(m);
	assert_int_equal(m->processes.items[only(j, "listen-overflow")->subject].pid, 8);
	m->sockets.items[0].recv_q = 5;
	assert_quiet(m); /* room for one, and what was refused is history */
	totals(m)->listen_drops++;
	m->sockets.items[0].flags |= SOCKET_DROPPED;
	cleanup(judgement_cleanup) struct judgement *again = judged(m);
	assert_non_null(strstr(only(again, "listen-overflow")->evidence.items[0], "while watched"));
}

/* Both findings of a queue say why they name nobody. */
static void a_queue_that_nobody_is_seen_to_hold_says_why(void **state)
{
	cleanup(moment_cleanup) struct moment *m = host();

	listener(m, 6, 5, 9)->first_holder = HOLDER_NONE;
	m->sockets.items[0].unowned = UNOWNED_HIDDEN;
	totals(m)->listen_drops = m->netns.items[0].before.listen_drops = 4;
	cleanup(judgement_cleanup) struct judgement *j = judged(m);
	const struct finding *f = only(j, "listen-overflow");
	assert_int_equal(f->subject, PROCESS_NONE);
	assert_non_null(strstr(f->subject_why, "could not be looked into"));

	struct socket *dead = scene_socket(m, STATE_CLOSE_WAIT, "10.0.0.1:80", "10.9.9.9:40000");
	dead->unowned = UNOWNED_NOT_ACCEPTED;
	scene_times(dead, 9000, 9000, 9000);
	cleanup(judgement_cleanup) struct judgement *both = judged(m);
	assert_int_equal(both->findings.count, 2);
	array_each (&both->findings, found) {
		assert_int_equal(found->subject, PROCESS_NONE);
		assert_non_null(found->subject_why);
	}
}

UNIT_MAIN(TEST(a_tenth_used_is_no_finding), TEST(a_lowered_number_of_time_waits_bites_by_its_counter),
          TEST(drops_tell_of_a_full_table_only), TEST(who_gives_up_at_a_full_table_is_a_victim),
          TEST(aborts_tell_of_orphans_where_these_are_many), TEST(prunes_tell_of_memory_under_pressure),
          TEST(nearly_used_up_is_likely_to_bite), TEST(a_full_queue_that_refused_overflows),
          TEST(a_queue_that_nobody_is_seen_to_hold_says_why));
