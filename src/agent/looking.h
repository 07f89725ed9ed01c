/* Looking again and again: a window that never ends. Each look is the second one of a window that began with the look
 * before, and what fails and closes between them is followed. Who judges and who shows is another matter. */
#pragma once
#include "model/moment.h"
#include "source/source.h"
#include "trace/hook.h"

struct looking;

/* Looks for the first time: nothing was watched yet. 0, or -errno with `ret_why` (texts in `arena`). The hooks are
 * borrowed until it is closed. */
int looking_open(const struct source_request *request, const struct hook_options *hooks, struct arena *arena,
                 struct looking **ret, struct gap *ret_why);
void looking_close(struct looking *l); /* NULL is fine */

/* What was seen last; its own, whole until looking_follow(). */
struct moment *looking_moment(struct looking *l);
/* The next window begins: of the moment stays only what that needs. */
void looking_follow(struct looking *l);
/* Ends the window with a look. 0 or -errno; the moment then holds no sockets. Secrets are masked. */
int looking_look(struct looking *l);
/* Connections by state as they are now, without a look (source_count()). 0 or -errno. */
int looking_count(struct looking *l, uint64_t ret[STATE_COUNT]);
