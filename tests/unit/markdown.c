/* The pages as a terminal shows them, and the drawing. */
#include "unit.h"
#include "view/handshake.h"
#include "view/markdown.h"
#include "view/pages.h"

static const struct page_style plain = { .columns = 60 };

static void assert_shown(const char *source, const char *want)
{
	TEXT_CLEANUP out = { 0 };

	markdown_add(&out, source, &plain);
	assert_string_equal(out.bytes, want);
}

static void paragraphs_are_filled(void **state)
{
	assert_shown("One line\nand the next of it.\n\nAnother.\n", "  One line and the next of it.\n\n  Another.\n");
	assert_shown("- aaaa bbbb cccc dddd eeee ffff gggg hhhh iiii jjjj kkkk llll mmmm\n  nnnn\n- oooo\n",
	             "  - aaaa bbbb cccc dddd eeee ffff gggg hhhh iiii jjjj kkkk\n    llll mmmm nnnn\n  - oooo\n");
	assert_shown("- any of:\n  - aaaa bbbb cccc dddd eeee ffff gggg hhhh iiii jjjj kkkk llll\n    mmmm\n  - "
	             "nnnn\n- oooo\n",
	             "  - any of:\n    - aaaa bbbb cccc dddd eeee ffff gggg hhhh iiii jjjj kkkk\n      llll mmmm\n    "
	             "- nnnn\n"
	             "  - oooo\n");
	assert_shown("Run what follows here: `unfin list --group-by comm,peer_address,state`.\n",
	             "  Run what follows here:\n  `unfin list --group-by comm,peer_address,state`.\n");
}

static void headings_code_and_pictures(void **state)
{
	assert_shown("## Proof\n\nText.\n", "Proof\n  Text.\n");
	assert_shown("```c\nclose(fd);\n\nx();\n```\n", "  c\n    close(fd);\n\n    x();\n");
	assert_shown("```\n a --> b\n```\n", "   a --> b\n");
	assert_shown("    unfin list\n", "    unfin list\n");
}

static void tables_keep_their_columns(void **state)
{
	assert_shown("| a | b |\n|---|---|\n| long cell | x |\n", "  a          b\n  long cell  x\n");
	assert_shown("| a | bbbb bbbb bbbb bbbb bbbb bbbb bbbb bbbb bbbb bbbb bbbb bbbb |\n",
	             "  a  bbbb bbbb bbbb bbbb bbbb bbbb bbbb bbbb bbbb bbbb bbbb\n     bbbb\n");
}

static void broken_pages_end(void **state)
{
	static const char *const pages[] = { "",
		                             "\n\n\n",
		                             "```",
		                             "```c\n",
		                             "|",
		                             "|||",
		                             "| a",
		                             "- ",
		                             "1. ",
		                             "<!--",
		                             "#",
		                             "## ",
		                             "<!-- handshake:",
		                             "<!-- handshake: -->",
		                             "<!-- handshake: NO-SUCH -->",
		                             "`",
		                             "`a b c\n\n`",
		                             "    ",
		                             "|a|b|c|d|e|f|g|h|i|j|k|\n" };

	for (size_t i = 0; i < ARRAY_SIZE(pages); i++) {
		TEXT_CLEANUP out = { 0 };
		markdown_add(&out, pages[i], &plain);
		markdown_add(&out, pages[i], &(struct page_style){ .color = true, .columns = 1 });
	}
}

static size_t count_of(const char *text, const char *what)
{
	size_t count = 0;

	for (const char *at = text; (at = strstr(at, what)); at += strlen(what))
		count++;
	return count;
}

static void every_state_is_in_the_drawing(void **state)
{
	for (enum tcp_state s = STATE_ESTABLISHED; s < STATE_COUNT; s++) {
		TEXT_CLEANUP out = { 0 };
		handshake_add(&out, s, 2, false);
		if (!count_of(out.bytes, "^ you are here") || !strstr(out.bytes, state_people(s)))
			fail_msg("%s is not in the drawing", state_people(s));
		assert_int_equal(count_of(out.bytes, " \n"), 0);
	}
	TEXT_CLEANUP nowhere = { 0 };
	handshake_add(&nowhere, STATE_NONE, 0, false);
	assert_int_equal(count_of(nowhere.bytes, "you are here"), 0);
}

/* The mark stands below its state, in the right column for a state of the side that closes last. */
static void mark_stands_below_its_state(void **state)
{
	TEXT_CLEANUP out = { 0 };

	handshake_add(&out, STATE_CLOSE_WAIT, 2, false);
	const char *name = strstr(out.bytes, "CLOSE-WAIT"), *mark = strstr(out.bytes, "^ you");
	const char *name_line = name, *mark_line = mark;
	while (name_line[-1] != '\n')
		name_line--;
	while (mark_line[-1] != '\n')
		mark_line--;
	assert_int_equal(name - name_line, mark - mark_line);
	assert_ptr_equal(strchr(name, '\n') + 1, mark_line);
}

/* A page fits a screen of 100 columns, has text, and its drawing names a state. */
static void every_page_can_be_shown(void **state)
{
	for (size_t i = 0; i < pages_all.count; i++) {
		const struct topic *page = &pages_all.items[i];
		TEXT_CLEANUP out = { 0 };
		markdown_add(&out, page->text, &(struct page_style){ .columns = 100 });
		for (char *line = strtok(out.bytes, "\n"); line; line = strtok(NULL, "\n"))
			if (text_columns(line) > 100)
				fail_msg("%s: wider than 100 columns: %s", page->name, line);
		if (strstr(page->text, "<!-- handshake") &&
		    streq(page->kind, "state") != !!strstr(page->text, "## In and out"))
			fail_msg("%s: a state page has its drawing under \"In and out\"", page->name);
	}
}

UNIT_MAIN(TEST(paragraphs_are_filled), TEST(headings_code_and_pictures), TEST(tables_keep_their_columns),
          TEST(broken_pages_end), TEST(every_state_is_in_the_drawing), TEST(mark_stands_below_its_state),
          TEST(every_page_can_be_shown));
