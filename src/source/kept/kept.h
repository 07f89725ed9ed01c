/* A moment in a file: one SQLite database, mode 0600, with a format number and a checksum over every value. It
 * can be copied off a host in trouble and judged elsewhere: the same moment gives the same judgement. */
#pragma once
#include "base/text.h"
#include "model/moment.h"

/* 0 or -errno with `ret_why` for a person (texts in `arena`). An existing file is not overwritten: -EEXIST.
 * `redact` maps addresses, hosts, users, paths and command lines to numbered names, the same to the same. */
int kept_write(const struct moment *m, const char *path, bool redact, struct arena *arena, struct gap *ret_why);

enum kept_hide {
	KEPT_OPEN,
	KEPT_HIDE,       /* as `redact` above: names of programs, units and containers stay */
	KEPT_HIDE_NAMES, /* those, too */
};

/* The bytes of such a file, for who keeps them otherwise. 0, or -ENOMEM, -EFBIG. */
int kept_image(const struct moment *m, enum kept_hide hide, struct text *ret);

/* The same as a file in a folder that is ours, mode 0640, in the place of what `path` was: written page by page, so
 * that it takes no memory however many sockets there are. Not forced to a disk. No link on the way to it is
 * followed. `ret_bytes`: how long it is. 0 or -errno (-EFBIG: nobody would read it), and then there is no file. */
int kept_make(const struct moment *m, const char *path, uint64_t *ret_bytes);

/* The bytes of the file, and no more: opening it may need rights that reading what is in it should not have. 0 or
 * -errno. */
int kept_load(const char *path, struct text *ret_image, struct arena *arena, struct gap *ret_why);
/* What is in it, into a new, empty moment; `path` for what is told. -ENOENT…, -ELOOP (a link), -EPROTO (no unfin
 * record, or of a newer unfin), -EBADMSG (damaged), -ENOMEM, -EINTR (stop_asked()). Never takes more than a small
 * multiple of the file's size. */
int kept_parse(const char *path, struct text *image, struct moment *m, struct arena *arena, struct gap *ret_why);
/* Both. */
int kept_read(const char *path, struct moment *m, struct arena *arena, struct gap *ret_why);
