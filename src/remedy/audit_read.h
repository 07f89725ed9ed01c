/* The audit file, read: intents and results joined. */
#pragma once
#include "base/arena.h"
#include "model/reclaimed.h"

/* In the order of the file. `ret_broken`: lines that are not what we write. 0 or -errno: -ENOENT: nothing was ever
 * destroyed. */
int audit_read(const char *path, struct arena *arena, reclaimed_list *ret, size_t *ret_broken);
/* One line: false if it is not what audit.h writes. */
bool audit_parse(const char *line, size_t length, struct arena *arena, struct reclaimed *ret, bool *ret_is_result);
