/* Stacks of Java programs, interpreted and compiled, from captures that were kept of two releases of HotSpot. */
#include "unit.h"
#include "kept_frames.h"
#include "blame/hotspot.h"

/* What is kept, read through `m`. */
static void expect_read(struct kept *k, const struct memory *m, uint32_t version)
{
	struct hotspot_places places = kept_hotspot(k);
	struct registers from = kept_registers(k);
	struct frame frames[STACK_FRAMES];
	struct hotspot h;
	bool cut;

	assert_int_equal(hotspot_open(m, &places, &h), 0);
	assert_int_equal(h.version, version);
	assert_true(hotspot_has(&h, from.pc));
	size_t count = hotspot_walk(&h, &k->capture, &from, frames, STACK_FRAMES, &cut);
	assert_int_equal(count, k->frame_count);
	assert_false(cut);
	for (size_t i = 0; i < count; i++)
		kept_expect(k, i, &frames[i]);
}

static void expect_kept(const char *name, uint32_t version)
{
	struct kept *k = kept_open(name);
	assert_non_null(k);
	struct memory m = kept_memory(k);

	expect_read(k, &m, version);
	kept_close(k);
}

static void interpreted_and_compiled_frames_are_read(void **state)
{
	expect_kept("java-17", 17);
	expect_kept("java-17-compiled", 17);
	expect_kept("java-25", 25);
}

static void a_release_that_is_not_known_is_refused(void **state)
{
	struct kept *k = kept_open("java-17");
	assert_non_null(k);
	struct memory m = kept_memory(k);
	struct hotspot_places places = kept_hotspot(k);
	struct hotspot h;

	assert_int_equal(hotspot_open(&m, &places, &h), 0);
	array_each (&k->pieces, p)
		if (p->address <= h.at[VERSION] && h.at[VERSION] < p->address + p->bytes)
			p->at[h.at[VERSION] - p->address] = 8;
	assert_int_equal(hotspot_open(&m, &places, &h), -ENOTSUP);
	kept_close(k);
}

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

static void a_read_that_fails_costs_frames_and_nothing_else(void **state)
{
	struct kept *k = kept_open("java-17-compiled");
	assert_non_null(k);
	struct memory whole = kept_memory(k);
	struct hotspot_places places = kept_hotspot(k);
	struct registers from = kept_registers(k);
	struct frame frames[STACK_FRAMES];
	struct hotspot h;
	size_t reads = 0, count = 0;
	bool cut;

	assert_int_equal(hotspot_open(&whole, &places, &h), 0);
	for (; count < k->frame_count && reads < 10000; reads++) {
		struct failing f = { k, reads };
		struct memory m = { .read = failing_read, .context = &f };
		h.memory = &m;
		count = hotspot_walk(&h, &k->capture, &from, frames, STACK_FRAMES, &cut);
	}
	assert_int_equal(count, k->frame_count);
	assert_true(reads > 20);
	kept_close(k);
}

/* The process runs on: a number that is read twice was a short one only the first time. */
struct changing {
	struct kept *kept;
	uint64_t last;
};

static int changing_read(void *context, uint64_t address, void *to, size_t bytes)
{
	struct changing *c = context;
	int err = kept_read(c->kept, address, to, MIN(bytes, (size_t)8));

	if (!err && bytes == sizeof(uint16_t) && address == c->last)
		memset(to, 0xff, bytes);
	c->last = address;
	return bytes <= 8 ? err : kept_read(c->kept, address, to, bytes);
}

static void a_length_that_grows_while_it_is_read_is_the_first_one(void **state)
{
	struct kept *k = kept_open("java-17");
	assert_non_null(k);
	struct changing c = { .kept = k };
	struct memory m = { .read = changing_read, .context = &c };

	expect_read(k, &m, 17);
	kept_close(k);
}

UNIT_MAIN(TEST(interpreted_and_compiled_frames_are_read), TEST(a_release_that_is_not_known_is_refused),
          TEST(a_read_that_fails_costs_frames_and_nothing_else),
          TEST(a_length_that_grows_while_it_is_read_is_the_first_one));
