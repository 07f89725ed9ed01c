#include "history_scene.h"
#include "history/restart.h"
#include "history/sql.h"
#include "history/store_rows.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

static void what_was_written_is_read(void **state)
{
	cleanup(scene_free) struct scene s = scene_new();
	struct life *l = leak(AT_MS, 5);
	struct gap why;

	assert_int_equal(write_cycle(&s, AT_MS, l, NULL, &why), 0);
	assert_false(l->changed);
	for (int i = 1; i < 4; i++)
		assert_int_equal(write_cycle(&s, AT_MS + 10000 * (uint64_t)i, l, NULL, &why), 0);
	cleanup(chronicle_cleanup) struct chronicle *c = read_all(&s);
	assert_int_equal(c->looks, 4);
	assert_int_equal(c->blind_ms, 0);
	assert_int_equal(c->lives.count, 1);
	assert_string_equal(c->lives.items[0].key, l->key);
	assert_string_equal(c->lives.items[0].subject.comm, "fetch");
	assert_int_equal(c->lives.items[0].last_ms, AT_MS + 30000); /* open, so it was there at the last look */
	assert_int_equal(c->lives.items[0].points.count, 1);
	assert_int_equal(c->lives.items[0].victims.count, 1);
	life_free(l);
}

/* Who was started last comes first: of what a new agent has no room for, it is the others. */
static void programs_are_gone_on_with(void **state)
{
	cleanup(scene_free) struct scene s = scene_new();
	struct known_program programs[] = {
		{ .is = { .key = "old",
		          .exe = "/bin/old",
		          .image = "shop:1",
		          .exe_file = { true, 1, 2, UINT32_MAX },
		          .pid = 7,
		          .started_ms = AT_MS - 9000 },
		  .changed = true },
		{ .is = { .key = "new", .pid = 8, .started_ms = AT_MS - 1000, .before_ms = AT_MS - 60000 },
		  .changed = true },
	};
	struct cycle c = { .moment = s.m, .at_ms = AT_MS, .verdict = "ok", .programs = programs, .program_count = 2 };
	struct restart asked[] = { { .pid = 8, .started_ms = AT_MS - 900 }, { .pid = 7, .started_ms = AT_MS } };
	program_list found = { 0 };
	uint64_t looked_ms;
	struct gap why;

	s.m->taken_unix_ms = AT_MS;
	assert_int_equal(store_write(s.store, &c, s.arena, &why), 0);
	assert_int_equal(store_programs(s.store, AT_MS, s.arena, &found, &looked_ms), 0);
	assert_int_equal(looked_ms, AT_MS);
	assert_int_equal(found.count, 2);
	assert_string_equal(found.items[0].key, "new");
	assert_string_equal(found.items[1].exe, "/bin/old");
	assert_string_equal(found.items[1].image, "shop:1");
	assert_true(found.items[1].exe_file.content == UINT32_MAX);
	assert_int_equal(found.items[0].before_ms, AT_MS - 60000);
	array_free(&found);
	assert_int_equal(restarts_read(s.folder, AT_MS, asked, 2), 0);
	assert_true(asked[0].known && asked[0].before_ms == AT_MS - 60000);
	assert_false(asked[1].known); /* its number is another process's now */
}

static void what_looks_could_not_see_is_a_gap(void **state)
{
	cleanup(scene_free) struct scene s = scene_new();
	struct gap why;

	assert_int_equal(write_cycle(&s, AT_MS, NULL, NULL, &why), 0);
	moment_gap(s.m, "failing calls", "there is no such hook", NULL);
	assert_int_equal(write_cycle(&s, AT_MS + 10000, NULL, NULL, &why), 0);
	assert_int_equal(write_cycle(&s, AT_MS + 20000, NULL, NULL, &why), 0);
	cleanup(chronicle_cleanup) struct chronicle *c = read_all(&s);
	assert_false(moment_is_complete(c->moment));
	assert_int_equal(c->moment->coverage.gaps.count, 1);
	assert_string_equal(c->moment->coverage.gaps.items[0].what, "all, in 2 looks");
	assert_non_null(strstr(c->moment->coverage.gaps.items[0].why, "failing calls: there is no such hook"));
}

