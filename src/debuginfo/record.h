/* What `unfin blame` and `unfin debuginfo`, its child with the network, say to each other: a question of fixed size,
 * and an answer of fixed size, in packets. */
#pragma once
#include "model/image.h"

enum { DEBUGINFO_MOST_MB = 256 };

struct debuginfo_question {
	uint32_t id_bytes; /* of .note.gnu.build-id */
	uint8_t id[IMAGE_ID];
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
