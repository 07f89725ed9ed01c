#include "action.h"

static const struct action_row rows[] = {
	{ ACTION_UP, "Up k, Down j", "choose the line before, the next one; in a page: scroll" },
	{ ACTION_PAGE_DOWN, "PgUp Ctrl-B, PgDn Ctrl-F Space", "a screen up, a screen down", "More", "Space" },
	{ ACTION_FIRST, "Home g, End G", "the beginning, the end" },
	{ ACTION_PART, "Tab", "from the findings to the programs, and back" },
	{ ACTION_OPEN, "Enter, Right l", "open it: the verdict in full, a finding's proof and advice, a program",
	  "Open", "Enter" },
	{ ACTION_BACK, "Esc, Left h, Backspace", "back; at last without the filter", "Back", "Esc" },
	{ ACTION_EXPLAIN, "e", "explain the cause: what it means, its proof, the fix in your language", "Explain",
	  "e" },
	{ ACTION_FILTER, "/ F4", "judge and show only connections that match an expression, as unfin list takes it",
	  "Filter", "/" },
	{ ACTION_SORT, "s F6", "order the programs by the next column", "Sort", "s" },
	{ ACTION_LOOK, "r F5", "look now, do not wait", NULL, NULL },
	{ ACTION_PAUSE, "p F8", "pause: the screen stays as it is; again: go on", "Pause", "p" },
	{ ACTION_REPLAY, "t F7",
	  "replay the moments that the agent has kept; Left and Right go step by step; again: now", "Replay", "t" },
	{ ACTION_HELP, "? F1", "this page", "Help", "?" },
	{ ACTION_REDRAW, "Ctrl-L", "draw all of it anew", NULL, NULL },
	{ ACTION_QUIT, "q, F10 Ctrl-C", "q ends a page, and on the first screen all of it; the others at once", "Quit",
	  "q" },
	{ ACTION_SUSPEND, "Ctrl-Z", "back to the shell for a while: fg comes back", NULL, NULL },
	{ 0 },
};

const struct action_row *action_rows(void)
{
	return rows;
}

static const struct binding {
	enum key_kind kind;
	uint32_t code;
	enum action action;
} bindings[] = {
	{ KEY_KIND_UP, 0, ACTION_UP },
	{ KEY_KIND_CHARACTER, 'k', ACTION_UP },
	{ KEY_KIND_DOWN, 0, ACTION_DOWN },
	{ KEY_KIND_CHARACTER, 'j', ACTION_DOWN },
	{ KEY_KIND_LEFT, 0, ACTION_LEFT },
	{ KEY_KIND_CHARACTER, 'h', ACTION_LEFT },
	{ KEY_KIND_RIGHT, 0, ACTION_RIGHT },
	{ KEY_KIND_CHARACTER, 'l', ACTION_RIGHT },
	{ KEY_KIND_PAGE_UP, 0, ACTION_PAGE_UP },
	{ KEY_KIND_CONTROL, 'b', ACTION_PAGE_UP },
	{ KEY_KIND_PAGE_DOWN, 0, ACTION_PAGE_DOWN },
	{ KEY_KIND_CONTROL, 'f', ACTION_PAGE_DOWN },
	{ KEY_KIND_CHARACTER, ' ', ACTION_PAGE_DOWN },
	{ KEY_KIND_HOME, 0, ACTION_FIRST },
	{ KEY_KIND_CHARACTER, 'g', ACTION_FIRST },
	{ KEY_KIND_END, 0, ACTION_LAST },
	{ KEY_KIND_CHARACTER, 'G', ACTION_LAST },
	{ KEY_KIND_TAB, 0, ACTION_PART },
	{ KEY_KIND_BACK_TAB, 0, ACTION_PART },
	{ KEY_KIND_ENTER, 0, ACTION_OPEN },
	{ KEY_KIND_CHARACTER, 'e', ACTION_EXPLAIN },
	{ KEY_KIND_ESCAPE, 0, ACTION_BACK },
	{ KEY_KIND_BACKSPACE, 0, ACTION_BACK },
	{ KEY_KIND_CHARACTER, '/', ACTION_FILTER },
	{ KEY_KIND_FUNCTION, 4, ACTION_FILTER },
	{ KEY_KIND_FUNCTION, 3, ACTION_FILTER },
	{ KEY_KIND_CHARACTER, 's', ACTION_SORT },
	{ KEY_KIND_FUNCTION, 6, ACTION_SORT },
	{ KEY_KIND_CHARACTER, 'r', ACTION_LOOK },
	{ KEY_KIND_FUNCTION, 5, ACTION_LOOK },
	{ KEY_KIND_CHARACTER, 'p', ACTION_PAUSE },
	{ KEY_KIND_FUNCTION, 8, ACTION_PAUSE },
	{ KEY_KIND_CHARACTER, 't', ACTION_REPLAY },
	{ KEY_KIND_FUNCTION, 7, ACTION_REPLAY },
	{ KEY_KIND_CHARACTER, '?', ACTION_HELP },
	{ KEY_KIND_FUNCTION, 1, ACTION_HELP },
	{ KEY_KIND_CONTROL, 'l', ACTION_REDRAW },
	{ KEY_KIND_CHARACTER, 'q', ACTION_QUIT },
	{ KEY_KIND_FUNCTION, 10, ACTION_END },
	{ KEY_KIND_CONTROL, 'c', ACTION_INTERRUPT },
	{ KEY_KIND_CONTROL, 'z', ACTION_SUSPEND },
};

enum action action_of(const struct key *k)
{
	for (size_t i = 0; i < ARRAY_SIZE(bindings); i++)
		if (bindings[i].kind == k->kind && bindings[i].code == k->code)
			return bindings[i].action;
	return ACTION_NONE;
}
