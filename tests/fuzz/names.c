/* Names that others chose: JSON stays JSON, and no byte shown on a terminal is one that it obeys. */
#include "fuzz.h"
#include "base/glob.h"
#include "base/json.h"
#include "base/utf8.h"
#include "base/words.h"
#include "model/command.h"
#include "model/secrets.h"
#include "source/name/cgroup.h"

static void expect_printable(const char *s)
{
	while (*s) {
		int length = utf8_printable(s);
		if (!length)
			abort();
		s += length;
	}
}

/* What a shell reads as more than the words of a command. */
static void expect_plain_command(const char *path)
{
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	struct process p = { 0 };
	struct cgroup c;

	cgroup_parse(arena_printf(arena, "0::/system.slice/%s.service\n", path), arena, &c);
	p.unit = c.unit;
	p.unit_is_system = c.unit_is_system;
	p.container = c.container;
	const char *command = command_restart(&p, arena);
	if (command && (strpbrk(command, ";|&$`<>()\"\n\t*?[]{}~#!") || !starts_with(command, "systemctl restart ")))
		abort();
}

/* What was masked stays masked, and only printable bytes were added. */
static void expect_masked_once(const char *line)
{
	TEXT_CLEANUP once = { 0 };
	TEXT_CLEANUP twice = { 0 };

	secrets_mask(&once, line, strlen(line));
	if (!once.length)
		return;
	secrets_mask(&twice, once.bytes, once.length);
	if (!streq(once.bytes, twice.bytes))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	static const char *const words[] = { "close-wait", "time-wait", "established", NULL };
	struct fuzz_input in = { bytes, length };
	cleanup(cleanup_free) char *first = fuzz_text(&in, length / 2);
	cleanup(cleanup_free) char *second = fuzz_text(&in, SIZE_MAX);
	TEXT_CLEANUP shown = { 0 };
	TEXT_CLEANUP document = { 0 };
	struct json j = JSON(&document, length % 2 == 0);

	json_array_begin(&j, NULL);
	json_text(&j, NULL, first);
	json_text(&j, NULL, second);
	json_array_end(&j);
	fuzz_expect_json(&document);
	text_add_shown(&shown, first);
	expect_printable(shown.bytes ? shown.bytes : "");
	shown.length = 0;
	text_add_name(&shown, second);
	expect_printable(shown.bytes);
	expect_plain_command(first);
	expect_masked_once(second);
	text_columns(second);
	glob_match(first, second);
	word_equal(first, second);
	word_nearest(first, words);
	return 0;
}
