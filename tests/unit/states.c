/* The line of states, and the word of comfort below it. */
#include "unit.h"
#include "scene.h"
#include "view/states.h"

/* One TIME_WAIT, 20 s old. */
static void a_single_close_is_no_rate_of_nought(void **state)
{
	cleanup(moment_cleanup) struct moment *m = scene_new();
	TEXT_CLEANUP t = { 0 };
	struct wrap w = { .out = &t, .columns = 200 };

	states_text(&w, m, true);
	assert_non_null(strstr(t.bytes, "TIME-WAIT is normal: less than 0.1 closes a second"));
}

UNIT_MAIN(TEST(a_single_close_is_no_rate_of_nought));
