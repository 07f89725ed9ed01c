/* Which sockets `unfin reclaim` may destroy: every refusal, on a moment made by hand; what a kept plan must still find;
 * and what the audit file is read as. */
#include "unit.h"
#include "remedy/audit_read.h"
#include "remedy/kept_plan.h"
#include "remedy/recheck.h"
#include "remedy/selftest.h"
#include "scene.h"

enum { LEAKER = 300, SHELL = 400, ME = 500, OWNER_UID = 1000 };

/* One CLOSE_WAIT, 10 min old, of a process of an ordinary user, in a finding that is sure enough. */
struct stage {
	struct moment *m;
	struct judgement judgement;
	struct reclaimer by;
	struct plan_request request;
	struct reclaim_plan plan;
	struct arena *arena;
};

static struct socket *leak(struct stage *t)
{
	return &t->m->sockets.items[0];
}

static struct stage *stage_new(void)
{
	struct stage *t = memory_zeroed(sizeof(*t));
	struct socket *s;

	t->m = moment_new();
	t->arena = arena_new();
	uint32_t netns = moment_netns(t->m, 4026531840);
	t->m->netns.items[netns].in_scope = true;
	t->m->source = "bpf";
	s = scene_socket(t->m, STATE_CLOSE_WAIT, "10.0.0.1:1000", "10.9.9.9:80");
	scene_times(s, 600000, 600000, 600000);
	s->recv_q = 1;
	s->flags |= SOCKET_EOF_UNREAD | SOCKET_HAS_FILE;
	scene_hold(t->m, s, LEAKER, "fetch", 3);
	t->m->processes.items[0].uid = OWNER_UID;
	struct finding *f = array_push(&t->judgement.findings);
	f->id = "never-closed";
	f->key = "never-closed/fetch";
	f->confidence = CONFIDENCE_LIKELY;
	*array_push(&f->sockets) = 0;
	t->by = (struct reclaimer){ .may_all = true, .pid = ME };
	*array_push(&t->by.ancestors) = SHELL;
	t->request = (struct plan_request){
		.min_age_ms = RECLAIM_MIN_AGE_MS, .limit = RECLAIM_LIMIT, .by = &t->by, .proved = ~0U
	};
	t->plan.arena = t->arena;
	return t;
}

static void stage_free(struct stage *t)
{
	reclaim_plan_free(&t->plan);
	array_each (&t->judgement.findings, f)
		finding_free(f);
	array_free(&t->judgement.findings);
	reclaimer_free(&t->by);
	moment_free(t->m);
	arena_free(t->arena);
	free(t);
}

/* Why the first socket is refused; NULL: it goes. */
static const char *why(struct stage *t)
{
	reclaim_plan_free(&t->plan);
	t->plan = (struct reclaim_plan){ .arena = t->arena };
	assert_int_equal(plan_make(t->m, &t->judgement, &t->request, &t->plan), 0);
	assert_int_equal(t->plan.sockets.count + t->plan.refused.count, t->m->sockets.count);
	array_each (&t->plan.refused, e)
		if (!e->socket)
			return e->why;
	return NULL;
}

#define assert_refused(t, text)                                                                                        \
	do {                                                                                                           \
		const char *why_ = why(t);                                                                             \
		assert_non_null(why_);                                                                                 \
		assert_non_null(strstr(why_, text));                                                                   \
	} while (0)

static void what_a_finding_is_sure_of_goes(void **state)
{
	struct stage *t = stage_new();

	assert_null(why(t));
	assert_int_equal(t->plan.sockets.count, 1);
	assert_string_equal(t->plan.sockets.items[0].cause, "never-closed");
	t->judgement.findings.items[0].confidence = CONFIDENCE_POSSIBLE;
	assert_refused(t, "sure");
	t->judgement.findings.items[0].confidence = CONFIDENCE_CERTAIN;
	t->judgement.findings.items[0].id = "slow-handler";
	assert_refused(t, "sure");
	t->judgement.findings.items[0].sockets.count = 0;
	assert_refused(t, "no finding");
	t->request.force = "the vendor said so";
	assert_null(why(t));
	assert_string_equal(t->plan.forced, "the vendor said so");
	stage_free(t);
}

