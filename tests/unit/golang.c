/* Stacks of Go programs, stripped, from captures that were kept of each layout of the tables. */
#include "unit.h"
#include "kept_frames.h"
#include "blame/golang.h"
#include "blame/golang_build.h"

static void expect_frames(const struct kept *k, struct golang *g, const struct addresses *callers)
{
	struct frame frames[FOUND_INLINED];
	size_t seen = 0;

	for (size_t i = 0; i < callers->count; i++) {
		size_t count = golang_lines(g, callers->at[i], frames, FOUND_INLINED);
		for (size_t j = 0; j < count; j++)
			kept_expect(k, seen++, &frames[j]);
	}
	assert_int_equal(seen, k->frame_count);
}

static void expect_kept(const char *name, enum golang_layout layout, const char *version)
{
	struct kept *k = kept_open(name);
	assert_non_null(k);
	struct memory m = kept_memory(k);
	struct golang_places places = kept_golang(k);
	struct addresses callers;
	struct golang g;

	assert_int_equal(golang_open(&m, &places, &g), 0);
	assert_int_equal(g.layout, layout);
	assert_string_equal(g.build.version, version);
	assert_true(golang_unwind(&g, &k->capture, &callers));
	assert_false(callers.cut);
	expect_frames(k, &g, &callers);
	expect_frames(k, &g, &callers); /* from what was found before */
	golang_close(&g);
	kept_close(k);
}

static void each_layout_is_read(void **state)
{
	expect_kept("go-1.16", GOLANG_116, "1.16.3");
	expect_kept("go-1.19", GOLANG_118, "1.19.8");
	expect_kept("go-1.20", GOLANG_120, "1.20.4");
	expect_kept("go-1.23", GOLANG_120, "1.23.8");
	expect_kept("go-1.26", GOLANG_120, ""); /* says nothing of how it was built */
	expect_kept("go-1.27", GOLANG_120, "1.27.3");
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

static size_t frames_with(struct kept *k, size_t reads, size_t *ret_left)
{
	struct failing f = { k, reads };
	struct memory m = { .read = failing_read, .context = &f };
	struct golang_places places = kept_golang(k);
	struct frame frames[FOUND_INLINED];
	struct addresses callers = { 0 };
	struct golang g;
	size_t count = 0;

	*ret_left = 0;
	if (golang_open(&m, &places, &g))
		return 0;
	golang_unwind(&g, &k->capture, &callers);
	for (size_t i = 0; i < callers.count; i++)
		count += golang_lines(&g, callers.at[i], frames, FOUND_INLINED);
	*ret_left = f.left;
	golang_close(&g);
	return count;
}

static void a_read_that_fails_costs_frames_and_nothing_else(void **state)
{
	struct kept *k = kept_open("go-1.19");
	size_t left = 0, reads = 0;

	assert_non_null(k);
	while (frames_with(k, reads++, &left) < k->frame_count || !left)
		assert_true(reads < 20000);
	assert_true(reads > 100);
	kept_close(k);
}

static void tables_that_are_not_known_are_refused(void **state)
{
	struct kept *k = kept_open("go-1.19");
	assert_non_null(k);
	struct memory m = kept_memory(k);
	struct golang_places places = kept_golang(k);
	struct golang g;

	array_each (&k->pieces, p)
		if (p->address <= places.table.offset && places.table.offset < p->address + p->bytes)
			p->at[places.table.offset - p->address] = 0xf9; /* the magic number of a version to come */
	assert_int_equal(golang_open(&m, &places, &g), -ENOTSUP);
	kept_close(k);
}

static void expect_judged(const struct golang_build *b, const char *function, bool own, const char *library)
{
	struct frame f = { .file = "/src/a.go" };

	snprintf(f.function, sizeof(f.function), "%s", function);
	golang_judge(b, &f);
	assert_int_equal(f.own, own);
	assert_string_equal(f.library, library);
}

static void modules_tell_whose_a_function_is(void **state)
{
	char modules[] =
	        "path\texample.com/shop/cmd/server\nmod\texample.com/shop\t(devel)\t\n"
	        "dep\tgithub.com/lib/pq\tv1.10.9\th1:x\ndep\texample.com/shop/vendored\tv1.0.0\th1:x\n"
	        "dep\texample.com/tools\tv0.0.0\n=>\t../tools\t(devel)\t\nbuild\t-trimpath=true\nx"; /* cut off */
	cleanup(cleanup_free) char *text = memory_strdup(modules); /* ASan sees its end */
	struct golang_build b = { .modules = text };

	expect_judged(&b, "main.main.func1", true, "");
	expect_judged(&b, "example.com/shop/db.(*Pool).Get", true, "");
	expect_judged(&b, "example.com/shop/db.Map[go.shape.*example.org/x/y.T]", true, "");
	expect_judged(&b, "example.com/shopping.Cart", false, "example.com/shopping");
	expect_judged(&b, "example.com/shop/vendored/x.Open", false, "example.com/shop/vendored");
	expect_judged(&b, "example.com/tools/dial.Dial", true, "");
	expect_judged(&b, "github.com/lib/pq.(*conn).dial", false, "github.com/lib/pq");
	expect_judged(&b, "net/http.(*Transport).dialConn", false, "net/http");
	expect_judged(&b, "net.Dial", false, "net");
}

UNIT_MAIN(TEST(each_layout_is_read), TEST(a_read_that_fails_costs_frames_and_nothing_else),
          TEST(tables_that_are_not_known_are_refused), TEST(modules_tell_whose_a_function_is));