static void looks_that_are_alike_are_one_row(void **state)
{
	cleanup(scene_free) struct scene s = scene_new();
	sqlite3 *db = NULL;
	struct gap why;

	for (int i = 0; i < 5; i++)
		assert_int_equal(write_cycle(&s, AT_MS + 10000 * (uint64_t)i, NULL, NULL, &why), 0);
	assert_int_equal(write_cycle(&s, AT_MS + 10 * 60000, NULL, NULL, &why), 0); /* nobody looked meanwhile */
	cleanup(chronicle_cleanup) struct chronicle *c = read_all(&s);
	assert_int_equal(c->looks, 6);
	assert_int_equal(c->blind_ms, 10 * 60000 - 40000);
	store_free(take_ptr(s.store));
	const char *path = arena_printf(s.arena, "%s/%s", s.folder, folder_day(AT_MS, s.arena));
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sql_number(db, "SELECT count(*) FROM look", 0), 2);
	sqlite3_close(db);
}

static void over_midnight_it_is_one_life(void **state)
{
	cleanup(scene_free) struct scene s = scene_new();
	struct life *l = leak(AT_MS, 5);
	struct gap why;

	assert_int_equal(write_cycle(&s, AT_MS, l, NULL, &why), 0);
	assert_int_equal(write_cycle(&s, AT_MS + DAY_MS, l, NULL, &why), 0);
	cleanup(chronicle_cleanup) struct chronicle *c = read_all(&s);
	assert_int_equal(c->lives.count, 1);
	assert_int_equal(c->lives.items[0].first_ms, AT_MS);
	assert_int_equal(c->lives.items[0].points.count, 1);
	life_free(l);
}

static void who_goes_on_knows_what_was_open(void **state)
{
	cleanup(scene_free) struct scene s = scene_new();
	struct life *l = leak(AT_MS, 5);
	const struct store_limits none = { 0 };
	life_list open = { 0 };
	struct gap why;

	assert_int_equal(write_cycle(&s, AT_MS, l, NULL, &why), 0);
	life_free(l);
	store_free(s.store);
	s.store = store_new(s.folder, &none);
	assert_int_equal(store_resume(s.store, AT_MS + DAY_MS, &open, s.arena, &why), 0); /* the next day, too */
	assert_int_equal(open.count, 1);
	assert_string_equal(open.items[0]->id, "never-closed");
	assert_int_equal(open.items[0]->first_ms, AT_MS);
	assert_int_equal(open.items[0]->victims.count, 1);
	assert_int_equal(write_cycle(&s, AT_MS + DAY_MS, open.items[0], NULL, &why), 0);
	for (int i = 1; i < 4; i++) { /* again and again on the same day: it stays one */
		life_free(open.items[0]);
		array_free(&open);
		store_free(s.store);
		s.store = store_new(s.folder, &none);
		assert_int_equal(store_resume(s.store, AT_MS + DAY_MS, &open, s.arena, &why), 0);
		assert_int_equal(open.count, 1);
		assert_int_equal(open.items[0]->row, 1);
		open.items[0]->changed = true;
		assert_int_equal(write_cycle(&s, AT_MS + DAY_MS + 1000 * (uint64_t)i, open.items[0], NULL, &why), 0);
	}
	cleanup(chronicle_cleanup) struct chronicle *c = read_all(&s);
	assert_int_equal(c->lives.count, 1);
	life_free(open.items[0]);
	array_free(&open);
}

static const char *put_file(struct scene *s, const char *bytes, size_t length)
{
	const char *path = arena_printf(s->arena, "%s/%s", s->folder, folder_day(AT_MS, s->arena));
	int fd = open(path, O_CREAT | O_WRONLY, 0600);

	assert_int_equal(write(fd, bytes, length), length);
	close(fd);
	return path;
}

static void a_foreign_file_is_moved_aside(void **state)
{
	static const char foreign[8192] = "this is somebody's shopping list";
	cleanup(scene_free) struct scene s = scene_new();
	const char *path = put_file(&s, foreign, sizeof(foreign));
	struct gap why;
	struct stat st;

	assert_int_equal(write_cycle(&s, AT_MS, NULL, NULL, &why), 0);
	assert_non_null(strstr(why.why, ".aside-1"));
	assert_int_equal(stat(arena_printf(s.arena, "%s.aside-1", path), &st), 0);
	assert_int_equal(st.st_size, sizeof(foreign));
	assert_int_equal(stat(arena_printf(s.arena, "%s.aside-1.why", path), &st), 0);
	cleanup(chronicle_cleanup) struct chronicle *c = read_all(&s);
	assert_int_equal(c->looks, 1);
}

