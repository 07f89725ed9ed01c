/* Lines of code in a kept file: there and back, hidden, and refused where they do not fit. */
#include "unit.h"
#include "scene.h"
#include "source/kept/kept.h"
#include "source/kept/lines.h"
#include "view/place.h"
#include <errno.h>

static struct moment *moment_with_lines(void)
{
	struct moment *m = scene_new();

	m->boot_id = "scene";
	m->source = "bpf";
	scene_lines(m);
	return m;
}

static struct moment *there_and_back(enum kept_hide hide)
{
	cleanup(moment_cleanup) struct moment *m = moment_with_lines();
	struct moment *back = moment_new();
	TEXT_CLEANUP image = { 0 };
	struct gap why = { 0 };

	assert_int_equal(kept_image(m, hide, &image), 0);
	assert_int_equal(kept_parse("scene", &image, back, back->arena, &why), 0);
	return back;
}

static void assert_stack(const struct stack *is, const struct stack *due)
{
	assert_int_equal(stack_bytes(is), stack_bytes(due));
	assert_memory_equal(is, due, stack_bytes(due));
}

static void all_of_it_comes_back(void **state)
{
	cleanup(moment_cleanup) struct moment *m = moment_with_lines();
	cleanup(moment_cleanup) struct moment *back = there_and_back(KEPT_OPEN);
	const struct site *is = back->sites.items, *due = m->sites.items;

	assert_int_equal(back->sites.count, 1);
	assert_int_equal(is->process, due->process);
	assert_int_equal(is->count, 1);
	assert_stack(is->stack, due->stack);
	assert_stack(is->told, due->told);
	assert_null(is->listened);
	assert_string_equal(is->commit.subject, "fetch twice");
	assert_int_equal(is->commit.offset_min, -60);
	assert_string_equal(is->listened_commit.why, "no repository holds it");
	assert_int_equal(is->changes.to_ms, due->changes.to_ms);
	assert_int_equal(is->changes.count, 5);
	assert_int_equal(is->changes.shown, 1);
	assert_string_equal(is->changes.commits[0].author, "Bo Author");
	assert_int_equal(back->openings.items[0].socket, 1);
	assert_int_equal(back->standings.items[0].tid, 201);
	assert_string_equal(back->standings.items[0].thread, "worker");
	assert_stack(back->standings.items[0].stack, m->standings.items[0].stack);
}

static void functions_stay_and_files_and_commits_are_hidden(void **state)
{
	cleanup(moment_cleanup) struct moment *back = there_and_back(KEPT_HIDE);
	const struct site *site = back->sites.items;

	assert_string_equal(site->stack->frames[1].function, "fetch");
	assert_int_equal(site->stack->frames[1].line, 17);
	assert_memory_equal(site->stack->frames[1].file, "/path", 5);
	assert_string_equal(site->stack->frames[1].file, site->told->frames[1].file);
	assert_memory_equal(site->commit.author, "user", 4);
	assert_memory_equal(site->commit.subject, "text", 4);
	assert_memory_equal(site->commit.id, "text", 4);
	assert_memory_equal(site->listened_commit.why, "text", 4);
	assert_memory_equal(site->changes.commits[0].author, "user", 4);
	assert_memory_equal(site->changes.commits[0].subject, "text", 4);
}

static void names_are_hidden_where_all_are(void **state)
{
	cleanup(moment_cleanup) struct moment *back = there_and_back(KEPT_HIDE_NAMES);

	assert_memory_equal(back->sites.items[0].stack->frames[1].function, "program", 7);
	assert_memory_equal(back->standings.items[0].thread, "program", 7);
}

/* What a file says that somebody wrote who wishes us ill: each of these alone is refused. */
static void what_does_not_fit_is_refused(void **state)
{
	enum { WRONG = 11 };

	for (unsigned i = 0; i <= WRONG; i++) {
		cleanup(moment_cleanup) struct moment *m = moment_with_lines();
		cleanup(kept_lines_free) struct kept_lines l = { 0 };
		kept_lines_take(&l, m);
		m->sites.count = m->standings.count = 0;
		const struct {
			uint32_t *where, value;
		} wrong[WRONG] = {
			{ &l.stacks.items[0].how, SITE_NATIVE_ONLY + 1 },
			{ &l.stacks.items[1].own, 3 },
			{ &l.stacks.items[1].own, 2 }, /* no frame is the place, and yet it is known */
			{ &l.frames.items[0].stack, 7 },
			{ &l.frames.items[3].stack, 0 },
			{ &l.standings.items[0].stack, KEPT_NO_STACK },
			{ &l.sites.items[0].told, 99 },
			{ &l.sites.items[0].site.process, 99 },
			{ &m->openings.items[0].site, 1 },
			{ &l.changes.items[0].site, 1 },
			{ &l.sites.items[0].site.changes.count, 0 },
		};
		if (i < WRONG)
			*wrong[i].where = wrong[i].value;
		assert_int_equal(kept_lines_give(&l, m), i < WRONG ? -EBADMSG : 0);
	}
}

static void a_stack_has_no_more_frames_than_there_is_room_for(void **state)
{
	cleanup(moment_cleanup) struct moment *m = moment_with_lines();
	cleanup(kept_lines_free) struct kept_lines l = { 0 };

	*array_push(&l.stacks) = (struct kept_stack){ .how = SITE_EXACT };
	for (unsigned i = 0; i <= STACK_FRAMES; i++)
		*array_push(&l.frames) = (struct kept_frame){ .line = i };
	assert_int_equal(kept_lines_give(&l, m), -EBADMSG);
}

/* Git knows commits without a message; a file may say anything. */
static void a_commit_without_author_or_message_is_told(void **state)
{
	TEXT_CLEANUP t = { 0 };

	place_format_commit(&t, &(struct site_commit){ .id = "0123abcd" });
	assert_string_equal(t.bytes, "0123abcd  1970-01-01  ?: (without a message)");
	t.length = 0;
	place_format_commit(&t, &(struct site_commit){ .id = "\033[2J" });
	assert_null(strchr(t.bytes, '\033'));
}

UNIT_MAIN(TEST(a_commit_without_author_or_message_is_told), TEST(all_of_it_comes_back),
          TEST(functions_stay_and_files_and_commits_are_hidden), TEST(names_are_hidden_where_all_are),
          TEST(what_does_not_fit_is_refused), TEST(a_stack_has_no_more_frames_than_there_is_room_for));
