/* The screen of unfin top, without a terminal: keys in, cells out. */
#include "unit.h"
#include "base/utf8.h"
#include "rule/judgement.h"
#include "top/screen.h"

static struct picture *make_picture(unsigned findings, unsigned programs)
{
	struct picture *p = picture_new();

	p->seen = true;
	p->verdict = findings ? VERDICT_CRITICAL : VERDICT_OK;
	p->words = findings ? "critical" : "nothing wrong";
	p->circumstances = " on web1 at 2026-11-30T03:12:00Z: 12 of 12 sockets seen, watched 2 s";
	p->states = "ESTAB 3 CLOSE-WAIT 9";
	p->source = "looking every 2 s";
	for (unsigned i = 0; i < findings; i++) {
		struct picture_finding *f = array_push(&p->findings);
		f->key = arena_printf(p->arena, "never-closed:%u", i);
		f->id = "never-closed";
		f->head = "critical never-closed";
		f->rest = " (likely): leak[812] does not close";
		f->severity = SEVERITY_CRITICAL;
		*array_push(&f->lines) = (struct picture_line){ "what", "9 connections to 127.0.0.1:80", NULL };
		*array_push(&f->lines) = (struct picture_line){ "proof", "peers sent FIN", NULL };
		*array_push(&f->lines) = (struct picture_line){ "now", "restart it", "systemctl restart leak" };
	}
	for (unsigned i = 0; i < programs; i++) {
		struct picture_program *program = array_push(&p->programs);
		program->name = arena_printf(p->arena, "program%u", i);
		program->identity = arena_printf(p->arena, "%u", i);
		program->unfinished = programs - i;
		program->oldest_known = true;
		program->oldest_ms = 1000 * i;
	}
	return p;
}

/* Row by row, blanks at their ends left out. */
static const char *row_text(const struct canvas *c, unsigned row, struct text *t)
{
	size_t kept = 0;

	t->length = 0;
	text_add(t, "");
	for (unsigned column = 0; column < c->columns; column++) {
		text_add(t, canvas_at(c, row, column)->bytes);
		if (*canvas_at(c, row, column)->bytes != ' ')
			kept = t->length;
	}
	t->bytes[kept] = '\0';
	return t->bytes;
}

static bool shows_at(struct screen *s, uint64_t now_ms, const char *part)
{
	struct canvas c = { 0 };
	TEXT_CLEANUP t = { 0 };
	bool found = false;

	screen_draw(s, &c, now_ms);
	for (unsigned row = 0; row < c.rows && !found; row++)
		found = strstr(row_text(&c, row, &t), part);
	canvas_free(&c);
	return found;
}

static bool shows(struct screen *s, const char *part)
{
	return shows_at(s, 0, part);
}

static unsigned press(struct screen *s, enum key_kind kind, uint32_t code)
{
	return screen_key(s, &(struct key){ .kind = kind, .code = code });
}

static void type(struct screen *s, const char *text)
{
	for (; *text; text++)
		press(s, KEY_KIND_CHARACTER, (unsigned char)*text);
}

static void before_the_first_look_it_says_so(void **state)
{
	struct screen s;

	screen_begin(&s, 24, 80);
	assert_true(shows(&s, "looking ..."));
	assert_int_equal(press(&s, KEY_KIND_ENTER, 0), WISH_NOTHING);
	assert_int_equal(press(&s, KEY_KIND_CHARACTER, 'q'), WISH_QUIT);
	screen_free(&s);
}

static void what_is_chosen_stays_chosen(void **state)
{
	struct screen s;

	screen_begin(&s, 24, 80);
	screen_take(&s, make_picture(1, 5));
	press(&s, KEY_KIND_TAB, 0);
	press(&s, KEY_KIND_DOWN, 0);
	assert_true(shows(&s, "> program1 "));
	press(&s, KEY_KIND_CHARACTER, 's'); /* the oldest first: the last one */
	assert_true(shows(&s, "> program1 "));
	screen_take(&s, make_picture(3, 9));
	assert_true(shows(&s, "> program1 "));
	screen_take(&s, make_picture(0, 1)); /* it has gone */
	assert_true(shows(&s, "> program0 "));
	screen_free(&s);
}