/* --force takes none of these back. */
static void some_are_always_refused(void **state)
{
	struct stage *t = stage_new();
	struct socket *s = leak(t);
	const struct socket before = *s;

	t->request.force = "all of them";
	memset(t->request.states, true, sizeof(t->request.states));
	assert_null(why(t));
	s->state = STATE_LISTEN;
	assert_refused(t, "a listener");
	s->state = STATE_CLOSE;
	assert_refused(t, "dead");
	s->state = STATE_SYN_RECV;
	assert_refused(t, "handshake");
	*s = before;
	s->cookie = 0;
	assert_refused(t, "no cookie");
	*s = before;
	s->flags |= SOCKET_MPTCP;
	assert_refused(t, "Multipath");
	*s = before;
	s->flags |= SOCKET_SENT;
	assert_refused(t, "data moved");
	*s = before;
	s->first_holder = HOLDER_NONE;
	s->unowned = UNOWNED_KERNEL;
	assert_refused(t, "kernel's own");
	*s = before;
	s->since_ack_ms = 59000;
	assert_refused(t, "younger");
	stage_free(t);
}

static void the_operators_own_are_refused(void **state)
{
	struct stage *t = stage_new();

	t->request.force = "really";
	scene_hold(t->m, leak(t), SHELL, "sshd", 4);
	assert_refused(t, "your own connection");
	stage_free(t);

	t = stage_new(); /* the far end of it, which another process holds */
	struct socket *far = scene_socket(t->m, STATE_ESTABLISHED, "10.9.9.9:80", "10.0.0.1:1000");
	scene_hold(t->m, far, SHELL, "bash", 9);
	assert_refused(t, "your own connection");
	stage_free(t);

	t = stage_new(); /* only the environment of an ancestor knows of it */
	*array_push(&t->by.sessions) = (struct tie){ scene_endpoint("10.0.0.1:1000"), scene_endpoint("10.9.9.9:80") };
	assert_refused(t, "your own connection");
	stage_free(t);

	t = stage_new();
	scene_hold(t->m, leak(t), ME, "unfin", 5);
	assert_refused(t, "unfin's own");
	stage_free(t);
}

static void others_need_the_right(void **state)
{
	struct stage *t = stage_new();

	t->by.may_all = false;
	t->by.uid = OWNER_UID + 1;
	assert_refused(t, "another user's");
	t->by.uid = OWNER_UID;
	assert_null(why(t));
	scene_hold(t->m, leak(t), LEAKER + 1, "root-child", 3); /* uid 0 holds it, too */
	assert_refused(t, "another user's");
	stage_free(t);
}

static void other_states_and_data_take_words(void **state)
{
	struct stage *t = stage_new();
	struct socket *s = leak(t);

	s->recv_q = 2;
	assert_refused(t, "unread");
	s->recv_q = 1;
	s->send_q = 7;
	assert_refused(t, "not sent");
	t->request.force = "the peer is gone";
	assert_null(why(t));
	t->request.force = NULL;
	s->send_q = 0;
	s->state = STATE_ESTABLISHED;
	s->flags &= ~(uint32_t)SOCKET_EOF_UNREAD;
	assert_refused(t, "--state");
	t->request.states[STATE_ESTABLISHED] = true;
	assert_refused(t, "unread"); /* no FIN is among it now */
	s->recv_q = 0;
	assert_null(why(t));
	s->unowned = UNOWNED_HIDDEN;
	assert_refused(t, "cannot be seen");
	stage_free(t);
}

static void what_was_not_proved_is_refused(void **state)
{
	struct stage *t = stage_new();
	struct socket *s = leak(t);

	t->request.proved = 0;
	assert_refused(t, "self-test");
	t->request.proved = SELFTEST_CLOSE_WAIT; /* it kills, and it kills others, too */
	assert_refused(t, "self-test");
	t->request.proved = SELFTEST_SPARES | SELFTEST_CLOSE_WAIT;
	assert_null(why(t));
	s->first_holder = HOLDER_NONE;
	s->unowned = UNOWNED_ORPHAN;
	assert_refused(t, "an orphan");
	t->request.proved |= SELFTEST_ORPHAN;
	assert_null(why(t));
	stage_free(t);
}

