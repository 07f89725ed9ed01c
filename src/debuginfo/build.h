/* Is a file of that build? */
#pragma once
#include "base/util.h"

/* `fd`: a file that somebody sent. True: it is ELF, and its .note.gnu.build-id is this. Where the read position is left
 * is not told. */
bool build_is(int fd, const uint8_t *id, size_t bytes);
