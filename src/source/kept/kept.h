/* A moment in a file: one SQLite database, mode 0600, with a format number and a checksum over every value. It
 * can be copied off a host in trouble and judged elsewhere: the same moment gives the same judgement. */
#pragma once
#include "model/moment.h"

/* 0 or -errno with `ret_why` for a person (texts in `arena`). An existing file is not overwritten: -EEXIST.
 * `redact` maps addresses, hosts, users, paths and command lines to numbered names, the same to the same. */
int kept_write(const struct moment *m, const char *path, bool redact, struct arena *arena, struct gap *ret_why);

/* Reads into a new, empty moment. -ENOENT…, -ELOOP (a link), -EPROTO (no unfin record, or of a newer unfin), -EBADMSG
 * (damaged), -ENOMEM, -EINTR (stop_asked()). Never takes more than a small multiple of the file's size. */
int kept_read(const char *path, struct moment *m, struct arena *arena, struct gap *ret_why);