static void room_decides_how_much_is_told(void **state)
{
	struct screen s;

	screen_begin(&s, 60, 120);
	screen_take(&s, make_picture(2, 3));
	assert_true(shows(&s, "proof"));
	screen_key(&s, &(struct key){ KEY_KIND_RESIZE, .row = 16, .column = 80 });
	assert_false(shows(&s, "proof"));
	assert_true(shows(&s, "what     9 connections"));
	assert_true(shows(&s, "program2 "));
	screen_key(&s, &(struct key){ KEY_KIND_RESIZE, .row = 9, .column = 80 });
	assert_true(shows(&s, "too small"));
	screen_free(&s);
}

static void a_name_is_cut_before_its_pid(void **state)
{
	struct screen s;
	struct picture *p = make_picture(0, 4);

	p->programs.items[0].name = "fetch-profiles[989011]";
	p->programs.items[1].name = "fetch-profiles[989012] +12";
	p->programs.items[2].name = "a-name-without-any-number";
	p->programs.items[3].name = "short[1]";
	screen_begin(&s, 24, 80);
	screen_take(&s, p);
	assert_true(shows(&s, " fetch-prof+[989011]          4 "));
	assert_true(shows(&s, " fetch-+[989012] +12          3 "));
	assert_true(shows(&s, " a-name-without-any+          2 "));
	assert_true(shows(&s, " short[1]                     1 "));
	screen_free(&s);
}

/* Its effect's, too: rows of programs with nothing unfinished make room for it. */
static void what_to_do_is_told_of_all_findings(void **state)
{
	struct screen s;
	struct picture *p = make_picture(2, 4);

	p->findings.items[1].effect = true;
	p->findings.items[1].lines.items[2].text = "widen the range";
	for (unsigned i = 1; i < 4; i++)
		p->programs.items[i].unfinished = 0;
	screen_begin(&s, 12, 80);
	screen_take(&s, p);
	assert_true(shows(&s, "restart it"));
	assert_true(shows(&s, "widen the range"));
	assert_true(shows(&s, "program0 "));
	assert_false(shows(&s, "program3 "));
	press(&s, KEY_KIND_END, 0);
	assert_true(shows(&s, "> program3 "));
	screen_free(&s);
}

/* Where the room gets less: what to type outlasts what is in the table of programs, and a second victim. */
static void what_to_type_outlasts_the_rest(void **state)
{
	static const struct picture_line more[] = { { "suffers", "login fails", NULL },
		                                    { "", "mail fails", NULL },
		                                    { "now", "restart it", NULL },
		                                    { "", "for real", "unfin reclaim --apply" } };
	unsigned without_second = 0;

	for (unsigned rows = 24; rows > 9; rows--) {
		struct screen s;
		struct picture *p = make_picture(1, 1);
		p->findings.items[0].lines.count = 1;
		for (size_t i = 0; i < ARRAY_SIZE(more); i++)
			*array_push(&p->findings.items[0].lines) = more[i];
		screen_begin(&s, rows, 80);
		screen_take(&s, p);
		bool types = shows(&s, "unfin reclaim --apply"), second = shows(&s, "mail fails");
		assert_true(types || !second);
		assert_true(types || !shows(&s, "9 connections"));
		without_second += types && !second;
		screen_free(&s);
	}
	assert_int_equal(without_second, 1);
}

static void many_findings_scroll_with_what_is_chosen(void **state)
{
	struct screen s;

	screen_begin(&s, 24, 80);
	screen_take(&s, make_picture(100, 100));
	assert_true(shows(&s, "> 1. critical"));
	press(&s, KEY_KIND_END, 0);
	assert_true(shows(&s, "> program99"));
	press(&s, KEY_KIND_HOME, 0);
	assert_true(shows(&s, "> critical on web1"));
	assert_true(shows(&s, "  1. critical"));
	screen_free(&s);
}

static void a_wrong_expression_is_not_taken(void **state)
{
	struct screen s;

	screen_begin(&s, 24, 80);
	screen_take(&s, make_picture(1, 1));
	type(&s, "/aeg > 3");
	assert_true(shows(&s, "^ no field is called \"aeg\"; did you mean age?"));
	assert_int_equal(press(&s, KEY_KIND_ENTER, 0), WISH_NOTHING);
	press(&s, KEY_KIND_CONTROL, 'u');
	type(&s, "pid == 8q12");
	press(&s, KEY_KIND_LEFT, 0);
	press(&s, KEY_KIND_LEFT, 0);
	press(&s, KEY_KIND_BACKSPACE, 0);
	assert_int_equal(press(&s, KEY_KIND_ENTER, 0), WISH_ORDER);
	assert_string_equal(screen_order(&s).filter, "pid == 812");
	assert_int_equal(press(&s, KEY_KIND_ESCAPE, 0), WISH_ORDER);
	assert_null(screen_order(&s).filter);
	screen_free(&s);
}

