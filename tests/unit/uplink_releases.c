/* Which starts of releases an uplink tells. */
#include "unit.h"
#include "uplink/rows.h"

/* A moment a minute later than the last one, in which only this runs. */
static void look_again(struct rows_plan *p, unsigned minute, const char *release, unsigned started, unsigned events)
{
	cleanup(moment_cleanup) struct moment *m = moment_new();
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	struct row_set rows = { 0 };
	struct keyed before = p->releases;

	m->taken_unix_ms = 1800000000000 + minute * 60000ULL;
	uint32_t at = moment_process(m, 100 + minute, NS_PER_S);
	struct process *who = &m->processes.items[at];
	snprintf(who->comm, sizeof(who->comm), "fetch");
	who->release = release;
	who->start_unix_ms = 1800000000000 + started * 60000ULL;
	p->moment = m;
	p->releases_before = minute ? &before : NULL;
	p->releases = (struct keyed){ 0 };
	rows_add_releases(p, arena, &rows);
	assert_int_equal(rows.of[ROW_EVENT].count, events);
	if (events) {
		const struct event_row *e = row_at(&rows, ROW_EVENT, 0);
		assert_string_equal(e->kind, "release");
		assert_string_equal(e->service, "fetch");
		assert_string_equal(e->release, release);
		assert_int_equal(e->at_ms, who->start_unix_ms - 1000); /* by the hub's clock */
	}
	row_set_free(&rows);
	keyed_free(&before);
}

static void a_start_of_a_release_is_told_once(void **state)
{
	struct rows_plan p = { .offset_ms = 1000 };

	look_again(&p, 0, "/bin/fetch (1)", 0, 0); /* it ran before anybody looked */
	look_again(&p, 1, "/bin/fetch (1)", 1, 0); /* started again */
	look_again(&p, 2, "/bin/fetch (2)", 2, 1);
	look_again(&p, 3, "/bin/fetch (2)", 3, 0);
	look_again(&p, 90, "/bin/fetch (3)", 4, 0);  /* long ago */
	look_again(&p, 91, "/bin/fetch (1)", 91, 1); /* gone for longer than an hour */
	keyed_free(&p.releases);
}

UNIT_MAIN(TEST(a_start_of_a_release_is_told_once));
