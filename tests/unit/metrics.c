/* The text that Prometheus reads: escapes, caps, and that what is not known is not there. */
#include "unit.h"
#include "scene.h"
#include "view/metrics.h"

static void labels_are_escaped(void **state)
{
	TEXT_CLEANUP t = { 0 };
	struct prom p = PROM(&t, PROM_SERIES);

	prom_family(&p, "unfin_x", PROM_GAUGE, "X.");
	prom_sample(&p, 1, "service", "a\"b\\c\nd\xff", "cause", "never-closed");
	assert_string_equal(t.bytes, "# HELP unfin_x X.\n# TYPE unfin_x gauge\n"
	                             "unfin_x{service=\"a\\\"b\\\\c\\\\x0ad\\\\xff\",cause=\"never-closed\"} 1\n");
}

static void a_family_without_samples_is_not_told(void **state)
{
	TEXT_CLEANUP t = { 0 };
	struct prom p = PROM(&t, PROM_SERIES);

	prom_family(&p, "unfin_x", PROM_GAUGE, "X.");
	prom_family(&p, "unfin_y_total", PROM_COUNTER, "Y.");
	prom_sample(&p, 2, NULL);
	prom_sample(&p, 1e15, NULL);
	assert_string_equal(t.bytes, "# HELP unfin_y_total Y.\n# TYPE unfin_y_total counter\n"
	                             "unfin_y_total 2\nunfin_y_total 1e+15\n");
}

static void what_is_beyond_the_cap_is_counted(void **state)
{
	TEXT_CLEANUP t = { 0 };
	struct prom p = PROM(&t, 5000);

	prom_family(&p, "unfin_x", PROM_GAUGE, "X.");
	for (unsigned i = 0; i < 1010; i++) {
		TEXT_CLEANUP name = { 0 };
		text_printf(&name, "%u", i);
		prom_sample(&p, i, "n", name.bytes);
	}
	assert_int_equal(p.series, PROM_SERIES_MOST);
	assert_int_equal(prom_end(&p, 3), 13);
	assert_null(strstr(t.bytes, "n=\"1000\""));
	assert_non_null(strstr(t.bytes, "\nunfin_series_dropped_total 13\n"));
}

/* A state that was not seen may be there where not all was seen. */
static void over_a_gap_there_is_no_nought(void **state)
{
	cleanup(moment_cleanup) struct moment *m = scene_new();
	cleanup(judgement_cleanup) struct judgement *j = judge(m);
	TEXT_CLEANUP whole = { 0 }, partial = { 0 };

	metrics_moment(&whole, m, j, PROM_SERIES);
	assert_non_null(strstr(whole.bytes, "unfin_sockets{state=\"last_ack\"} 0\n"));
	moment_gap(m, "12 sockets", "the kernel counts more", NULL);
	metrics_moment(&partial, m, j, PROM_SERIES);
	assert_null(strstr(partial.bytes, "state=\"last_ack\""));
	assert_non_null(strstr(partial.bytes, "unfin_sockets{state=\"close_wait\"} 3\n"));
	assert_non_null(strstr(partial.bytes, "unfin_look_complete 0\n"));
	assert_non_null(strstr(partial.bytes, "unfin_look_gaps{kind=\"facts\"} 1\n"));
}

static void totals_stay_ahead_of_a_cap_and_sum_up(void **state)
{
	cleanup(moment_cleanup) struct moment *m = scene_new();
	cleanup(judgement_cleanup) struct judgement *j = judge(m);
	struct metrics_totals totals = { .looks = 7, .series_dropped = 2 };
	TEXT_CLEANUP t = { 0 };

	*array_push(&totals.failures) = (struct metrics_failures){ "connect", 99, 4 };
	metrics_cycle(&t, m, j, &(struct limits){ .moment = m }, &totals, 20);
	assert_non_null(strstr(t.bytes, "unfin_looks_total 7\n"));
	assert_non_null(strstr(t.bytes, "unfin_call_failures_total{call=\"connect\",errno=\"EADDRNOTAVAIL\"} 4\n"));
	assert_null(strstr(t.bytes, "unfin_connections_total"));     /* nobody counted */
	assert_null(strstr(t.bytes, "unfin_look_interval_seconds")); /* a first cycle */
	assert_true(totals.series_dropped > 2);
	array_free(&totals.failures);
}

UNIT_MAIN(TEST(labels_are_escaped), TEST(a_family_without_samples_is_not_told), TEST(what_is_beyond_the_cap_is_counted),
          TEST(over_a_gap_there_is_no_nought), TEST(totals_stay_ahead_of_a_cap_and_sum_up));
