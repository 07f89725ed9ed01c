/* What relating and ordering may never do, on 10,000 judgements by chance: lose a finding, tell one twice, close a ring
 * of causes, or let a root weigh less than what follows from it. */
#include "host.h"
#include "rule/rule.h"

enum { JUDGEMENTS = 10000, FINDINGS_MOST = 9, SOCKETS = 24, PROCESSES = 4 };

static uint32_t chance(uint64_t *state, uint32_t below)
{
	*state = *state * 6364136223846793005ULL + 1442695040888963407ULL;
	return (uint32_t)(*state >> 33) % below;
}

/* Four programs: two that talk to each other on loopback, one that listens, and one that talks to somebody far away. */
static struct moment *small_host(void)
{
	struct moment *m = host(10000);
	char local[32], peer[32];

	for (uint32_t pid = 1; pid <= PROCESSES; pid++)
		process(m, pid, pid & 1 ? "odd" : "even", pid & 1 ? "odd" : "even")->fd_used = 6;
	for (uint32_t i = 0; i < SOCKETS / 3; i++) {
		snprintf(local, sizeof(local), "127.0.0.1:%u", 40000 + i);
		scene_times(held(m, 1, STATE_FIN_WAIT2, local, "127.0.0.1:80"), 9000, 9000, 9000);
		scene_times(held(m, 2, STATE_CLOSE_WAIT, "127.0.0.1:80", local), 9000, 9000, 9000);
		snprintf(peer, sizeof(peer), "10.9.9.9:%u", 80 + i % 2);
		snprintf(local, sizeof(local), "10.0.0.1:%u", 50000 + i);
		held(m, 4, STATE_ESTABLISHED, local, peer)->flags |= SOCKET_NEW;
	}
	held(m, 3, STATE_LISTEN, "127.0.0.1:80", "0.0.0.0:0");
	moment_derive(m);
	return m;
}

static void make_finding(struct inquiry *q, uint64_t *state)
{
	static const char *const peers[] = { NULL, "127.0.0.1:80", "10.9.9.9:80", "10.9.9.9:81" };
	unsigned rule = 0;

	for (unsigned skip = chance(state, 40); skip; skip--)
		rule = rules[rule + 1] ? rule + 1 : 0;
	struct finding *f = finding_new(q, rules[rule]->id, rules[rule]->title);
	f->netns = 0;
	f->subject = chance(state, 5) ? chance(state, PROCESSES) : PROCESS_NONE;
	f->peer = peers[chance(state, ARRAY_SIZE(peers))];
	f->queue = SOCKETS; /* those about queues have one */
	f->limit_reached = chance(state, 2);
	f->foreseen = chance(state, 2);
	f->severity = chance(state, 3);
	for (uint32_t s = 0; s <= SOCKETS; s++) {
		if (!chance(state, 3))
			*array_push(&f->sockets) = s;
		if (!chance(state, 8))
			*array_push(&f->waits_for) = s;
	}
	f->count = f->sockets.count;
	*array_push(&f->others) = chance(state, PROCESSES);
	*array_push(&f->budgets) = (struct budget){ .what = "x", .unit = "x", .used = 9, .limit = 10, .own = 5 };
}

static void check_ranks(struct inquiry *q)
{
	array_each (&q->findings, f) {
		const struct finding *root = f;
		size_t steps = 0;
		for (; root->cause != FINDING_NONE; steps++) {
			root = finding_find(q, root->cause);
			assert_non_null(root);
			assert_true(steps < q->findings.count);
		}
		assert_true(f == root || streq(f->caused_by, root->key));
		assert_true(root->severity >= f->severity);
		array_each (&q->findings, other)
			assert_true(other == f || !streq(other->key, f->key));
	}
}

static void check_all_there(const struct inquiry *q, size_t made, const bool *dropped)
{
	unsigned seen[FINDINGS_MOST] = { 0 };

	array_each (&q->findings, f)
		seen[f->serial]++;
	for (size_t i = 0; i < made; i++)
		assert_int_equal(seen[i], dropped[i] ? 0 : 1);
}

static void nothing_is_lost_by_relating_or_ordering(void **unused)
{
	cleanup(moment_cleanup) struct moment *m = small_host();
	uint64_t state = 1, effects = 0;

	for (unsigned i = 0; i < JUDGEMENTS; i++) {
		struct inquiry q = { .moment = m, .request = &request_default, .arena = arena_new() };
		bool drop[FINDINGS_MOST] = { 0 };
		size_t made = 1 + chance(&state, FINDINGS_MOST);
		for (size_t k = 0; k < made; k++)
			make_finding(&q, &state);
		findings_name(&q);
		findings_relate(&q);
		findings_weigh(&q);
		check_all_there(&q, made, drop);
		check_ranks(&q);
		array_each (&q.findings, f)
			effects += f->cause != FINDING_NONE;
		for (size_t k = 0; k < made; k++)
			drop[k] = !chance(&state, 4);
		findings_drop(&q, drop);
		findings_order(&q);
		check_all_there(&q, made, drop);
		check_ranks(&q);
		array_each (&q.findings, f)
			finding_free(f);
		array_free(&q.findings);
		inquiry_free_tables(&q);
		arena_free(q.arena);
	}
	assert_true(effects > JUDGEMENTS); /* else chance has tested nothing */
}

UNIT_MAIN(TEST(nothing_is_lost_by_relating_or_ordering))
