/* The screen as a model: what is shown, as a function of a picture and of the keys that were pressed. It knows no
 * terminal, no clock and no kernel:
 *
 *	screen_take(&s, picture)         what is known now
 *	screen_key(&s, &key)           what somebody did; what is to be done about it (enum wish)
 *	screen_draw(&s, &canvas)       what a terminal shows
 */
#pragma once
#include "canvas.h"
#include "key.h"
#include "prompt.h"
#include "picture.h"

/* What whoever drives the screen has to do. */
enum wish {
	WISH_NOTHING = 0,
	WISH_ORDER = 1 << 0, /* screen_order() is another one now */
	WISH_LOOK = 1 << 1,  /* a new picture, at once */
	WISH_REDRAW = 1 << 2,
	WISH_QUIT = 1 << 3,
	WISH_SUSPEND = 1 << 5,
	WISH_INTERRUPT = 1 << 4, /* Ctrl-C: quit, and say so */
};

enum view { VIEW_OVERVIEW, VIEW_VERDICT, VIEW_FINDING, VIEW_PROGRAM, VIEW_EXPLAIN, VIEW_HELP };
enum program_order { ORDER_UNFINISHED, ORDER_OLDEST, ORDER_GROWTH, ORDER_LEFT, ORDER_PEER, ORDER_NAME, ORDER_COUNT };

struct screen {
	struct picture *picture; /* NULL: nothing is known yet */
	struct picture *count;   /* that is `counted`, since the picture; NULL: none */
	unsigned rows, columns;
	enum view view, before_help, before_explain;
	struct text chosen; /* id of the item that is chosen in the overview, and of the page that is open */
	int chosen_at;      /* where it stood; it stays there when its item goes */
	unsigned top;       /* first line of the overview that is shown */
	unsigned page_top;  /* of the page */
	unsigned page_lines;
	unsigned head_rows; /* as it was drawn last: where a click leads */
	const char *topic;  /* of VIEW_EXPLAIN: a cause */
	enum program_order order;
	struct text filter; /* in force; empty: none */
	struct prompt prompt;
	bool paused, plays;
	uint64_t back;     /* which kept moment: see struct picture_order */
	uint64_t pace_ms;  /* from one look to the next, where it costs so much that this is longer than asked for; 0 */
	uint64_t count_ms; /* how often states are counted meanwhile; 0: they are not */
	const char *message; /* of the last key, until the next one; NULL */
};

enum { SCREEN_COLUMNS_LEAST = 40, SCREEN_ROWS_LEAST = 10 };

void screen_begin(struct screen *s, unsigned rows, unsigned columns);
void screen_free(struct screen *s);
/* Takes the picture over, in the place of the one before; one that is `counted` beside it. */
void screen_take(struct screen *s, struct picture *picture);
unsigned screen_key(struct screen *s, const struct key *k);
/* A second has passed. */
unsigned screen_tick(struct screen *s);
/* `now_ms`: unix time, for how old a moment is. Fits the view to the canvas: what is chosen is in view. */
void screen_draw(struct screen *s, struct canvas *c, uint64_t now_ms);
/* What a look is asked for with. Its texts are the screen's. */
struct picture_order screen_order(const struct screen *s);
/* Would a count be seen? */
bool screen_shows_counts(const struct screen *s);
