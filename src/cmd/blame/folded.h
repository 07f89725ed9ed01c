/* The file of --folded: opened before anything is watched, for a name that cannot be had should not cost a watch. */
#pragma once
#include "view/blame.h"

/* A new file. `path` NULL: -1, and nothing is written. STATUS_OK, or STATUS_USAGE after having said why. */
int folded_open(const char *path, int *ret_fd);
/* STATUS_OK, or STATUS_UNABLE after having said why. */
int folded_write(int fd, const char *path, const struct blame *b);
