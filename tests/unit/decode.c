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
	decoder_begin(&d, m, &doors, NULL, false);
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
	decoder_begin(&d, m, &doors, NULL, false);
	assert_int_equal(decoder_feed(&d, (const char *)&held, sizeof(held)), sizeof(held));
	decoder_end(&d, false);
	assert_int_equal(m->holders.count, 0);
	doors_close(&doors);
}

static const struct socket *decode_table(struct moment *m, const struct fleet_key *key, const struct record_socket *r)
{
	struct doors doors;
	struct decoder d;

	assert_int_equal(doors_open(&doors), 0);
	decoder_begin(&d, m, &doors, key, false);
	assert_int_equal(decoder_feed(&d, (const char *)r, sizeof(*r)), sizeof(*r));
	decoder_end(&d, false);
	doors_close(&doors);
	return &m->sockets.items[0];
}

/* Both ends come to one number, and the raw ones are nowhere. */
static void sequences_of_both_ends_are_one_under_a_key(void **state)
{
	static const struct fleet_key key = { { 1, 2, 3 } };
	struct record_socket ours = { .kind = RECORD_TABLE, .cookie = 5, .netns = 9, .state = STATE_CLOSE_WAIT };
	struct record_socket theirs = { .kind = RECORD_TABLE, .cookie = 6, .netns = 9, .state = STATE_FIN_WAIT2 };
	cleanup(moment_cleanup) struct moment *a = moment_new(), *b = moment_new(), *c = moment_new();

	ours.flags = theirs.flags = RECORD_SEQUENCE;
	ours.snd_nxt = theirs.rcv_nxt = 1000;
	ours.rcv_nxt = theirs.snd_nxt = 7001; /* their FIN is one */
	const struct socket *near = decode_table(a, &key, &ours), *far = decode_table(b, &key, &theirs);
	assert_int_equal(near->sequence, far->sequence);
	assert_int_equal(near->sequence, sequence_id(&key, 7001, 1000));
	assert_int_equal(near->sequence_unended, sequence_id(&key, 1000, 7000));
	assert_int_equal(far->sequence_unended, 0);
	assert_int_equal(decode_table(c, NULL, &ours)->sequence, 0);
}

/* One that listens, or was never answered, has no other end. */
static void sequences_are_of_connections_that_stand(void **state)
{
	static const struct fleet_key key = { { 1, 2, 3 } };

	for (uint8_t in = STATE_ESTABLISHED; in < STATE_COUNT; in++) {
		struct record_socket r = { .kind = RECORD_TABLE, .cookie = 5, .netns = 9, .state = in };
		cleanup(moment_cleanup) struct moment *m = moment_new();
		bool none = in == STATE_SYN_SENT || in == STATE_SYN_RECV || in == STATE_CLOSE || in == STATE_LISTEN;
		r.flags = RECORD_SEQUENCE;
		assert_int_equal(decode_table(m, &key, &r)->sequence == 0, none);
	}
}

UNIT_MAIN(TEST(kinds), TEST(descriptors_of_nobody_are_passed_over), TEST(sequences_of_both_ends_are_one_under_a_key),
          TEST(sequences_are_of_connections_that_stand))
