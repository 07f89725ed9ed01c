/* The terminal, by ncurses: keys in, a canvas out. Nothing else knows of it. ncurses sends what differs from the canvas
 * before, and no more. */
#pragma once
#include "canvas.h"
#include "key.h"

struct terminal;

/* What it is like in the end: ready, or why it cannot be used. */
enum terminal_answer { TERMINAL_READY, TERMINAL_NONE, TERMINAL_UNKNOWN, TERMINAL_DUMB };

/* Takes stdin and stdout. TERMINAL_NONE: they are no terminal; TERMINAL_UNKNOWN: nobody knows $TERM; TERMINAL_DUMB: it
 * cannot move its cursor. Signals are the caller's matter, but SIGWINCH. */
enum terminal_answer terminal_open(bool color, struct terminal **ret);
/* As it was before. NULL is fine. */
void terminal_close(struct terminal *t);
void terminal_size(const struct terminal *t, unsigned *ret_rows, unsigned *ret_columns);
/* The next key; false: none is there now. */
bool terminal_key(struct terminal *t, struct key *ret);
void terminal_draw(struct terminal *t, const struct canvas *c);
/* Forgets what it shows: the next canvas is drawn whole. */
void terminal_forget(struct terminal *t);
/* Gives the terminal to the shell, until the process goes on. */
void terminal_suspend(struct terminal *t);
