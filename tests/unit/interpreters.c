/* Frames of interpreters and of Node, from what the kernel's programs froze of them once. */
#include "unit.h"
#include "kept_frames.h"
#include "blame/interpreter.h"
#include "blame/own.h"
#include "blame/v8.h"

/* Memory that gives only the first so many answers. */
struct failing {
	struct kept *kept;
	size_t left;
};

static int failing_read(void *context, uint64_t address, void *to, size_t bytes)
{
	struct failing *f = context;

	if (!f->left)
		return -EFAULT;
	f->left--;
	return kept_read(f->kept, address, to, bytes);
}

static size_t read_interpreted(struct kept *k, const struct interpreter_kind *kind, const struct memory *m,
                               struct interpreter *in, struct frame *frames)
{
	struct symbols s = kept_symbols(k);
	struct interpreter_place place = { m, &s, "/usr/bin/program" };

	*in = (struct interpreter){ .kind = kind };
	if (kind->find(&place, in)) {
		assert_true(*in->why);
		return 0;
	}
	return kind->read(in, m, &k->capture, frames, STACK_FRAMES);
}

static void expect_kept(const char *name, const struct interpreter_kind *kind, const char *version)
{
	struct kept *k = kept_open(name);
	assert_non_null(k);
	struct memory m = kept_memory(k);
	struct frame frames[STACK_FRAMES];
	struct interpreter in;

	size_t count = read_interpreted(k, kind, &m, &in, frames);
	assert_string_equal(in.version, version);
	assert_int_equal(count, k->frame_count);
	for (size_t i = 0; i < count; i++) {
		kind->judge(&frames[i]);
		kept_expect(k, i, &frames[i]);
	}
	kept_close(k);
}

static void each_language_is_read(void **state)
{
	expect_kept("php-8.2", &interpreter_php, "8.2");
	expect_kept("perl-5.36", &interpreter_perl, "5.36");
	expect_kept("ruby-3.1", &interpreter_ruby, "3.1");
	expect_kept("python-3.11", &interpreter_python, "3.11");
}

static void expect_calls(const char *name, unsigned major)
{
	struct kept *k = kept_open(name);
	assert_non_null(k);
	struct memory m = kept_memory(k);
	struct symbols s = kept_symbols(k);
	struct frame frames[STACK_FRAMES];
	struct v8_notes notes;
	struct v8 v8;

	assert_int_equal(v8_find(&m, &s, &v8), 0);
	assert_int_equal(v8.major, major);
	assert_int_equal(v8_read(&v8, &m, &k->calls, frames, STACK_FRAMES, &notes), k->frame_count);
	for (size_t i = 0; i < k->frame_count; i++) {
		own_judge_javascript(&frames[i]);
		kept_expect(k, i, &frames[i]);
	}
	v8_close(&v8);
	kept_close(k);
}

static void each_node_is_read(void **state)
{
	expect_calls("node-18", 10);
	expect_calls("node-20", 11);
	expect_calls("node-22", 12);
}

static void a_read_that_fails_costs_frames_and_nothing_else(void **state)
{
	static const struct {
		const char *name;
		const struct interpreter_kind *kind;
	} all[] = { { "php-8.2", &interpreter_php },
		    { "perl-5.36", &interpreter_perl },
		    { "ruby-3.1", &interpreter_ruby } };
	struct frame frames[STACK_FRAMES];
	struct interpreter in;

	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		struct kept *k = kept_open(all[i].name);
		struct failing f = { k, 0 };
		struct memory m = { failing_read, &f };
		assert_non_null(k);
		for (size_t reads = 0; !f.left; reads++) {
			assert_true(reads < 20000);
			f.left = reads;
			assert_true(read_interpreted(k, all[i].kind, &m, &in, frames) <= k->frame_count);
		}
		kept_close(k);
	}
}

/* What Node froze is as little to be trusted: each word of it becomes another one. */
static void words_that_were_changed_lead_nowhere(void **state)
{
	static const uint64_t others[] = { 0, 1, UINT64_MAX, 0x7fffffff00000000 };
	struct kept *k = kept_open("node-20");
	assert_non_null(k);
	struct memory m = kept_memory(k);
	struct symbols s = kept_symbols(k);
	struct frame frames[STACK_FRAMES];
	struct v8_notes notes;
	struct v8 v8;

	assert_int_equal(v8_find(&m, &s, &v8), 0);
	for (size_t i = 0; i < k->calls.count * CAPTURE_NODE_BYTES / 8; i++) {
		uint8_t *word = k->calls.calls[i / 14].bytes + i % 14 * 8;
		uint64_t before = word_at(word, 0);
		for (size_t j = 0; j < ARRAY_SIZE(others); j++) {
			memcpy(word, &others[j], 8);
			assert_true(v8_read(&v8, &m, &k->calls, frames, STACK_FRAMES, &notes) <= k->frame_count);
		}
		memcpy(word, &before, 8);
	}
	v8_close(&v8);
	kept_close(k);
}

/* Its caller would be taken for what opened the connection. */
static void no_call_is_told_behind_one_that_was_moved(void **state)
{
	enum { MOVED = 2, SCRIPT = CAPTURE_NODE_BYTES - 16 };
	struct kept *k = kept_open("node-20");
	assert_non_null(k);
	struct memory m = kept_memory(k);
	struct symbols s = kept_symbols(k);
	struct frame frames[STACK_FRAMES];
	struct v8_notes notes;
	struct v8 v8;

	assert_int_equal(v8_find(&m, &s, &v8), 0);
	assert_int_equal(v8_read(&v8, &m, &k->calls, frames, STACK_FRAMES, &notes), k->frame_count);
	assert_false(notes.moved);
	memset(k->calls.calls[MOVED].bytes + SCRIPT, 0, 8);
	assert_int_equal(v8_read(&v8, &m, &k->calls, frames, STACK_FRAMES, &notes), MOVED);
	assert_true(notes.moved);
	v8_close(&v8);
	kept_close(k);
}

static void change(struct kept *k, const char *place, uint8_t to)
{
	uint64_t at = kept_place(k, place).offset;

	array_each (&k->pieces, p)
		if (p->address <= at && at < p->address + p->bytes)
			p->at[at - p->address] = to;
}

static void another_version_says_what_is_missing(void **state)
{
	struct frame frames[STACK_FRAMES];
	struct interpreter in;
	struct kept *k = kept_open("perl-5.36");
	assert_non_null(k);
	struct memory m = kept_memory(k);

	change(k, "PL_version", 99);
	assert_int_equal(read_interpreted(k, &interpreter_perl, &m, &in, frames), 0);
	assert_string_equal(in.version, "5.99");
	kept_close(k);
	k = kept_open("ruby-3.1");
	assert_non_null(k);
	m = kept_memory(k);
	change(k, "ruby_version", '9');
	assert_int_equal(read_interpreted(k, &interpreter_ruby, &m, &in, frames), 0);
	assert_string_equal(in.version, "9.1");
	kept_close(k);
}

UNIT_MAIN(TEST(each_language_is_read), TEST(each_node_is_read), TEST(a_read_that_fails_costs_frames_and_nothing_else),
          TEST(words_that_were_changed_lead_nowhere), TEST(no_call_is_told_behind_one_that_was_moved),
          TEST(another_version_says_what_is_missing));
