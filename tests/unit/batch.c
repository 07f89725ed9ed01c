/* The sealed batch: what goes in comes out, and nothing else does. */
#include "unit.h"
#include "hub/batch.h"
#include "hub/crc32c.h"
#include "model/state.h"
#include <errno.h>

static const uint64_t now_ms = 1800000000000;
static const struct row_clock clock_now = { now_ms };

static void fill_suspect(struct suspect_row *s, unsigned n)
{
	*s = (struct suspect_row){
		.at_ms = now_ms - n,
		.flow_id = 0xfedcba9876543210ULL + n,
		.seq_id = n,
		.scope = 1,
		.netns = 4026531840,
		.cookie = n + 1,
		.laddr = { [10] = 255, 255, 10, 0, 0, 1 },
		.raddr = { [10] = 255, 255, 10, 0, 0, 2 },
		.lport = (uint16_t)(n + 1024),
		.rport = 8080,
		.role = ROW_ROLE_CLIENT,
		.state = STATE_CLOSE_WAIT,
		.held = 1,
		.idle_ms = 700000,
		.pid = 812,
		.service = "fetch-profiles",
		.release = "r1",
		.cause = "never-closed",
	};
}

static void fill(struct row_set *rows, unsigned suspects)
{
	*(struct host_row *)row_push(rows, ROW_HOST) = (struct host_row){ now_ms, "web-1", "dc", "6.1", "0.1" };
	*(struct finding_row *)row_push(rows, ROW_FINDING) = (struct finding_row){
		.opened_ms = now_ms - 1000,
		.updated_ms = now_ms,
		.key = "never-closed/1",
		.id = "never-closed",
		.growth_per_min = 1.5f,
		.body = "{\n}\n",
	};
	for (unsigned n = 0; n < suspects; n++)
		fill_suspect(row_push(rows, ROW_SUSPECT), n);
	*(struct look_row *)row_push(rows, ROW_LOOK) =
	        (struct look_row){ .at_ms = now_ms, .complete = 1, .sockets = suspects, .skew_ms = -40 };
}

static struct batch_header header_of(void)
{
	return (struct batch_header){ .host_id = 77, .boot_id = { 1, 2 }, .epoch = 3, .seq = 9, .offset_ms = -40 };
}

static void seal(struct row_set *rows, struct text *ret)
{
	struct batch_header h = header_of();

	assert_int_equal(batch_seal(&h, rows, ret), 0);
}

struct opened {
	struct arena *arena;
	struct batch_header header;
	struct row_set rows;
	struct batch_fault fault;
	int err;
};

static struct opened open_batch(const struct text *sealed)
{
	struct opened o = { .arena = arena_new() };

	o.err = batch_open(sealed->bytes, sealed->length, &clock_now, o.arena, &o.header, &o.rows, &o.fault);
	return o;
}

static void close_batch(struct opened *o)
{
	row_set_free(&o->rows);
	arena_free(o->arena);
}

static void crc_is_castagnoli(void **state)
{
	uint8_t bytes[300];

	assert_int_equal(crc32c("123456789", 9), 0xe3069283);
	assert_int_equal(crc32c_by_table("123456789", 9), 0xe3069283);
	for (unsigned i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * i + 7);
	for (size_t from = 0; from < 9; from++)
		for (size_t length = 0; length + from <= sizeof(bytes); length++)
			assert_int_equal(crc32c(bytes + from, length), crc32c_by_table(bytes + from, length));
}

static void states_are_those_of_the_kernel(void **state)
{
	for (const struct row_column *c = row_layout(ROW_SUSPECT)->columns; c->name; c++)
		for (unsigned s = STATE_ESTABLISHED; streq(c->name, "state") && s < STATE_COUNT; s++)
			assert_string_equal(c->words[s], state_json(s));
}

