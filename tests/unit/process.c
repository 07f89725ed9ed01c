/* What a process runs, told as its release. */
#include "unit.h"
#include "model/process.h"

static void assert_release(const struct process *p, const char *is)
{
	TEXT_CLEANUP t = { 0 };

	process_add_release(&t, p);
	assert_string_equal(t.bytes, is);
}

static void a_release_is_what_runs(void **state)
{
	struct process p = { .comm = "fetch", .cmdline = "/usr/bin/fetch --password=swordfish" };

	assert_release(&p, "fetch");
	p.exe = "/usr/bin/fetch";
	assert_release(&p, "/usr/bin/fetch");
	p.exe_file = (struct program_file){ .known = true, .content = 0xab };
	assert_release(&p, "/usr/bin/fetch (000000ab)");
	p.exe = "/usr/bin/fetch (deleted)"; /* the file of its name is the next one by now */
	assert_release(&p, "/usr/bin/fetch (000000ab)");
	p.script = "current/fetch.py";
	assert_release(&p, "/usr/bin/fetch (000000ab) current/fetch.py");
	p.script_path = "/srv/2/fetch.py";
	p.script_file.content = 0xffffffff;
	p.image = "shop:latest (0a1b2c3d4e5f)";
	assert_release(&p, "shop:latest (0a1b2c3d4e5f): /usr/bin/fetch (000000ab) /srv/2/fetch.py (ffffffff)");
}

static void a_long_one_is_another_where_its_end_is(void **state)
{
	char one[600], other[600];
	TEXT_CLEANUP a = { 0 };
	TEXT_CLEANUP b = { 0 };
	struct process p = { .exe = one }, q = { .exe = other };

	for (size_t i = 0; i < sizeof(one) - 1; i++)
		one[i] = "\xc3\xa4"[i % 2]; /* ä */
	one[sizeof(one) - 1] = '\0';
	memcpy(other, one, sizeof(one));
	other[sizeof(one) - 3] = 'a';
	other[sizeof(one) - 2] = 'b';
	process_add_release(&a, &p);
	process_add_release(&b, &q);
	assert_true(a.length <= RELEASE_BYTES && b.length <= RELEASE_BYTES);
	assert_string_not_equal(a.bytes, b.bytes);
	TEXT_CLEANUP shown = { 0 };
	text_add_shown(&shown, a.bytes); /* no letter was cut */
	assert_string_equal(shown.bytes, a.bytes);
}

static void where_none_was_asked_for_it_is_the_executable(void **state)
{
	struct process p = { .comm = "fetch" };

	assert_string_equal(process_release(&p), "fetch");
	p.exe = "/usr/bin/fetch";
	assert_string_equal(process_release(&p), "/usr/bin/fetch");
	p.release = "/usr/bin/fetch (000000ab)";
	assert_string_equal(process_release(&p), "/usr/bin/fetch (000000ab)");
}

UNIT_MAIN(TEST(a_release_is_what_runs), TEST(a_long_one_is_another_where_its_end_is),
          TEST(where_none_was_asked_for_it_is_the_executable));
