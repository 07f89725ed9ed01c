/* Programs that come and go, and which of them are told as releases. */
#include "unit.h"
#include "agent/starts.h"
#include "scene.h"

enum { AT_A_LOOK = 200, LOOKS = 2 * PROGRAMS_MOST / AT_A_LOOK };

/* One that runs as `exe`, started when it was looked `look` times. */
static void add_process(struct moment *m, uint32_t pid, unsigned look, const char *comm, const char *exe)
{
	uint32_t at = moment_process(m, pid, (900 + look) * NS_PER_S);
	struct process *p = &m->processes.items[at];

	snprintf(p->comm, sizeof(p->comm), "%s", comm);
	p->exe = exe;
	p->key = (uint64_t)pid << 32 | (look + 1);
	p->start_unix_ms = look + 1;
}

static void look(struct starts *s, unsigned look, uint32_t pid, const char *exe)
{
	cleanup(moment_cleanup) struct moment *m = moment_new();

	add_process(m, 7, 0, "resident", "/bin/resident");
	add_process(m, pid, look, "fetch", exe);
	starts_take(s, m, 1000 + look);
}

/* Programs by the hundred, each of its own name, that are gone at the next look. */
static void look_at_strangers(struct starts *s, unsigned look)
{
	cleanup(moment_cleanup) struct moment *m = moment_new();
	char comm[16];

	add_process(m, 7, 0, "resident", "/bin/resident");
	for (unsigned i = 0; i < AT_A_LOOK; i++) {
		snprintf(comm, sizeof(comm), "job-%u", look * AT_A_LOOK + i);
		add_process(m, 100000 + look * AT_A_LOOK + i, look, comm, "/bin/job");
	}
	starts_take(s, m, 1000 + look);
}

static void another_executable_is_a_release(void **state)
{
	struct starts s = { 0 };

	look(&s, 0, 50, "/bin/fetch-1");
	look(&s, 1, 51, "/bin/fetch-1");
	assert_int_equal(s.recent.count, 0);
	look(&s, 2, 52, "/bin/fetch-2");
	assert_int_equal(s.recent.count, 1);
	assert_string_equal(s.recent.items[0].release.what, "another executable");
	starts_free(&s);
}

static void look_at_image(struct starts *s, unsigned look, const char *image)
{
	cleanup(moment_cleanup) struct moment *m = moment_new();

	add_process(m, 50 + look, look, "gunicorn", "/usr/bin/python3");
	struct process *p = &m->processes.items[0];
	p->container = p->container_name = "shop";
	p->image = image;
	starts_take(s, m, 1000 + look);
}

/* What a server of others' modules runs shows in nothing else. */
static void another_image_is_a_release(void **state)
{
	struct starts s = { 0 };

	look_at_image(&s, 0, "shop:latest (0a1b2c3d4e5f)");
	look_at_image(&s, 1, "shop:latest (0a1b2c3d4e5f)");
	assert_int_equal(s.recent.count, 0);
	look_at_image(&s, 2, "shop:latest (ffffffffffff)");
	assert_int_equal(s.recent.count, 1);
	const struct release *r = &s.recent.items[0].release;
	assert_string_equal(r->what, "another image");
	assert_non_null(strstr(r->was, "(0a1b2c3d4e5f): /usr/bin/python3"));
	assert_non_null(strstr(r->now, "(ffffffffffff): /usr/bin/python3"));
	starts_free(&s);
}

/* The same file, copied again, is the same build; one of the same size and time need not be. */
static void what_is_in_a_file_is_what_counts(void **state)
{
	struct starts s = { 0 };
	const struct program_file files[] = {
		{ true, 100, 5000, 77 }, { true, 100, 6000, 77 }, { true, 100, 6000, 78 },
		{ true, 100, 6000, 0 },  { true, 100, 7000, 78 },
	};
	const size_t releases[] = { 0, 0, 1, 1, 2 };

	for (unsigned i = 0; i < ARRAY_SIZE(files); i++) {
		cleanup(moment_cleanup) struct moment *m = moment_new();
		add_process(m, 50 + i, i, "fetch", "/bin/fetch");
		m->processes.items[0].exe_file = files[i];
		starts_take(&s, m, 1000 + i);
		assert_int_equal(s.recent.count, releases[i]);
	}
	starts_free(&s);
}

