#include "before.h"
#include "base/clock.h"
#include "folders.h"
#include "history/history.h"
#include "power/power.h"
#include "when.h"
#include <errno.h>

enum { REMEMBERED_MS = 24 * 60 * 60 * 1000 };

int before_read(const struct options *o, const struct before_request *wanted, struct chronicle **ret,
                struct arena *arena, struct gap *ret_why)
{
	uint64_t now_ms = clock_unix_ms(), at_ms = now_ms;

	*ret = NULL;
	if ((o->from && !o->state_dir) || (o->at && when_parse(o->at, now_ms, &at_ms)))
		return 0;
	const struct history_request q = { .from_ms = at_ms > REMEMBERED_MS ? at_ms - REMEMBERED_MS : 0,
		                           .to_ms = now_ms,
		                           .points = wanted->points,
		                           .past = wanted->past };
	power_raise(); /* the files are the agent's user's */
	int err = history_read(folder_state(o), &q, ret, arena, ret_why);
	power_lower();
	return err == -ENOENT ? 0 : err;
}