static void the_oldest_go_first_up_to_the_limit(void **state)
{
	struct stage *t = stage_new();
	struct finding *f = &t->judgement.findings.items[0];

	for (uint32_t i = 1; i < 4; i++) {
		struct socket *s = scene_socket(t->m, STATE_CLOSE_WAIT, "10.0.0.1:1001", "10.9.9.9:80");
		uint32_t age_ms = 600000 + i * 1000;
		scene_times(s, age_ms, age_ms, age_ms);
		scene_hold(t->m, s, LEAKER, "fetch", 3 + i);
		*array_push(&f->sockets) = i;
	}
	t->request.limit = 2;
	assert_refused(t, "--limit 2");
	assert_int_equal(t->plan.sockets.count, 2);
	assert_int_equal(t->plan.sockets.items[0].socket, 3);
	assert_int_equal(t->plan.sockets.items[1].socket, 2);
	t->request.finding = "no such key";
	assert_int_not_equal(plan_make(t->m, &t->judgement, &t->request, &t->plan), 0);
	stage_free(t);
}

/* What `now` says of the socket of `before`; NULL: nothing has moved. */
static const char *moved(const struct stage *before, const struct stage *now)
{
	struct recheck r;

	recheck_begin(&r, before->m, now->m);
	const struct socket *found = recheck_find(&r, &before->m->sockets.items[0]);
	const char *text = found ? recheck_why(&r, &before->m->sockets.items[0], found, RECLAIM_MIN_AGE_MS) : "gone";
	recheck_end(&r);
	return text;
}

static void whatever_moved_since_saves_it(void **state)
{
	struct stage *before = stage_new(), *now = stage_new();
	struct socket *s = leak(now);
	const struct socket same = *s;

	assert_null(moved(before, now));
	s->state = STATE_LAST_ACK;
	assert_non_null(strstr(moved(before, now), "another state"));
	*s = same;
	s->acked_bytes++;
	assert_non_null(strstr(moved(before, now), "data has moved"));
	*s = same;
	s->send_q++;
	assert_non_null(strstr(moved(before, now), "data has moved"));
	*s = same;
	s->recv_q = 0;
	assert_non_null(strstr(moved(before, now), "read from it"));
	*s = same;
	s->since_ack_ms = 10;
	assert_non_null(strstr(moved(before, now), "younger"));
	*s = same;
	s->cookie++;
	assert_string_equal(moved(before, now), "gone");
	*s = same;
	now->m->netns.items[0].inode++; /* the same cookie elsewhere: another kernel's, or one before 5.9 */
	assert_string_equal(moved(before, now), "gone");
	now->m->netns.items[0].inode--;
	scene_hold(now->m, s, LEAKER + 1, "child", 3);
	assert_non_null(strstr(moved(before, now), "other holders"));
	stage_free(before);
	stage_free(now);
}

static void an_intent_without_a_result_is_told(void **state)
{
	static const char intent[] =
	        "{\"at\":\"2026-01-01T00:00:00.000Z\",\"step\":\"intent\",\"plan_id\":\"a\",\"cookie\":7,"
	        "\"local\":\"10.0.0.1:1\",\"peer\":\"10.0.0.2:2\",\"uid\":0,"
	        "\"holders\":[{\"pid\":5,\"comm\":\"x\"},{\"pid\":6,\"comm\":\"y\"}]}";
	struct arena *arena = arena_new();
	struct reclaimed row;
	bool is_result;

	assert_true(audit_parse(intent, strlen(intent), arena, &row, &is_result));
	assert_false(is_result);
	assert_null(row.result);
	assert_string_equal(row.holder, "x[5] and 1 more");
	assert_int_equal(row.login_uid, -1);
	for (size_t cut = 0; cut < strlen(intent); cut++) /* as a full disk leaves it */
		assert_false(audit_parse(intent, cut, arena, &row, &is_result));
	arena_free(arena);
}

UNIT_MAIN(TEST(what_a_finding_is_sure_of_goes), TEST(some_are_always_refused), TEST(the_operators_own_are_refused),
          TEST(others_need_the_right), TEST(other_states_and_data_take_words), TEST(what_was_not_proved_is_refused),
          TEST(the_oldest_go_first_up_to_the_limit), TEST(whatever_moved_since_saves_it),
          TEST(an_intent_without_a_result_is_told))
