/* The walker that the kernel's program shares with user space, on memory that is made up. */
#include "unit.h"
#include "blame/walk.h"
#include <errno.h>

enum { WORDS = 4096, BASE = 0x10000, THREAD = 0x7000 };

/* Words from BASE on; all else cannot be read. */
static uint64_t words[WORDS];

static int read_words(void *context, uint64_t address, void *to, size_t bytes)
{
	if (address < BASE || address % 8 || address - BASE > sizeof(words) || bytes > sizeof(words) - (address - BASE))
		return -EFAULT;
	memcpy(to, (char *)words + (address - BASE), bytes);
	return 0;
}

static const struct memory memory = { .read = read_words };

static uint64_t at(size_t word)
{
	return BASE + 8 * word;
}

static struct record_capture *walk_from(const struct record_walk *w, uint64_t thread_pointer)
{
	struct record_capture of = { .thread_pointer = thread_pointer };

	return walk_live(w, &memory, &of);
}

static int clear(void **state)
{
	memset(words, 0, sizeof(words));
	return 0;
}

static size_t nodes_of(const struct record_capture *c)
{
	return c->body_bytes / sizeof(struct record_node);
}

static void a_list_is_followed_to_its_end(void **state)
{
	struct record_walk w = { .root = BASE, .path = { 8 }, .steps = 1, .next_at = 16 };

	words[1] = at(100);
	words[102] = at(200);
	cleanup(cleanup_free) struct record_capture *c = walk_from(&w, 0);
	assert_non_null(c);
	assert_int_equal(nodes_of(c), 2);
	assert_int_equal(c->body.nodes[0].address, at(100));
	assert_int_equal(c->body.nodes[1].address, at(200));
	assert_false(c->flags & CAPTURE_CUT);
}

static void a_ring_ends(void **state)
{
	struct record_walk w = { .root = BASE, .path = { 0 }, .steps = 1 };

	words[0] = at(100);
	words[100] = at(100);
	cleanup(cleanup_free) struct record_capture *c = walk_from(&w, 0);
	assert_non_null(c);
	assert_int_equal(nodes_of(c), CAPTURE_NODES);
	assert_true(c->flags & CAPTURE_CUT);
}

static void the_calling_thread_is_sought(void **state)
{
	struct record_walk w = { .root = BASE,
		                 .flags = WALK_THREADS,
		                 .path = { 0, 8 },
		                 .steps = 2,
		                 .threads_after = 1,
		                 .thread_next_at = 16,
		                 .thread_id_at = 24 };

	words[0] = at(100);
	words[102] = at(200);
	words[103] = 5;
	words[203] = THREAD;
	words[201] = at(300);
	cleanup(cleanup_free) struct record_capture *c = walk_from(&w, THREAD);
	assert_non_null(c);
	assert_int_equal(c->body.nodes[0].address, at(300));
	assert_null(walk_from(&w, 6));
	words[202] = at(100); /* a ring of threads */
	assert_null(walk_from(&w, 6));
}

static void an_array_is_read_from_its_newest_down(void **state)
{
	struct record_walk w = { .root = 8,
		                 .flags = WALK_FROM_THREAD | WALK_LEAD | WALK_ARRAY | WALK_INDEXED,
		                 .path = { 0, 0 },
		                 .steps = 2,
		                 .lead_after = 1,
		                 .lead_at = 8,
		                 .index_at = 16,
		                 .stride = 32 };

	words[1] = at(100); /* of the thread at BASE */
	words[100] = at(200);
	words[101] = 77;
	words[102] = 2;
	cleanup(cleanup_free) struct record_capture *c = walk_from(&w, BASE);
	assert_non_null(c);
	assert_true(c->flags & CAPTURE_LED);
	assert_int_equal(*(uint64_t *)c->lead.bytes, 77);
	assert_int_equal(nodes_of(c), 3);
	assert_int_equal(c->body.nodes[0].address, at(208));
	assert_int_equal(c->body.nodes[2].address, at(200));
	words[102] = 0xffffffff; /* -1: it is empty */
	cleanup(cleanup_free) struct record_capture *none = walk_from(&w, BASE);
	assert_non_null(none);
	assert_int_equal(nodes_of(none), 0);
}

static void numbers_that_make_no_sense_lead_nowhere(void **state)
{
	struct record_walk w;

	memset(&w, 0xff, sizeof(w));
	w.root = BASE;
	words[0] = at(1);
	free(walk_from(&w, THREAD));
	w.flags = 0;
	free(walk_from(&w, THREAD));
	w.steps = 0;
	free(walk_from(&w, THREAD));
}

UNIT_MAIN(cmocka_unit_test_setup(a_list_is_followed_to_its_end, clear), cmocka_unit_test_setup(a_ring_ends, clear),
          cmocka_unit_test_setup(the_calling_thread_is_sought, clear),
          cmocka_unit_test_setup(an_array_is_read_from_its_newest_down, clear),
          cmocka_unit_test_setup(numbers_that_make_no_sense_lead_nowhere, clear));