static void replay_goes_from_the_oldest_to_now(void **state)
{
	struct screen s;
	struct picture *p = make_picture(1, 1);

	screen_begin(&s, 24, 80);
	assert_int_equal(press(&s, KEY_KIND_CHARACTER, 't'), WISH_NOTHING);
	p->kept = 3;
	screen_take(&s, p);
	assert_int_equal(press(&s, KEY_KIND_CHARACTER, 't'), WISH_ORDER);
	assert_int_equal(screen_order(&s).back, 3);
	assert_int_equal(screen_tick(&s), WISH_ORDER);
	assert_int_equal(screen_order(&s).back, 2);
	press(&s, KEY_KIND_LEFT, 0);
	assert_int_equal(screen_order(&s).back, 3);
	assert_int_equal(screen_tick(&s), WISH_NOTHING); /* who steps has stopped it */
	press(&s, KEY_KIND_RIGHT, 0);
	press(&s, KEY_KIND_RIGHT, 0);
	press(&s, KEY_KIND_RIGHT, 0);
	assert_int_equal(screen_order(&s).back, 0);
	screen_free(&s);
}

/* As they come from a fast hand, or from a terminal that was busy. */
static void keys_before_a_page_is_drawn_count(void **state)
{
	struct screen s;

	screen_begin(&s, 24, 80);
	screen_take(&s, make_picture(1, 1));
	press(&s, KEY_KIND_CHARACTER, '?');
	press(&s, KEY_KIND_END, 0);
	assert_int_not_equal(s.page_top, 0);
	assert_true(shows(&s, "expression may name"));
	screen_free(&s);
}

static void an_old_moment_and_gaps_are_told_first(void **state)
{
	struct screen s;
	struct picture *p = make_picture(0, 1);
	struct canvas c = { 0 };
	TEXT_CLEANUP t = { 0 };

	for (int i = 0; i < 4; i++)
		*array_push(&p->gaps) = "the processes of a namespace: Permission denied";
	screen_begin(&s, 24, 100);
	screen_take(&s, p);
	screen_draw(&s, &c, 3 * 60 * 1000);
	assert_string_equal(row_text(&c, 1, &t), "  as it was 3 min ago");
	assert_string_equal(row_text(&c, 2, &t), "  not seen the processes of a namespace: Permission denied");
	assert_string_equal(row_text(&c, 3, &t), "  not seen 3 more: open the verdict (g, Enter)");
	canvas_free(&c);
	screen_free(&s);
}

/* Between two looks: the states are new, all else is as old as it is said to be. */
static void counted_states_are_shown_beside_the_age_of_the_look(void **state)
{
	struct screen s;
	struct picture *count = picture_new();

	screen_begin(&s, 24, 80);
	screen_take(&s, make_picture(1, 3));
	s.pace_ms = 4500;
	s.count_ms = 1000;
	assert_true(shows_at(&s, 2500, "looks cost much: every 5s, 2s ago; states every 1s | programs"));
	count->counted = true;
	count->taken_ms = 3000;
	count->states = "ESTAB 1 CLOSE-WAIT 11";
	screen_take(&s, count);
	assert_true(shows_at(&s, 3500, "states   ESTAB 1 CLOSE-WAIT 11"));
	assert_true(shows_at(&s, 3500, "> 1. critical never-closed"));
	assert_true(shows_at(&s, 3500, "looks cost much: every 5s, 3s ago; states every 1s"));
	assert_true(shows_at(&s, 9000, "looks cost much: every 5s, 9s ago; states 6s ago")); /* it does not come */
	screen_take(&s, make_picture(1, 3)); /* a look has states of its own */
	assert_true(shows_at(&s, 4500, "states   ESTAB 3 CLOSE-WAIT 9"));
	screen_free(&s);
}

