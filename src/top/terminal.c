#include "terminal.h"
#include "base/memory.h"
#include "base/utf8.h"
#include <curses.h>
#include <locale.h>
#include <signal.h>
#include <termios.h>
#include <wchar.h>

enum { ESCAPE_MS = 25, PAIR_RED = 1, PAIR_YELLOW, PAIR_GREEN, PAIR_CYAN };

struct terminal {
	SCREEN *screen;
	bool color;
};

/* The characters that end or stop a process are keys like others, so that no signal comes while a line is drawn. */
static void take_control_keys(void)
{
	struct termios t;

	if (tcgetattr(STDIN_FILENO, &t))
		return;
	t.c_cc[VINTR] = t.c_cc[VQUIT] = t.c_cc[VSUSP] = _POSIX_VDISABLE;
	tcsetattr(STDIN_FILENO, TCSANOW, &t);
	def_prog_mode();
}

static void begin_color(struct terminal *t, bool wanted)
{
	t->color = wanted && has_colors() && start_color() == OK;
	if (!t->color)
		return;
	use_default_colors();
	init_pair(PAIR_RED, COLOR_RED, -1);
	init_pair(PAIR_YELLOW, COLOR_YELLOW, -1);
	init_pair(PAIR_GREEN, COLOR_GREEN, -1);
	init_pair(PAIR_CYAN, COLOR_CYAN, -1);
}

/* On a console the mouse would be that of a daemon, to connect to. */
static void begin_mouse(void)
{
	const char *term = getenv("TERM");

	mouseinterval(0);
	if (term && !starts_with(term, "linux"))
		mousemask(BUTTON1_PRESSED | BUTTON1_DOUBLE_CLICKED | BUTTON4_PRESSED | BUTTON5_PRESSED, NULL);
}

/* Names are written in UTF-8 everywhere else, whatever the locale; so here. */
static void take_utf8(void)
{
	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		setlocale(LC_CTYPE, "");
}

/* Of <term.h>, whose macros are words like `columns`. */
extern char *tigetstr(const char *name);

static bool can_move_cursor(void)
{
	const char *sequence = tigetstr("cup");

	return sequence && sequence != (const char *)-1;
}

enum terminal_answer terminal_open(bool color, struct terminal **ret)
{
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return TERMINAL_NONE;
	take_utf8();
	SCREEN *screen = newterm(NULL, stdout, stdin);
	if (!screen)
		return TERMINAL_UNKNOWN;
	if (!can_move_cursor()) {
		endwin();
		delscreen(screen);
		return TERMINAL_DUMB;
	}
	struct terminal *t = memory_zeroed(sizeof(*t));
	t->screen = screen;
	signal(SIGTSTP, SIG_DFL); /* ncurses' own handler makes calls that we have given up */
	set_escdelay(ESCAPE_MS);
	cbreak();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	take_control_keys();
	begin_color(t, color);
	begin_mouse();
	*ret = t;
	return TERMINAL_READY;
}

void terminal_close(struct terminal *t)
{
	if (!t)
		return;
	endwin();
	delscreen(t->screen);
	free(t);
}

void terminal_size(const struct terminal *t, unsigned *ret_rows, unsigned *ret_columns)
{
	*ret_rows = (unsigned)MAX(getmaxy(stdscr), 1);
	*ret_columns = (unsigned)MAX(getmaxx(stdscr), 1);
}

static attr_t attributes_of(unsigned style)
{
	attr_t a = WA_NORMAL;

	a |= style & STYLE_BOLD ? WA_BOLD : WA_NORMAL;
	a |= style & STYLE_DIM ? WA_DIM : WA_NORMAL;
	a |= style & STYLE_REVERSE ? WA_REVERSE : WA_NORMAL;
	return a;
}

static short pair_of(const struct terminal *t, unsigned style)
{
	if (!t->color)
		return 0;
	return style & STYLE_RED      ? PAIR_RED
	       : style & STYLE_YELLOW ? PAIR_YELLOW
	       : style & STYLE_GREEN  ? PAIR_GREEN
	       : style & STYLE_CYAN   ? PAIR_CYAN
	                              : 0;
}

