/* What a person did, as the screen's model takes it: which terminal it came from is src/top/terminal.c's matter. */
#pragma once
#include "base/util.h"

enum key_kind {
	KEY_KIND_NONE,
	KEY_KIND_CHARACTER, /* `code`; also blanks */
	KEY_KIND_UP,
	KEY_KIND_DOWN,
	KEY_KIND_LEFT,
	KEY_KIND_RIGHT,
	KEY_KIND_PAGE_UP,
	KEY_KIND_PAGE_DOWN,
	KEY_KIND_HOME,
	KEY_KIND_END,
	KEY_KIND_ENTER,
	KEY_KIND_ESCAPE,
	KEY_KIND_BACKSPACE,
	KEY_KIND_DELETE,
	KEY_KIND_TAB,
	KEY_KIND_BACK_TAB,
	KEY_KIND_FUNCTION, /* F1…F12: `code` */
	KEY_KIND_CONTROL,  /* Ctrl with a letter: `code` is 'a'…'z' */
	KEY_KIND_CLICK,    /* at row, column */
	KEY_KIND_CLICK_TWICE,
	KEY_KIND_WHEEL_UP,
	KEY_KIND_WHEEL_DOWN,
	KEY_KIND_RESIZE, /* to so many rows and columns */
};

struct key {
	enum key_kind kind;
	uint32_t code;
	unsigned row, column;
};