static void what_goes_in_comes_out(void **state)
{
	struct row_set rows = { 0 };
	TEXT_CLEANUP sealed = { 0 };

	fill(&rows, 300);
	seal(&rows, &sealed);
	struct opened o = open_batch(&sealed);
	assert_int_equal(o.err, 0);
	assert_int_equal(o.header.host_id, 77);
	assert_int_equal(o.header.seq, 9);
	assert_int_equal(o.header.offset_ms, -40);
	assert_int_equal(o.rows.of[ROW_SUSPECT].count, 300);
	const struct suspect_row *s = row_at(&o.rows, ROW_SUSPECT, 299);
	assert_int_equal(s->flow_id, 0xfedcba9876543210ULL + 299);
	assert_int_equal(s->state, STATE_CLOSE_WAIT);
	assert_string_equal(s->service, "fetch-profiles");
	const struct finding_row *f = row_at(&o.rows, ROW_FINDING, 0);
	assert_string_equal(f->body, "{\n}\n");
	assert_string_equal(f->severity, "");
	assert_int_equal(((const struct look_row *)row_at(&o.rows, ROW_LOOK, 0))->skew_ms, -40);
	close_batch(&o);
	row_set_free(&rows);
}

static void a_number_is_given_later(void **state)
{
	struct row_set rows = { 0 };
	TEXT_CLEANUP sealed = { 0 };

	fill(&rows, 1);
	seal(&rows, &sealed);
	batch_number(&sealed, 4, 10);
	struct opened o = open_batch(&sealed);
	assert_int_equal(o.err, 0);
	assert_int_equal(o.header.epoch, 4);
	assert_int_equal(o.header.seq, 10);
	close_batch(&o);
	row_set_free(&rows);
}

/* Every byte of it is guarded, and no length of it is taken for another one. */
static void a_changed_byte_is_seen(void **state)
{
	struct row_set rows = { 0 };
	TEXT_CLEANUP sealed = { 0 };

	fill(&rows, 2);
	seal(&rows, &sealed);
	for (size_t i = 0; i < sealed.length; i++) {
		sealed.bytes[i] ^= 1;
		struct opened o = open_batch(&sealed);
		assert_int_not_equal(o.err, 0);
		assert_non_null(o.fault.why);
		close_batch(&o);
		sealed.bytes[i] ^= 1;
	}
	for (size_t length = 0; length < sealed.length; length++) {
		struct opened o = open_batch(&(struct text){ sealed.bytes, length, 0 });
		assert_int_equal(o.err, -EBADMSG);
		close_batch(&o);
	}
	row_set_free(&rows);
}

static void expect_refused(struct row_set *rows, int err, const char *what)
{
	TEXT_CLEANUP sealed = { 0 };

	seal(rows, &sealed);
	struct opened o = open_batch(&sealed);
	assert_int_equal(o.err, err);
	assert_string_equal(o.fault.what, what);
	assert_non_null(o.fault.why);
	close_batch(&o);
}

/* A suspect, changed, with a sum that is right: what a sender that lies would send. */
#define REFUSED(what_, ...)                                                                                            \
	do {                                                                                                           \
		struct row_set rows = { 0 };                                                                           \
		struct suspect_row *s = row_push(&rows, ROW_SUSPECT);                                                  \
		fill_suspect(s, 0);                                                                                    \
		__VA_ARGS__;                                                                                           \
		expect_refused(&rows, -EINVAL, what_);                                                                 \
		row_set_free(&rows);                                                                                   \
	} while (0)

static void every_value_is_looked_at(void **state)
{
	static char long_name[300];

	memset(long_name, 'a', sizeof(long_name) - 1);
	REFUSED("suspects, row 0: state", s->state = STATE_COUNT);
	REFUSED("suspects, row 0: role", s->role = ROW_ROLES);
	REFUSED("suspects, row 0: nat", s->nat = 200);
	REFUSED("suspects, row 0: held", s->held = 2);
	REFUSED("suspects, row 0: at_ms", s->at_ms = now_ms + 2 * 3600 * 1000);
	REFUSED("suspects, row 0: at_ms", s->at_ms = now_ms - 8ULL * 24 * 3600 * 1000);
	REFUSED("suspects, row 0: at_ms", s->at_ms = UINT64_MAX);
	REFUSED("suspects, row 0: service", s->service = "a\nb");
	REFUSED("suspects, row 0: service", s->service = "a\x1b[2Jb");
	REFUSED("suspects, row 0: service", s->service = "\xff");
	REFUSED("suspects, row 0: service", s->service = "\xc3");
	REFUSED("suspects, row 0: cause", s->cause = long_name);
}

