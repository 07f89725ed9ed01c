/* Files of debugging information that servers have (debuginfod): where those are kept that were fetched. What fetches
 * is a process of its own, `unfin debuginfo`, for it talks to other hosts. */
#pragma once
#include "command.h"

#define DEBUGINFO_URLS    "DEBUGINFOD_URLS"
#define DEBUGINFO_TIMEOUT "DEBUGINFOD_TIMEOUT"

enum { DEBUGINFO_TIMEOUT_MOST_S = 120 };

/* The folder: unfin/debuginfo in $XDG_CACHE_HOME, else in ~/.cache; of root in /var/cache, unless that other folder is
 * there and root's alone, for what root makes in a user's he may lead elsewhere. 0, or -ENOENT: there is no place. */
int debuginfo_folder(struct text *ret);
/* The servers that were named in the environment; NULL: none, and then nothing is fetched. */
const char *debuginfo_urls(void);
/* How long one file may take: DEBUGINFOD_TIMEOUT, in seconds and at most 120, else 2 s. */
uint64_t debuginfo_file_ms(void);

int debuginfo_run(const struct invocation *in);