static void a_damaged_file_is_moved_aside(void **state)
{
	cleanup(scene_free) struct scene s = scene_new();
	const struct store_limits none = { 0 };
	char garbage[4096];
	struct gap why;

	assert_int_equal(write_cycle(&s, AT_MS, NULL, "here", &why), 0);
	store_free(s.store);
	s.store = store_new(s.folder, &none);
	const char *path = arena_printf(s.arena, "%s/%s", s.folder, folder_day(AT_MS, s.arena));
	int fd = open(path, O_WRONLY);
	memset(garbage, 0xa5, sizeof(garbage));
	for (int page = 1; page < 12; page++)
		assert_int_equal(pwrite(fd, garbage, sizeof(garbage), page * (off_t)sizeof(garbage)), sizeof(garbage));
	close(fd);
	assert_int_equal(write_cycle(&s, AT_MS + 1, NULL, NULL, &why), 0);
	assert_non_null(strstr(why.why, "damaged"));
	assert_int_equal(access(arena_printf(s.arena, "%s.aside-1", path), F_OK), 0);
}

static void a_newer_one_is_refused_and_left_alone(void **state)
{
	cleanup(scene_free) struct scene s = scene_new();
	const struct store_limits none = { 0 };
	sqlite3 *db = NULL;
	struct gap why;

	assert_int_equal(write_cycle(&s, AT_MS, NULL, NULL, &why), 0);
	store_free(s.store);
	s.store = store_new(s.folder, &none);
	const char *path = arena_printf(s.arena, "%s/%s", s.folder, folder_day(AT_MS, s.arena));
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sql_run(db, "PRAGMA user_version = 99; UPDATE look SET version = '7.3'"), 0);
	sqlite3_close(db);
	assert_int_equal(write_cycle(&s, AT_MS + 1, NULL, NULL, &why), -EPROTONOSUPPORT);
	assert_non_null(strstr(why.why, "unfin 7.3 wrote it, as version 99"));
	const struct history_request all = { .to_ms = UINT64_MAX };
	struct chronicle *c = NULL;
	assert_int_equal(history_read(s.folder, &all, &c, s.arena, &why), -EPROTONOSUPPORT);
	assert_non_null(strstr(why.why, "unfin 7.3 wrote it, as version 99"));
	assert_non_null(why.mend);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sql_run(db, "DROP TABLE look"), 0); /* whatever it will be like */
	sqlite3_close(db);
	assert_int_equal(write_cycle(&s, AT_MS + 1, NULL, NULL, &why), -EPROTONOSUPPORT);
	assert_non_null(strstr(why.why, "a newer unfin wrote it, as version 99"));
	assert_int_equal(access(path, F_OK), 0);
}

static void the_nearest_moment_is_found(void **state)
{
	cleanup(scene_free) struct scene s = scene_new();
	TEXT_CLEANUP image = { 0 };
	uint64_t at_ms = 0;
	struct gap why;

	for (uint64_t day = 0; day < 3; day++)
		assert_int_equal(write_cycle(&s, AT_MS + day * DAY_MS, NULL, "to see", &why), 0);
	assert_int_equal(history_moment(s.folder, AT_MS + DAY_MS + 5000, &at_ms, &image, s.arena, &why), 0);
	assert_int_equal(at_ms, AT_MS + DAY_MS);
	assert_memory_equal(image.bytes, "SQLite format 3", 16);
}

/* More than one piece; and once more at the same time, when nothing of the one before may be left. */
static void a_large_moment_is_kept_in_pieces(void **state)
{
	cleanup(scene_free) struct scene s = scene_new();
	TEXT_CLEANUP image = { 0 }, made = { 0 };
	sqlite3 *db = NULL;
	uint64_t at_ms = 0;
	struct gap why;

	add_many_sockets(&s, 60000);
	for (int again = 0; again < 2; again++)
		assert_int_equal(write_cycle(&s, AT_MS, NULL, "to see", &why), 0);
	assert_int_equal(history_moment(s.folder, AT_MS, &at_ms, &image, s.arena, &why), 0);
	assert_int_equal(kept_image(s.m, KEPT_OPEN, &made), 0);
	assert_int_equal(image.length, made.length);
	assert_memory_equal(image.bytes, made.bytes, made.length);
	assert_int_equal(sqlite3_open(arena_printf(s.arena, "%s/%s", s.folder, folder_day(AT_MS, s.arena)), &db),
	                 SQLITE_OK);
	assert_true(sql_number(db, "SELECT count(*) FROM piece", 0) > 1);
	sqlite3_close(db);
}

