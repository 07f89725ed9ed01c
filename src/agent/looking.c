#include "looking.h"
#include "model/follow.h"
#include "model/secrets.h"
#include "source/activity.h"
#include "source/privilege.h"
#include "trace/events.h"
#include <errno.h>

enum { SETTLED_MS = 60 * 1000 }; /* a process older than this does not become another program unnoticed */

struct looking {
	struct source *source;
	struct events *events; /* NULL: what fails and closes cannot be followed here, and `blind` says why */
	struct gap blind;      /* its mend is also that of a hook which wants a right */
	struct arena *blind_arena;
	struct activity_watch *activity;
	struct moment *moment;
	bool shows_arguments;
};

static void open_events(struct looking *l, const struct hook_options *hooks)
{
	int err = events_open(l->blind_arena, hooks, &l->events, &l->blind);

	if (!l->blind.mend)
		l->blind.mend = privilege_mend_of(err ?: -EPERM, l->blind_arena);
}

/* What is true of the first look as of each later one. */
static void finish_look(struct looking *l)
{
	if (l->events)
		events_tell_hooks(l->events, l->moment, l->blind.mend);
	else
		moment_gap(l->moment, l->blind.what, l->blind.why, l->blind.mend);
	if (!l->shows_arguments)
		secrets_mask_moment(l->moment);
}

int looking_open(const struct source_request *request, const struct hook_options *hooks, struct arena *arena,
                 struct looking **ret, struct gap *ret_why)
{
	struct looking *l = memory_zeroed(sizeof(*l));

	l->moment = moment_new();
	l->blind_arena = arena_new();
	l->shows_arguments = request->wants & WANT_ARGUMENTS;
	int err = source_open(request, arena, &l->source, ret_why);
	if (!err) {
		open_events(l, hooks);
		err = source_look(l->source, l->moment);
		if (err)
			*ret_why = (struct gap){ "the sockets", arena_strdup(arena, strerror(-err)), NULL };
	}
	if (err) {
		looking_close(l);
		return err;
	}
	finish_look(l);
	*ret = l;
	return 0;
}

void looking_close(struct looking *l)
{
	if (!l)
		return;
	activity_free(l->activity);
	events_close(l->events);
	source_close(l->source);
	moment_free(l->moment);
	arena_free(l->blind_arena);
	free(l);
}

struct moment *looking_moment(struct looking *l)
{
	return l->moment;
}

void looking_follow(struct looking *l)
{
	moment_follow(l->moment, SETTLED_MS);
	source_follow(l->source);
	l->activity = activity_begin(l->moment);
}

/* What failed is collected before the look, so that the look describes those processes, too. */
static void end_window(struct looking *l)
{
	if (l->activity)
		activity_end(l->activity, l->moment);
	activity_free(take_ptr(l->activity));
	if (l->events) {
		events_collect(l->events, l->moment);
		events_follow(l->events);
	}
}

int looking_look(struct looking *l)
{
	end_window(l);
	int err = source_look(l->source, l->moment);

	if (err)
		return err;
	finish_look(l);
	return 0;
}

int looking_count(struct looking *l, uint64_t ret[STATE_COUNT])
{
	return source_count(l->source, ret);
}
