/* A command that needs large libraries is an executable of its own beside the core, as git's are: the core starts no
 * slower for it, and each process holds only the power of its own work. The static file of `make dist` is
 * unfin-blame, too, and none of the others. */
#pragma once
#include "command.h"

/* Becomes that executable, with the same arguments. Returns where this process is it already, or where there is none.
 */
void beside_start(const struct command *c, char **argv);
/* Makes a child for another of our executables, while that is still allowed: `begin` is its work, and ends in
 * beside_become(). `type` of socket: SOCK_STREAM, SOCK_SEQPACKET. Our end of the pair, or -1: there is none. */
typedef void beside_begin(int socket, const char *program, const void *context);
int beside_fork(const char *name, int type, beside_begin *begin, const void *context);
/* A child's end: becomes that program, which talks by `socket` on its standard input and output, and has nobody to tell
 * anything else: an empty root has no /dev/null. */
_Noreturn void beside_become(int socket, const char *program, char *const argv[]);
/* Where this executable is: 0, or -ENOENT: nowhere, or another user could have put it there. */
int beside_find(const char *name, char *path, size_t room);