static void add_socket(struct scene *s, enum tcp_state state, uint32_t since_data_ms)
{
	*array_push(&s->m->sockets) = (struct socket){ .state = state,
		                                       .netns = NETNS_UNKNOWN,
		                                       .flags = SOCKET_TIMES_KNOWN,
		                                       .since_data_ms = since_data_ms,
		                                       .since_ack_ms = since_data_ms,
		                                       .since_sent_ms = since_data_ms };
}

/* A picture over time: states and ages of each look, and which moments were kept. */
static void the_past_can_be_drawn(void **state)
{
	cleanup(scene_free) struct scene s = scene_new();
	const struct history_request past = { .to_ms = UINT64_MAX, .past = true };
	cleanup(chronicle_cleanup) struct chronicle *c = NULL;
	struct gap why;

	add_socket(&s, STATE_CLOSE_WAIT, 7000);
	add_socket(&s, STATE_CLOSE_WAIT, 7000);
	assert_int_equal(write_cycle(&s, AT_MS, NULL, "to see", &why), 0);
	add_socket(&s, STATE_ESTABLISHED, 100);
	assert_int_equal(write_cycle(&s, AT_MS + 10000, NULL, NULL, &why), 0);
	assert_int_equal(history_read(s.folder, &past, &c, s.arena, &why), 0);
	assert_int_equal(c->past_looks.count, 2);
	assert_int_equal(c->past_looks.items[1].states[STATE_CLOSE_WAIT], 2);
	assert_int_equal(c->past_looks.items[1].states[STATE_ESTABLISHED], 1);
	assert_int_equal(c->past_ages.count, 2);
	assert_int_equal(c->past_ages.items[0].counts[STATE_CLOSE_WAIT][age_class(7000)], 2);
	assert_int_equal(c->past_ages.items[0].counts[STATE_ESTABLISHED][0], 0);
	assert_int_equal(c->past_moments.count, 1);
	assert_int_equal(c->past_moments.items[0].at_ms, AT_MS);
	assert_int_equal(age_class_begins_ms(age_class(7000)), 5000);
}

/* Whatever stands in a file that somebody else has written, nothing is written elsewhere in memory. */
static void broken_ages_are_no_harm(void **state)
{
	static const char *const texts[] = {
		"",
		",",
		"close_wait",
		" 1 2",
		"nothing 1,close_wait 1 2 3 4 5 6 7 8 9 1 2 3 4 5 6 7 8 9 1 2 3 4 5 6 7",
		"close_wait 99999999999999999999999999999999999999999999,,established  5"
	};
	cleanup(scene_free) struct scene s = scene_new();
	const struct history_request past = { .to_ms = UINT64_MAX, .past = true };
	struct gap why;

	assert_int_equal(write_cycle(&s, AT_MS, NULL, NULL, &why), 0);
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		cleanup(chronicle_cleanup) struct chronicle *c = NULL;
		assert_int_equal(sql_do(s.store->db, "UPDATE age SET ages = ?", "t", texts[i]), 0);
		assert_int_equal(history_read(s.folder, &past, &c, s.arena, &why), 0);
		assert_int_equal(c->past_ages.count, 1);
	}
}

UNIT_MAIN(TEST(what_was_written_is_read), TEST(programs_are_gone_on_with), TEST(what_looks_could_not_see_is_a_gap),
          TEST(looks_that_are_alike_are_one_row), TEST(over_midnight_it_is_one_life),
          TEST(who_goes_on_knows_what_was_open), TEST(a_foreign_file_is_moved_aside),
          TEST(a_damaged_file_is_moved_aside), TEST(a_newer_one_is_refused_and_left_alone),
          TEST(the_nearest_moment_is_found), TEST(a_large_moment_is_kept_in_pieces), TEST(the_past_can_be_drawn),
          TEST(broken_ages_are_no_harm));