static void numbers_are_finite(void **state)
{
	struct row_set rows = { 0 };
	struct finding_row *f = row_push(&rows, ROW_FINDING);

	*f = (struct finding_row){ .opened_ms = now_ms, .updated_ms = now_ms, .growth_per_min = __builtin_nanf("") };
	expect_refused(&rows, -EINVAL, "findings, row 0: growth_per_min");
	row_set_free(&rows);
}

/* A host may say for how long something goes on; only when it looked is judged. */
static void times_of_old_are_brought_near(void **state)
{
	static const uint64_t day_ms = 24ULL * 3600 * 1000;
	const uint64_t least_ms = (now_ms / day_ms - 89) * day_ms, most_ms = now_ms + 3600 * 1000;
	const struct {
		uint64_t told_ms, kept_ms;
	} cases[] = { { 0, least_ms },
		      { now_ms - 91 * day_ms, least_ms },
		      { now_ms - 7, now_ms - 7 },
		      { now_ms + 60, now_ms + 60 },
		      { UINT64_MAX, most_ms } };

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct row_set rows = { 0 };
		TEXT_CLEANUP sealed = { 0 };
		*(struct finding_row *)row_push(&rows, ROW_FINDING) = (struct finding_row){
			.opened_ms = cases[i].told_ms, .updated_ms = now_ms, .eta_ms = UINT64_MAX
		};
		*(struct event_row *)row_push(&rows, ROW_EVENT) = (struct event_row){ .at_ms = cases[i].told_ms };
		seal(&rows, &sealed);
		struct opened o = open_batch(&sealed);
		assert_int_equal(o.err, 0);
		const struct finding_row *f = row_at(&o.rows, ROW_FINDING, 0);
		assert_int_equal(f->opened_ms, cases[i].kept_ms);
		assert_int_equal(f->eta_ms, now_ms + 3650 * day_ms);
		assert_int_equal(((const struct event_row *)row_at(&o.rows, ROW_EVENT, 0))->at_ms, cases[i].kept_ms);
		close_batch(&o);
		row_set_free(&rows);
	}
}

static void one_look_vouches(void **state)
{
	struct row_set rows = { 0 };

	for (unsigned n = 0; n < 2; n++)
		*(struct look_row *)row_push(&rows, ROW_LOOK) = (struct look_row){ .at_ms = now_ms + n };
	expect_refused(&rows, -EINVAL, "looks: more than one");
	row_set_free(&rows);
}

static void too_many_rows_are_no_batch(void **state)
{
	struct row_set rows = { 0 };
	struct batch_header h = header_of();
	TEXT_CLEANUP sealed = { 0 };

	fill(&rows, 100000);
	assert_int_equal(batch_seal(&h, &rows, &sealed), -EFBIG);
	assert_int_equal(sealed.length, 0);
	row_set_free(&rows);
}

static void day_is_of_the_row(void **state)
{
	assert_int_equal(row_day(ROW_LOOK, &(struct look_row){ .at_ms = now_ms }), 20833);
	assert_int_equal(row_day(ROW_ROLLUP, &(struct rollup_row){ .minute = (uint32_t)(now_ms / 60000) }), 20833);
	assert_int_equal(row_day(ROW_HOST, &(struct host_row){ .seen_ms = now_ms }), 0);
}

UNIT_MAIN(TEST(crc_is_castagnoli), TEST(states_are_those_of_the_kernel), TEST(what_goes_in_comes_out),
          TEST(a_number_is_given_later), TEST(a_changed_byte_is_seen), TEST(every_value_is_looked_at),
          TEST(numbers_are_finite), TEST(times_of_old_are_brought_near), TEST(one_look_vouches),
          TEST(too_many_rows_are_no_batch), TEST(day_is_of_the_row));
