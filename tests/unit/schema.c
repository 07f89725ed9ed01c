/* The tables of ClickHouse and what is asked of them, as text: both dialects. That a server takes the older one is seen
 * in tests/fleet, which also reads what this writes. */
#include "unit.h"
#include "hub/schema.h"
#include "row/question.h"

static void assert_has(const struct text *t, const char *part)
{
	if (!strstr(t->bytes, part))
		fail_msg("no \"%s\" in: %s", part, t->bytes);
}

static void assert_lacks(const struct text *t, const char *part)
{
	if (strstr(t->bytes, part))
		fail_msg("\"%s\" in: %s", part, t->bytes);
}

static void dialect_goes_by_the_version(void **state)
{
	assert_int_equal(schema_dialect_of("18.16.1"), SCHEMA_18);
	assert_int_equal(schema_dialect_of("20.2.9.1\n"), SCHEMA_18);
	assert_int_equal(schema_dialect_of("20.3.1.2"), SCHEMA_NOW);
	assert_int_equal(schema_dialect_of("25.8.1"), SCHEMA_NOW);
	assert_int_equal(schema_dialect_of("head"), SCHEMA_NOW);
}

static void what_18_does_not_know_is_for_later_ones(void **state)
{
	for (enum row_class c = 0; c < ROW_CLASSES; c++) {
		TEXT_CLEANUP old = { 0 }, now = { 0 };
		schema_add_table(&old, "unfin", c, SCHEMA_18);
		schema_add_table(&now, "unfin", c, SCHEMA_NOW);
		assert_lacks(&old, "TTL");
		assert_lacks(&old, "CODEC");
		assert_lacks(&old, "LowCardinality");
		if (row_layout(c)->keep_days)
			assert_has(&now, "TTL day + INTERVAL");
		else
			assert_lacks(&now, "TTL");
	}
}

/* What tells rows apart is the order, so that only what is the same row is replaced. */
static void the_key_of_rows_is_the_order(void **state)
{
	TEXT_CLEANUP suspects = { 0 }, findings = { 0 };

	schema_add_table(&suspects, "unfin", ROW_SUSPECT, SCHEMA_18);
	assert_has(&suspects, "ReplacingMergeTree(received_ms) PARTITION BY day ORDER BY "
	                      "(intDiv(at_ms, 600000), flow_id, host_id, netns, cookie, at_ms)");
	assert_has(&suspects, "`state` Enum8('unknown' = 0, 'established' = 1,");
	assert_has(&suspects, "`laddr` FixedString(16)");
	assert_has(&suspects, "`day` Date");
	schema_add_table(&findings, "unfin", ROW_FINDING, SCHEMA_18);
	assert_has(&findings,
	           "ReplacingMergeTree(updated_ms) PARTITION BY day ORDER BY (host_id, key, opened_ms, closed)");
}

static void an_insert_names_its_columns(void **state)
{
	TEXT_CLEANUP t = { 0 };

	schema_add_insert(&t, "unfin", ROW_LOOK);
	assert_string_equal(t.bytes, "INSERT INTO unfin.looks (`day`, `host_id`, `v`, `epoch`, `seq`, `received_ms`,"
	                             " `at_ms`, `complete`, `translates`, `sample_k`, `key_id`, `sockets`, `lost`,"
	                             " `skew_known`, `skew_ms`) FORMAT RowBinary");
}

static void a_question_is_the_same_for_both_but_for_its_day(void **state)
{
	const struct row_asked asked = { .what = ROW_ASKS_PORTS, .from_ms = 20787ULL * 86400000 + 3600000 };
	TEXT_CLEANUP lite = { 0 }, click = { 0 };

	row_question_add(&lite, &asked, ROW_SQLITE);
	row_question_add(&click, &asked, ROW_CLICKHOUSE);
	assert_has(&lite, "SELECT host_id, \"minute\", ");
	assert_has(&lite, " FROM rollups WHERE day >= 20787 AND minute >= 29933340 AND ports_usable > 0");
	assert_has(&click, " FROM rollups WHERE day >= toDate(20787) AND minute >= 29933340 AND ports_usable > 0");
}

/* What is left out costs least if it is not read. */
static void a_question_leaves_out_what_it_is_not_about(void **state)
{
	const struct endpoint ends[] = { { .addr.bytes = { [10] = 255, 255, 10, 0, 0, 1 }, .port = 5432 } };
	struct row_asked asked = {
		.what = ROW_ASKS_UNJOINED, .from_ms = 20787ULL * 86400000, .ends = ends, .end_count = 1
	};
	TEXT_CLEANUP lite = { 0 }, click = { 0 }, of_ends = { 0 };

	row_question_add(&lite, &asked, ROW_SQLITE);
	row_question_add(&click, &asked, ROW_CLICKHOUSE);
	assert_has(&lite, " FROM suspects WHERE day >= 20787 AND ");
	assert_has(&lite, " AND state IN (1, 8, 5) AND flow_id NOT IN (SELECT flow_id FROM suspects WHERE day");
	assert_has(&click, " FROM suspects PREWHERE day >= toDate(20787) AND ");
	assert_has(&click, " AND state IN ('established', 'close_wait', 'fin_wait2') WHERE flow_id NOT IN (");
	asked.what = ROW_ASKS_OF_ENDS;
	row_question_add(&of_ends, &asked, ROW_SQLITE);
	assert_has(&of_ends, " AND ((lport = 5432 AND hex(laddr) = '00000000000000000000FFFF0A000001'"
	                     " OR rport = 5432 AND hex(raddr) = '00000000000000000000FFFF0A000001'))");
}

/* A row that ends later than what has come so far is none yet, wherever that ends. */
static void a_row_is_whole_or_none(void **state)
{
	const struct host_row row = { .seen_ms = 1, .name = "web-1", .site = "", .kernel = "6.1", .agent = "0.1" };
	const struct row_layout *l = row_layout(ROW_HOST);
	TEXT_CLEANUP t = { 0 };

	row_write(&t, l->columns, &row);
	for (size_t n = 0; n < t.length; n++)
		assert_int_equal(row_length((struct row_bytes){ (const uint8_t *)t.bytes, n }, l), 0);
	assert_int_equal(row_length((struct row_bytes){ (const uint8_t *)t.bytes, t.length }, l), t.length);
	text_add(&t, "more");
	assert_int_equal(row_length((struct row_bytes){ (const uint8_t *)t.bytes, t.length }, l), t.length - 4);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dialect_goes_by_the_version),
		cmocka_unit_test(what_18_does_not_know_is_for_later_ones),
		cmocka_unit_test(the_key_of_rows_is_the_order),
		cmocka_unit_test(an_insert_names_its_columns),
		cmocka_unit_test(a_question_is_the_same_for_both_but_for_its_day),
		cmocka_unit_test(a_question_leaves_out_what_it_is_not_about),
		cmocka_unit_test(a_row_is_whole_or_none),
	};

	/* For tests/fleet: the tables of current releases, a statement a line. */
	for (enum row_class c = 0; argc > 1 && c < ROW_CLASSES; c++) {
		TEXT_CLEANUP t = { 0 };
		schema_add_table(&t, argv[1], c, SCHEMA_NOW);
		for (char *at = t.bytes; (at = strchr(at, '\n'));)
			*at = ' ';
		puts(t.bytes);
	}
	return argc > 1 ? 0 : cmocka_run_group_tests(tests, NULL, NULL);
}
