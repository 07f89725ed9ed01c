/* Where the agent keeps its history, and what it shows of now. */
#pragma once
#include "options.h"

#define FOLDER_STATE "/var/lib/unfin"
#define FOLDER_RUN   "/run/unfin"

const char *folder_state(const struct options *o);
const char *folder_run(const struct options *o);
/* Makes it, if it is not there. STATUS_OK,
 * or STATUS_UNABLE after having said why. */
int folder_make(const char *path);
/* One agent writes a history. Takes the folder for this process, for as long as `ret_fd` is open. STATUS_OK, or
 * STATUS_UNABLE after having said who has it. */
int folder_take(const char *path, int *ret_fd);
