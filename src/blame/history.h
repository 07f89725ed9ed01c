/* Which commit brought a line: the version of a file that runs is found in the history by its bytes, then the line is
 * blamed at that version. A repository is another's: this runs where nothing can be written or started (see decoder.h),
 * no configuration of any user is read, and no program is run. */
#pragma once
#include "base/util.h"

enum {
	HISTORY_ID = 41,
	HISTORY_AUTHOR = 96,
	HISTORY_SUBJECT = 200,
	HISTORY_WHY = 160,
	HISTORY_CHANGE = 8192,
	HISTORY_BETWEEN = 8
};

struct history_question {
	const char *repository; /* a folder with .git in it, or a bare one */
	const char *path;       /* of the file: in the repository, or as the program names it */
	bool by_suffix;         /* the file whose path has the longest end in common with it */
	uint32_t line;
	const char *revision; /* the commit that what runs was built from; NULL or not found: not known, then: */
	const char *bytes;    /* what runs; NULL: not known, then HEAD's version is meant */
	size_t length;
	bool change; /* is asked for, too */
	int64_t from_s,
	        to_s; /* commits of the file that are newer than the one, not than the other; to_s 0: not asked */
};

/* One of them. */
struct history_between {
	char id[HISTORY_ID], author[HISTORY_AUTHOR], subject[HISTORY_SUBJECT];
	int64_t unix_s; /* when it was committed */
};

enum history_found { HISTORY_NOTHING, HISTORY_COMMIT, HISTORY_UNCOMMITTED };

/* Of fixed size: it comes from a child. */
struct history_answer {
	uint32_t found;  /* enum history_found */
	uint32_t behind; /* HEAD has so many commits that this one has not */
	int64_t unix_s;
	int32_t offset_min;
	uint32_t padding;
	char id[HISTORY_ID], author[HISTORY_AUTHOR], subject[HISTORY_SUBJECT];
	char change[HISTORY_CHANGE]; /* what the commit changed in this file, as a patch; cut where it is longer */
	uint32_t change_cut;
	uint32_t between_count; /* of all; the newest HISTORY_BETWEEN of them are here */
	struct history_between between[HISTORY_BETWEEN];
	char why[HISTORY_WHY]; /* what is missing or not for sure; or empty */
};

void history_ask(const struct history_question *q, struct history_answer *ret);
