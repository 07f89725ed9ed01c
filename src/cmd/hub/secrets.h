/* What a program of a fleet proves itself with: read while that is allowed, and kept out of its arguments. */
#pragma once
#include "base/text.h"

/* A file for libraries that want a path, and later than we may open it: memory that has no other name. Zeros: none. */
struct secret {
	int fd;
	struct text path;
};

/* Each does nothing if the path is NULL. STATUS_OK, or another after having said why, with the option's name. */
int secret_hold(const char *option, const char *path, struct secret *ret);
/* The first word of the file, which nobody else may read. */
int secret_read(const char *option, const char *path, struct text *ret);
void secret_free(struct secret *s);
