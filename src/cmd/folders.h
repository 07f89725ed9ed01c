/* Folders that a program keeps for itself: the agent's history and what it shows of now, the hub's, the uplink's. */
#pragma once
#include "options.h"

#define FOLDER_STATE "/var/lib/unfin"
#define FOLDER_RUN   "/run/unfin"

/* Whose folder it is, and how that is seen. */
struct folder_owner {
	const char *name;         /* "unfin hub" */
	const char *const *files; /* what it keeps there, as patterns; the last is NULL */
	const char *ask;          /* a command that shows what it does, NULL: there is none */
};

extern const struct folder_owner folder_agent, folder_hub, folder_uplink;

const char *folder_state(const struct options *o);
const char *folder_run(const struct options *o);
/* Changes nothing. A folder may not be there, be empty, or be the owner's own already: STATUS_OK. It has other files
 * and none of his: STATUS_USAGE, after having said so. */
int folder_check(const char *path, const struct folder_owner *owner);
/* Makes it, if it is not there; `ret_made` (or NULL) is true then. STATUS_OK,
 * or STATUS_UNABLE after having said why. */
int folder_make(const char *path, bool *ret_made);
/* One process writes in a folder. Takes it for this one, for as long as `ret_fd` is open. STATUS_OK, or
 * STATUS_UNABLE after having said who has it. */
int folder_take(const char *path, const struct folder_owner *owner, int *ret_fd);