static void draw_cell(const struct terminal *t, int row, int column, const struct canvas_cell *cell)
{
	wchar_t text[2] = { (wchar_t)utf8_code(cell->bytes), 0 };
	cchar_t c;

	if (wcwidth(*text) != cell->columns) /* this libc does not know it */
		*text = '?';
	setcchar(&c, text, attributes_of(cell->style), pair_of(t, cell->style), NULL);
	mvadd_wch(row, column, &c);
	if (*text == '?' && cell->columns == 2)
		mvaddch(row, column + 1, ' ');
}

void terminal_draw(struct terminal *t, const struct canvas *c)
{
	erase();
	for (unsigned row = 0; row < c->rows; row++)
		for (unsigned column = 0; column < c->columns; column++) {
			const struct canvas_cell *cell = canvas_at(c, row, column);
			if (cell->columns && (cell->style || *cell->bytes != ' '))
				draw_cell(t, (int)row, (int)column, cell);
		}
	curs_set(c->cursor_row >= 0);
	if (c->cursor_row >= 0)
		move(c->cursor_row, c->cursor_column);
	refresh();
}

void terminal_forget(struct terminal *t)
{
	clearok(stdscr, TRUE);
}

void terminal_suspend(struct terminal *t)
{
	endwin();
	raise(SIGTSTP);
	clearok(stdscr, TRUE);
	refresh();
}

static bool take_mouse(struct key *ret)
{
	MEVENT m;

	if (getmouse(&m) != OK || m.x < 0 || m.y < 0)
		return false;
	ret->row = (unsigned)m.y;
	ret->column = (unsigned)m.x;
	ret->kind = m.bstate & BUTTON4_PRESSED          ? KEY_KIND_WHEEL_UP
	            : m.bstate & BUTTON5_PRESSED        ? KEY_KIND_WHEEL_DOWN
	            : m.bstate & BUTTON1_DOUBLE_CLICKED ? KEY_KIND_CLICK_TWICE
	                                                : KEY_KIND_CLICK;
	return true;
}

static bool take_code(wint_t code, struct key *ret)
{
	static const struct {
		wint_t code;
		enum key_kind kind;
	} codes[] = {
		{ KEY_UP, KEY_KIND_UP },         { KEY_DOWN, KEY_KIND_DOWN },     { KEY_LEFT, KEY_KIND_LEFT },
		{ KEY_RIGHT, KEY_KIND_RIGHT },   { KEY_PPAGE, KEY_KIND_PAGE_UP }, { KEY_NPAGE, KEY_KIND_PAGE_DOWN },
		{ KEY_HOME, KEY_KIND_HOME },     { KEY_END, KEY_KIND_END },       { KEY_ENTER, KEY_KIND_ENTER },
		{ KEY_BTAB, KEY_KIND_BACK_TAB }, { KEY_DC, KEY_KIND_DELETE },     { KEY_BACKSPACE, KEY_KIND_BACKSPACE },
	};

	if (code == KEY_MOUSE)
		return take_mouse(ret);
	if (code == KEY_RESIZE) {
		*ret = (struct key){ KEY_KIND_RESIZE, .row = (unsigned)LINES, .column = (unsigned)COLS };
		return true;
	}
	if (code > KEY_F(0) && code <= KEY_F(12)) {
		*ret = (struct key){ KEY_KIND_FUNCTION, .code = code - KEY_F(0) };
		return true;
	}
	for (size_t i = 0; i < ARRAY_SIZE(codes); i++)
		if (codes[i].code == code)
			ret->kind = codes[i].kind;
	return true;
}

static void take_character(wint_t c, struct key *ret)
{
	ret->code = c;
	ret->kind = c == '\033'              ? KEY_KIND_ESCAPE
	            : c == '\t'              ? KEY_KIND_TAB
	            : c == '\r' || c == '\n' ? KEY_KIND_ENTER
	            : c == 127 || c == '\b'  ? KEY_KIND_BACKSPACE
	            : c > 0 && c < ' '       ? KEY_KIND_CONTROL
	                                     : KEY_KIND_CHARACTER;
	if (ret->kind == KEY_KIND_CONTROL)
		ret->code = c + 'a' - 1;
	else if (ret->kind != KEY_KIND_CHARACTER)
		ret->code = 0;
}

bool terminal_key(struct terminal *t, struct key *ret)
{
	wint_t c;
	int got = get_wch(&c);

	*ret = (struct key){ 0 };
	if (got == ERR)
		return false;
	if (got == KEY_CODE_YES)
		return take_code(c, ret);
	take_character(c, ret);
	return true;
}
