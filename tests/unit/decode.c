#include "unit.h"
#include "source/decode.h"
#include <errno.h>

/* Whole records are used, a part of one waits, and what is of no kind that is read here ends it. */
static void kinds(void **state)
{
	cleanup(moment_cleanup) struct moment *m = moment_new();
	struct doors doors;
	struct decoder d;
	char bytes[sizeof(struct record_task) + 8] = { 0 };
	struct record_task task = { .kind = RECORD_TASK, .tgid = 7, .files = 64, .comm = "seven" };

	assert_int_equal(doors_open(&doors), 0);
	decoder_begin(&d, m, &doors, false);
	memcpy(bytes, &task, sizeof(task));
	assert_int_equal(decoder_feed(&d, bytes, 3), 0);
	assert_int_equal(decoder_feed(&d, bytes, sizeof(task) - 1), 0);
	assert_int_equal(decoder_feed(&d, bytes, sizeof(task)), sizeof(task));
	assert_int_equal(m->processes.count, 1);
	assert_string_equal(m->processes.items[0].comm, "seven");
	/* Kinds of other readers lie between ours: none may be passed over for ever. */
	for (uint32_t kind = 0; kind < 64; kind++) {
		if (kind == RECORD_TASK || kind == RECORD_HELD || kind == RECORD_TABLE || kind == RECORD_KNOWN ||
		    kind == RECORD_DOOR)
			continue;
		memcpy(bytes, &kind, sizeof(kind));
		assert_int_equal(decoder_feed(&d, bytes, sizeof(bytes)), -EPROTO);
	}
	decoder_end(&d, false);
	doors_close(&doors);
}

/* No index of a process is made up. */
static void descriptors_of_nobody_are_passed_over(void **state)
{
	cleanup(moment_cleanup) struct moment *m = moment_new();
	struct record_socket held = { .kind = RECORD_HELD, .cookie = 5, .netns = 9, .fd = 3 };
	struct doors doors;
	struct decoder d;

	assert_int_equal(doors_open(&doors), 0);
	decoder_begin(&d, m, &doors, false);
	assert_int_equal(decoder_feed(&d, (const char *)&held, sizeof(held)), sizeof(held));
	decoder_end(&d, false);
	assert_int_equal(m->holders.count, 0);
	doors_close(&doors);
}

UNIT_MAIN(TEST(kinds), TEST(descriptors_of_nobody_are_passed_over))
