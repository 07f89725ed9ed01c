/* What was destroyed, by whom and why: JSON, a line each, only ever appended. Before a socket is touched its intent is
 * on the disk, and after it what came of it; so an intent without a result says that unfin was cut off in between. The
 * results go to the journal, too, where there is one. */
#pragma once
#include "model/reclaim.h"

struct audit;

/* /var/log/unfin/reclaim.jsonl, or a user's own; UNFIN_AUDIT names another file. The text lives in the arena. */
const char *audit_path(struct arena *arena);
/* Opens it to append, and makes it if it is new. 0 or -errno. */
int audit_open(const char *path, struct audit **ret);
void audit_close(struct audit *a); /* NULL is fine */
void audit_cleanup(struct audit **a);

enum audit_step { AUDIT_INTENT, AUDIT_RESULT };

/* Adds a line about this entry; it is written by audit_commit(). `method`: how. */
void audit_add(struct audit *a, enum audit_step step, const struct reclaim_plan *p, const struct reclaim_entry *e,
               const char *method);
/* Writes what was added, and waits until the disk has it. 0 or -errno: then it is not known to be kept. */
int audit_commit(struct audit *a);