static const struct program *fetch(const struct starts *s)
{
	return &s->programs.items.items[program_find(&s->programs, "||fetch|0|")].is;
}

static void a_restart_is_noted_and_one_more_is_none(void **state)
{
	struct starts s = { 0 };
	cleanup(moment_cleanup) struct moment *m = moment_new();

	look(&s, 0, 50, "/bin/fetch");
	assert_int_equal(fetch(&s)->before_ms, 0);
	look(&s, 5000, 51, "/bin/fetch");
	assert_int_equal(fetch(&s)->pid, 51);
	assert_int_equal(fetch(&s)->started_ms, 5001);
	assert_int_equal(fetch(&s)->before_ms, 1);
	add_process(m, 51, 5000, "fetch", "/bin/fetch");
	struct socket *socket = array_push(&m->sockets);
	socket->first_holder = HOLDER_NONE;
	moment_hold(m, socket, 0, 3);
	add_process(m, 52, 9000, "fetch", "/bin/fetch"); /* beside it */
	starts_take(&s, m, 10000);
	assert_int_equal(fetch(&s)->pid, 51);
	assert_int_equal(fetch(&s)->before_ms, 1);
	starts_free(&s);
}

static void a_host_of_ever_new_programs_is_told_of_releases_for_ever(void **state)
{
	struct starts s = { 0 };

	look_at_strangers(&s, 0);
	for (unsigned i = 1; i < LOOKS; i++)
		look_at_strangers(&s, i);
	assert_int_equal(s.programs.items.count, PROGRAMS_MOST);
	assert_int_not_equal(program_find(&s.programs, "||resident|0|"), INDEX_NONE); /* it runs all the time */
	look(&s, LOOKS, 50, "/bin/fetch-1");
	look(&s, LOOKS + 1, 51, "/bin/fetch-2");
	assert_int_equal(s.recent.count, 1);
	starts_free(&s);
}

static void who_takes_the_place_of_another_has_not_its_releases(void **state)
{
	struct starts s = { 0 };
	struct finding f = { .subject = 1, .holder = PROCESS_NONE, .other_end = PROCESS_NONE };

	look(&s, 0, 50, "/bin/fetch-1");
	look(&s, 1, 51, "/bin/fetch-2");
	assert_int_equal(s.recent.count, 1);
	for (unsigned i = 2; i < LOOKS + 2; i++)
		look_at_strangers(&s, i);
	assert_int_equal(s.recent.items[0].program, INDEX_NONE);
	cleanup(moment_cleanup) struct moment *m = moment_new();
	add_process(m, 7, 0, "resident", "/bin/resident");
	add_process(m, 9, 0, "unseen", "/bin/unseen");
	struct life *l = life_new();
	starts_beside(&s, m, &f, l);
	assert_int_equal(l->releases.count, 0);
	life_free(l);
	starts_free(&s);
}

static void what_is_resumed_is_known_and_gives_way(void **state)
{
	static char keys[2 * PROGRAMS_MOST][24];
	static struct program before[2 * PROGRAMS_MOST];
	struct starts s = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(before); i++) {
		snprintf(keys[i], sizeof(keys[i]), "||job-%zu|0|", i);
		before[i] = (struct program){ .key = keys[i], .exe = "/bin/job-old" };
	}
	starts_resume(&s, before, ARRAY_SIZE(before), 500);
	assert_int_equal(s.programs.items.count, PROGRAMS_MOST);
	assert_int_not_equal(program_find(&s.programs, "||job-0|0|"), INDEX_NONE);
	look(&s, 0, 50, "/bin/fetch-1");
	assert_int_not_equal(program_find(&s.programs, "||fetch|0|"), INDEX_NONE);
	starts_free(&s);
}

UNIT_MAIN(TEST(another_executable_is_a_release), TEST(another_image_is_a_release),
          TEST(what_is_in_a_file_is_what_counts), TEST(a_restart_is_noted_and_one_more_is_none),
          TEST(a_host_of_ever_new_programs_is_told_of_releases_for_ever),
          TEST(who_takes_the_place_of_another_has_not_its_releases), TEST(what_is_resumed_is_known_and_gives_way));
