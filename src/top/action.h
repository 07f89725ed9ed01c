/* What can be done, a row each: by which keys, and what help and footer say of it. */
#pragma once
#include "key.h"

enum action {
	ACTION_NONE,
	ACTION_UP,
	ACTION_DOWN,
	ACTION_LEFT,
	ACTION_RIGHT,
	ACTION_PAGE_UP,
	ACTION_PAGE_DOWN,
	ACTION_FIRST,
	ACTION_LAST,
	ACTION_PART,
	ACTION_OPEN,
	ACTION_BACK,
	ACTION_EXPLAIN,
	ACTION_FILTER,
	ACTION_SORT,
	ACTION_LOOK,
	ACTION_PAUSE,
	ACTION_REPLAY,
	ACTION_HELP,
	ACTION_REDRAW,
	ACTION_QUIT, /* a page, else all */
	ACTION_END,
	ACTION_SUSPEND,
	ACTION_INTERRUPT,
};

struct action_row {
	enum action action;
	const char *keys; /* as help names them */
	const char *help;
	const char *footer; /* "F1", "Help" stand at the bottom: the word; NULL: they do not */
	const char *footer_key;
};

const struct action_row *action_rows(void); /* the last has no keys */
enum action action_of(const struct key *k);
