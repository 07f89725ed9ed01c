/* Which connections of a command outlive their use: by events, the ends of processes, and a look at the end. */
#include "unit.h"
#include "model/use.h"

enum { OPENER, OTHER, MAX_AGE_MS = 1000 };

static struct event event(enum event_kind kind, uint64_t cookie, uint64_t at_unix_ms)
{
	return (struct event){ .kind = kind,
		               .cookie = cookie,
		               .at_unix_ms = at_unix_ms,
		               .after_us = UINT64_MAX,
		               .opener = OPENER,
		               .process = OPENER };
}

static void take(struct uses *u, enum event_kind kind, uint64_t cookie, uint64_t at_unix_ms)
{
	struct event e = event(kind, cookie, at_unix_ms);

	uses_take(u, &e);
}

/* The peer has finished at 1000; closed so long after. */
static void close_after(struct uses *u, uint64_t cookie, uint64_t ms, bool by_end)
{
	struct event e = event(EVENT_CLOSED, cookie, 1000 + ms);

	e.fin_came = true;
	e.after_us = ms * 1000;
	e.ended = by_end;
	take(u, EVENT_OPENED, cookie, 900);
	take(u, EVENT_FIN_RECEIVED, cookie, 1000);
	uses_take(u, &e);
}

static uint8_t outlived(const struct uses *u, uint64_t cookie)
{
	array_each (&u->rows, use)
		if (use->cookie == cookie)
			return use->outlived;
	return OUTLIVED_NOT;
}

static void what_is_closed_in_time_is_forgotten(void **state)
{
	struct uses u;

	uses_init(&u, MAX_AGE_MS);
	close_after(&u, 1, USE_GRACE_MS - 1, true);
	take(&u, EVENT_OPENED, 2, 900);
	take(&u, EVENT_CLOSED, 2, 1500); /* first */
	assert_int_equal(u.rows.count, 0);
	assert_int_equal(u.opened, 2);
	uses_free(&u);
}

static void the_end_of_a_process_closes_what_it_left(void **state)
{
	struct uses u;

	uses_init(&u, MAX_AGE_MS);
	close_after(&u, 1, 300, true);
	assert_int_equal(outlived(&u, 1), OUTLIVED_PROCESS);
	close_after(&u, 2, 300, false); /* tidied up by the runtime, just before */
	close_after(&u, 3, 300, false); /* of a process that goes on */
	u.rows.items[2].holder = OTHER;
	uses_end_process(&u, OPENER, 1300 + USE_ENDING_MS);
	assert_int_equal(outlived(&u, 2), OUTLIVED_PROCESS);
	assert_int_equal(outlived(&u, 3), OUTLIVED_NOT);
	uses_free(&u);
}

static void what_had_finished_before_it_was_accepted_may_be_a_leak(void **state)
{
	struct event e = event(EVENT_ACCEPTED, 1, 1000);
	struct uses u;

	uses_init(&u, MAX_AGE_MS);
	e.fin_came = true;
	uses_take(&u, &e);
	uses_pass(&u, 1000 + MAX_AGE_MS, NULL, NULL);
	assert_int_equal(outlived(&u, 1), OUTLIVED_AGE);
	uses_free(&u);
}

static void a_late_close_is_no_leak_once_its_process_lives_on(void **state)
{
	struct uses u;

	uses_init(&u, MAX_AGE_MS);
	close_after(&u, 1, 300, false);
	uses_pass(&u, 1300 + USE_ENDING_MS + 1, NULL, NULL);
	assert_int_equal(u.rows.count, 1); /* its end may be among the events that come now */
	uses_pass(&u, 1300 + USE_ENDING_MS + 2, NULL, NULL);
	assert_int_equal(u.rows.count, 0);
	uses_free(&u);
}

static void count_old(void *context, const struct use *use)
{
	*(unsigned *)context += use->cookie == 1;
}

static void an_age_is_told_once_and_stays(void **state)
{
	unsigned told = 0;
	struct uses u;

	uses_init(&u, MAX_AGE_MS);
	take(&u, EVENT_FIN_RECEIVED, 1, 1000);
	for (uint64_t now = 1500; now < 4000; now += 500)
		uses_pass(&u, now, count_old, &told);
	assert_int_equal(told, 1);
	take(&u, EVENT_CLOSED, 1, 4000);
	uses_pass(&u, 9000, count_old, &told);
	uses_pass(&u, 9001, count_old, &told);
	assert_int_equal(outlived(&u, 1), OUTLIVED_AGE);
	uses_free(&u);
}

