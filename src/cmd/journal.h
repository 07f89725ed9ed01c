/* Entries of the systemd journal, by its own protocol: one datagram an entry, a line a field. So fields keep their
 * values whatever is in them, and no library is needed. */
#pragma once
#include "base/text.h"

/* A socket to it, or -errno: there is none here. Before the filter. */
int journal_open(void);
/* Is this descriptor the journal's already, so that what is written there is an entry? */
bool journal_has(int fd);

struct journal_entry {
	struct text bytes;
};

/* `value` NULL: no field. */
void journal_add(struct journal_entry *e, const char *field, const char *value);
void journal_add_number(struct journal_entry *e, const char *field, uint64_t value);
/* 0 or -errno; frees it. */
int journal_send(int fd, struct journal_entry *e);
