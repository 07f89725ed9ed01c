/* What `unfin blame` and `unfin debuginfo`, its child with the network, say to each other: a question of fixed size,
 * and an answer of fixed size, in packets. */
#pragma once
#include "base/util.h"

enum { DEBUGINFO_ID = 32, DEBUGINFO_HEX = 2 * DEBUGINFO_ID + 1, DEBUGINFO_MOST_MB = 256 };

struct debuginfo_question {
	uint32_t id_bytes; /* of .note.gnu.build-id */
	uint8_t id[DEBUGINFO_ID];
};

enum debuginfo_result {
	DEBUGINFO_CAME,        /* it is in the folder, and of that build */
	DEBUGINFO_UNKNOWN,     /* no server has it */
	DEBUGINFO_SLOW,        /* longer than `limit` ms */
	DEBUGINFO_LARGE,       /* more than DEBUGINFO_MOST_MB */
	DEBUGINFO_OTHER_BUILD, /* what was sent is not what was asked for */
	DEBUGINFO_REFUSED,     /* with the status `limit` of HTTP */
	DEBUGINFO_FAILED,      /* `text` says why */
	DEBUGINFO_NO_ROOM,     /* the file could not be written: `limit` is its errno */
};

struct debuginfo_answer {
	uint32_t result; /* enum debuginfo_result */
	uint32_t limit;
	char server[48]; /* its host; empty: none was asked */
	char text[64];
};

/* The file's name in the folder without its end: two digits a byte. */
static inline void debuginfo_hex(const uint8_t *id, uint32_t bytes, char ret[DEBUGINFO_HEX])
{
	*ret = '\0';
	for (uint32_t i = 0; i < MIN(bytes, (uint32_t)DEBUGINFO_ID); i++)
		snprintf(ret + 2 * (size_t)i, 3, "%02x", id[i]);
}
