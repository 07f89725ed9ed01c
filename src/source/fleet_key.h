/* The key that all hosts of a fleet share: under it sequence numbers are hashed, so that both ends of a connection come
 * to the same number, and nobody else can find what numbers they were. A file of root's (or of who runs unfin), that
 * nobody else may read: 16 bytes, or 32 hexadecimal digits. */
#pragma once
#include "base/arena.h"
#include "model/moment.h"
#include "model/sequence.h"

/* 0, or -errno with `ret_why` for a person (texts in `arena`): -EACCES others may read it, -EPROTO it is no key. */
int fleet_key_read(const char *path, struct fleet_key *ret, struct arena *arena, struct gap *ret_why);
/* What is in such a file, newline or not: false if it is no key. */
bool fleet_key_parse(const char *bytes, size_t length, struct fleet_key *ret);
