/* Opens what a process consists of: its memory and the files that are mapped in it, through the process's own root. */
#pragma once
#include "base/arena.h"
#include "model/image.h"

/* The files of a /proc/PID/maps, none of them opened; paths live in `arena`. At most IMAGE_FILES. */
void image_parse(const char *maps, struct arena *arena, struct image *ret);
/* 0 or -errno: there is no such process, or it may not be looked into. Files that could not be opened have -1. What is
 * opened, and the memory map that tells of it, may not answer for ever: only in a child (power/confined.h). */
int image_open(uint32_t pid, struct arena *arena, struct image *ret);
/* Separate files of debugging information, where distributions and debuggers keep them: by the number of the build
 * below /usr/lib/debug of the process's root and of ours, and in `fetched`, and by name. Whoever reads one sees whether
 * it is of the same build. `fetched`: the folder of those that came from servers; or NULL. */
void image_open_debugs(struct image *image, const struct image_debugs *wanted, const char *fetched);
void image_close(struct image *image);