static bool only_opener_ended(void *context, uint32_t process)
{
	return process == OPENER;
}

/* A look with the sockets 1 (finished, its opener holds it) and 2 (not finished, another one holds it). */
static struct moment *look_at_two(void)
{
	struct moment *m = moment_new();

	for (uint32_t i = 0; i < 2; i++) {
		struct socket *s = array_push(&m->sockets);
		*s = (struct socket){ .cookie = i + 1, .first_holder = HOLDER_NONE };
		moment_hold(m, s, moment_process(m, 100 + i, NS_PER_S), 3);
	}
	return m;
}

static void what_is_left_when_the_command_has_ended(void **state)
{
	cleanup(moment_cleanup) struct moment *look = look_at_two(), *names = moment_new();
	struct uses u;

	uses_init(&u, MAX_AGE_MS);
	assert_int_equal(moment_process(names, 100, NS_PER_S), OPENER);
	take(&u, EVENT_FIN_RECEIVED, 1, 1000);
	take(&u, EVENT_OPENED, 2, 1000);
	uses_pass(&u, 1000 + USE_GRACE_MS, NULL, NULL);
	uses_end(&u, look, names, only_opener_ended, NULL);
	assert_int_equal(outlived(&u, 1), OUTLIVED_COMMAND);
	assert_int_equal(outlived(&u, 2), OUTLIVED_OPENER);
	assert_int_equal(names->processes.items[u.rows.items[1].holder].pid, 101);
	uses_free(&u);
}

static bool is_ours(void *context, const struct process *p)
{
	return p->pid == 100;
}

static bool first_ended(void *context, uint32_t process)
{
	return *(bool *)context;
}

/* Looks instead of events: seen in CLOSE-WAIT, then not any more; its process has ended by then, or so long after. */
static uint8_t look_until_gone(uint64_t last_seen_ms, bool ended, uint64_t ends_after_ms)
{
	cleanup(moment_cleanup) struct moment *look = look_at_two(), *names = moment_new(), *after = moment_new();
	uint8_t found;
	struct uses u;

	uses_init(&u, MAX_AGE_MS);
	moment_netns(look, 1);
	array_each (&look->sockets, s) {
		s->state = STATE_CLOSE_WAIT;
		s->peer.port = 80;
	}
	for (look->taken_unix_ms = 1000; look->taken_unix_ms <= last_seen_ms; look->taken_unix_ms += 50)
		uses_look(&u, look, names, is_ours, first_ended, &ended);
	assert_int_equal(u.rows.count, 1);
	assert_int_equal(u.opened, 1);
	after->taken_unix_ms = last_seen_ms + 500;
	uses_look(&u, after, names, is_ours, first_ended, &ended);
	ended |= ends_after_ms != 0;
	for (int i = 0; i < 2; i++)
		uses_pass(&u, after->taken_unix_ms + ends_after_ms, NULL, NULL);
	uses_ask_ends(&u, first_ended, &ended);
	found = outlived(&u, 1);
	uses_free(&u);
	return found;
}

static void looks_tell_what_the_end_of_a_process_closed(void **state)
{
	assert_int_equal(look_until_gone(1300, true, 0), OUTLIVED_PROCESS);
	assert_int_equal(look_until_gone(1300, false, 0), OUTLIVED_NOT);
	assert_int_equal(look_until_gone(1300, false, USE_ENDING_MS), OUTLIVED_PROCESS);
	assert_int_equal(look_until_gone(1300, false, USE_ENDING_MS + 1), OUTLIVED_NOT);
	assert_int_equal(look_until_gone(1050, true, 0), OUTLIVED_NOT);
	assert_int_equal(look_until_gone(2100, false, 0), OUTLIVED_AGE);
}

UNIT_MAIN(TEST(what_is_closed_in_time_is_forgotten), TEST(the_end_of_a_process_closes_what_it_left),
          TEST(what_had_finished_before_it_was_accepted_may_be_a_leak),
          TEST(a_late_close_is_no_leak_once_its_process_lives_on), TEST(an_age_is_told_once_and_stays),
          TEST(what_is_left_when_the_command_has_ended), TEST(looks_tell_what_the_end_of_a_process_closed))
