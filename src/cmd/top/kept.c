#include "kept.h"
#include "base/clock.h"
#include "base/file.h"
#include "cmd/folders.h"
#include "history/agent_file.h"
#include "history/history.h"
#include "power/power.h"
#include "source/kept/kept.h"
#include <errno.h>

int kept_of_file(const char *path, struct moment *m, struct gap *ret_why)
{
	TEXT_CLEANUP image = { 0 };

	power_raise();
	int err = kept_load(path, &image, m->arena, ret_why);
	power_lower();
	return err ?: kept_parse(path, &image, m, m->arena, ret_why);
}

static int list_times(const struct options *o, time_list *ret, struct arena *arena, struct gap *ret_why)
{
	power_raise(); /* the files are the agent's user's */
	int err = history_times(folder_state(o), clock_unix_ms(), ret, arena, ret_why);
	power_lower();
	return err;
}

static int none_is_nothing(int err)
{
	return err == -ENOENT ? 0 : err;
}

int kept_count(const struct options *o, uint64_t *ret, struct arena *arena, struct gap *ret_why)
{
	time_list times = { 0 };
	int err = list_times(o, &times, arena, ret_why);

	*ret = err ? 0 : times.count;
	array_free(&times);
	return none_is_nothing(err);
}

static int load_at(const struct options *o, uint64_t at_ms, struct moment *m, struct gap *ret_why)
{
	TEXT_CLEANUP image = { 0 };
	uint64_t is_ms;

	power_raise();
	int err = history_moment(folder_state(o), at_ms, &is_ms, &image, m->arena, ret_why);
	power_lower();
	return err ?: kept_parse(folder_state(o), &image, m, m->arena, ret_why);
}

int kept_of_history(const struct options *o, uint64_t back, struct moment *m, uint64_t *ret_count, uint64_t *ret_which,
                    struct gap *ret_why)
{
	time_list times = { 0 };
	int err = list_times(o, &times, m->arena, ret_why);

	if (!err && !times.count) {
		*ret_why = (struct gap){ "a kept moment", "there is none any more", NULL };
		err = -ENOENT;
	}
	if (!err) {
		*ret_count = times.count;
		*ret_which = times.count - MIN(MAX(back, (uint64_t)1), times.count) + 1;
		err = load_at(o, times.items[*ret_which - 1], m, ret_why);
	}
	array_free(&times);
	return err;
}

/* By the status, which is written with each cycle. */
static bool is_fresh(const char *status, uint64_t interval_ms)
{
	struct file_stamp stamp;

	return !file_stamp_read(status, &stamp) &&
	       stamp.changed_ns / NS_PER_MS + agent_late_ms(interval_ms) >= clock_unix_ms();
}

bool kept_agent_find(const struct options *o, struct kept_agent *ret)
{
	TEXT_CLEANUP status = { 0 };

	*ret = (struct kept_agent){ 0 };
	text_printf(&status, "%s/agent.json", folder_run(o));
	text_printf(&ret->path, "%s/moment", folder_run(o));
	power_raise();
	ret->interval_ms = agent_file_interval_ms(status.bytes);
	bool found = ret->interval_ms && is_fresh(status.bytes, ret->interval_ms) && !access(ret->path.bytes, R_OK);
	power_lower();
	return found;
}

void kept_agent_free(struct kept_agent *a)
{
	text_free(&a->path);
}
