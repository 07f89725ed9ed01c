/* What `unfin stacks` answers, and what is told where it does not. */
#include "unit.h"
#include "cmd/lines.h"
#include "cmd/lines_record.h"
#include "host.h"
#include <sys/socket.h>
#include <sys/wait.h>

enum { HUNG = LINES_THREADS + 2, LEAKED = 20 };

static struct judgement *judge_hung(struct moment *m)
{
	for (unsigned i = 0; i < HUNG; i++) {
		char *comm = arena_printf(m->arena, "api-%u", i);
		process(m, 50 + i, comm, comm)->stopped = true;
		finished(m, 50 + i, i, "10.9.9.9:81", 4000);
	}
	return judged(m);
}

static void of_each_process_that_hangs_it_is_told_where_or_why_not(void **state)
{
	cleanup(moment_cleanup) struct moment *m = host(0);
	cleanup(judgement_cleanup) struct judgement *j = judge_hung(m);
	struct helper nobody = { .to = -1, .wanted = true };
	unsigned too_many = 0;

	assert_int_equal(j->findings.count, HUNG);
	lines_ask(&nobody, j, m);
	judgement_locate(j, m); /* adds nothing twice */
	array_each (&j->findings, f) {
		assert_int_equal(f->standings.count, 1);
		too_many += strstr(f->standings.items[0]->stack->why, "no more than 12 processes") != NULL;
	}
	assert_int_equal(too_many, HUNG - LINES_THREADS);
}

struct answer {
	struct lines_head head;
	struct lines_site site;
	char stack[offsetof(struct stack, frames)];
	uint32_t numbers[2];
} __attribute__((packed));

/* Who answers with these bytes reads the question first, as `unfin stacks` does. */
static void ask_who_says(const struct answer *answer, size_t length, struct judgement *j, struct moment *m)
{
	static struct lines_question q;
	int ends[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	pid_t child = fork();
	if (!child)
		_exit(recv(ends[1], &q, sizeof(q), MSG_WAITALL) != sizeof(q) ||
		      write(ends[1], answer, length) != (ssize_t)length);
	close(ends[1]);
	struct helper h = { ends[0], true, true };
	lines_ask(&h, j, m);
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	lines_end(&h);
}

static void a_row_is_taken_whole_or_not_at_all(void **state)
{
	const struct answer whole = { .head = { LINES_SITE, 2 },
		                      .site = { .start_boot_ns = 900 * NS_PER_S, .pid = 8, .inferred = 7 },
		                      .numbers = { 0, 3 } };
	struct answer beyond = whole;
	beyond.numbers[1] = 999;
	const struct {
		const struct answer *answer;
		size_t length, sites, openings;
	} cases[] = {
		{ &whole, sizeof(whole), 1, 2 },
		{ &whole, sizeof(whole) - 1, 0, 0 },
		{ &whole, sizeof(whole) - sizeof(uint32_t), 0, 0 },
		{ &beyond, sizeof(beyond), 0, 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		cleanup(moment_cleanup) struct moment *m = host(10000);
		process(m, 8, "api", "api");
		for (unsigned k = 0; k < LEAKED; k++)
			finished(m, 8, k, "10.9.9.9:81", 60000);
		cleanup(judgement_cleanup) struct judgement *j = judged(m);
		ask_who_says(cases[i].answer, cases[i].length, j, m);
		assert_int_equal(m->sites.count, cases[i].sites);
		assert_int_equal(m->openings.count, cases[i].openings);
		judgement_locate(j, m);
		assert_int_equal(j->findings.items[0].site != NULL, cases[i].sites);
	}
}

/* Where a process stood then is known to nobody now. */
static void of_a_moment_that_was_kept_nothing_is_asked(void **state)
{
	cleanup(moment_cleanup) struct moment *m = host(0);
	cleanup(judgement_cleanup) struct judgement *j = judge_hung(m);
	const struct options kept[] = { { .at = "2h" }, { .from = "trouble.unfin" } };

	for (size_t i = 0; i < ARRAY_SIZE(kept); i++) {
		struct helper h;
		lines_prepare(&h, &kept[i]);
		assert_int_equal(h.to, -1);
		lines_ask(&h, j, m);
		lines_add(&h, m);
		assert_int_equal(m->standings.count, 0);
	}
}

UNIT_MAIN(TEST(of_a_moment_that_was_kept_nothing_is_asked),
          TEST(of_each_process_that_hangs_it_is_told_where_or_why_not), TEST(a_row_is_taken_whole_or_not_at_all));
