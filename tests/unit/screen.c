/* The screen of unfin top, without a terminal: keys in, cells out. */
#include "unit.h"
#include "top/screen.h"

static void nothing_yet(void **state)
{
	struct screen s;
	struct canvas c = { 0 };
	screen_begin(&s, 24, 80);
	screen_draw(&s, &c, 0);
	assert_int_equal(c.rows, 24);
	canvas_free(&c);
	screen_free(&s);
}

UNIT_MAIN(TEST(nothing_yet))
