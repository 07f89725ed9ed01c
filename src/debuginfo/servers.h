/* Servers of debugging information (debuginfod): GET URL/buildid/HEX/debuginfo. What they send is believed in nothing:
 * it has a limit of time and of size, and is taken only if it says itself that it is of that build. */
#pragma once
#include "record.h"

struct servers;

/* `urls`: as in DEBUGINFOD_URLS, with blanks between them; what is no http or https is left out. `file_ms`: for one
 * file, by all servers. After http_library() (hub/http.h). */
struct servers *servers_new(const char *urls, uint64_t file_ms);
void servers_free(struct servers *s);
/* Asks one after another until one has it; the answer is of the one that tells most. One that cannot be reached is not
 * asked again. `fd`: an empty file, to be written and read; what is in it is of use after DEBUGINFO_CAME alone. */
void servers_fetch(struct servers *s, const struct debuginfo_question *q, int fd, struct debuginfo_answer *ret);