static void counts_are_asked_for_where_they_are_seen(void **state)
{
	struct screen s;

	screen_begin(&s, 24, 80);
	screen_take(&s, make_picture(1, 3));
	assert_true(screen_shows_counts(&s));
	press(&s, KEY_KIND_CHARACTER, 'p');
	assert_false(screen_shows_counts(&s));
	press(&s, KEY_KIND_CHARACTER, 'p');
	press(&s, KEY_KIND_ENTER, 0); /* the page of a finding, of the look */
	assert_false(screen_shows_counts(&s));
	s.pace_ms = 4500;
	s.count_ms = 1000;
	assert_true(shows_at(&s, 2500, "looks cost much: every 5s, 2s ago | line 1 of"));
	screen_free(&s);
}

static void a_click_chooses_and_a_second_one_opens(void **state)
{
	struct screen s;
	struct key at = { KEY_KIND_CLICK, .row = 1, .column = 5 };

	screen_begin(&s, 24, 80);
	screen_take(&s, make_picture(1, 3));
	press(&s, KEY_KIND_HOME, 0);
	assert_true(shows(&s, "> critical on web1"));
	screen_key(&s, &at);
	assert_true(shows(&s, "> 1. critical"));
	screen_key(&s, &at);
	assert_true(shows(&s, "proof"));
	assert_int_equal(s.view, VIEW_FINDING);
	at = (struct key){ KEY_KIND_CLICK, .row = 23, .column = 13 }; /* Space More  Esc Back */
	screen_key(&s, &at);
	assert_int_equal(s.view, VIEW_OVERVIEW);
	screen_free(&s);
}

static void no_cell_holds_what_a_terminal_would_obey(void **state)
{
	struct canvas c = { 0 };
	TEXT_CLEANUP t = { 0 };

	canvas_begin(&c, 2, 10);
	canvas_put(&c, 0, 0, 10, STYLE_PLAIN, "a\033[1;31mb\033[0m\001\302\205e\314\201\n");
	assert_string_equal(row_text(&c, 0, &t), "ab???e???");
	assert_int_equal(canvas_at(&c, 0, 1)->style, STYLE_BOLD | STYLE_RED);
	/* Wide ones are cut whole, and the place where says so. */
	canvas_put(&c, 1, 0, 10, STYLE_PLAIN,
	           "\346\227\245\346\227\245\346\227\245\346\227\245\346\227\245\346\227\245");
	assert_string_equal(row_text(&c, 1, &t), "\346\227\245\346\227\245\346\227\245\346\227\245 +");
	canvas_put(&c, 5, 0, 10, STYLE_PLAIN, "below");
	canvas_put(&c, 0, 50, 10, STYLE_PLAIN, "beside");
	canvas_free(&c);
}

static void a_picture_is_the_same_behind_a_pipe(void **state)
{
	cleanup(picture_cleanup) struct picture *p = make_picture(2, 3), *q = NULL;
	TEXT_CLEANUP bytes = { 0 }, again = { 0 };

	picture_write(&bytes, p);
	assert_int_equal(picture_read(bytes.bytes, bytes.length, &q), 0);
	picture_write(&again, q);
	assert_int_equal(bytes.length, again.length);
	assert_memory_equal(bytes.bytes, again.bytes, bytes.length);
	for (size_t length = 0; length < bytes.length; length++) {
		struct picture *broken = NULL;
		assert_int_not_equal(picture_read(bytes.bytes, length, &broken), 0);
	}
}

UNIT_MAIN(TEST(before_the_first_look_it_says_so), TEST(what_is_chosen_stays_chosen),
          TEST(room_decides_how_much_is_told), TEST(a_name_is_cut_before_its_pid),
          TEST(what_to_do_is_told_of_all_findings), TEST(what_to_type_outlasts_the_rest),
          TEST(many_findings_scroll_with_what_is_chosen), TEST(a_wrong_expression_is_not_taken),
          TEST(replay_goes_from_the_oldest_to_now), TEST(keys_before_a_page_is_drawn_count),
          TEST(counted_states_are_shown_beside_the_age_of_the_look), TEST(counts_are_asked_for_where_they_are_seen),
          TEST(an_old_moment_and_gaps_are_told_first), TEST(a_click_chooses_and_a_second_one_opens),
          TEST(no_cell_holds_what_a_terminal_would_obey), TEST(a_picture_is_the_same_behind_a_pipe));
