/* From a message to what to do next: a sentence and a command, by errno or cause, failed call and place. */
#pragma once
#include "base/text.h"
#include "mention.h"

/* What a row needs of the message's place. */
enum place_wanted {
	PLACE_ANY,
	PLACE_PORT,
	PLACE_UNSAID, /* a port that the message does not name */
	PLACE_FILE,   /* a socket in the file system */
};

struct way_on {
	int error;           /* errno; 0: by the topic */
	const char *topic;   /* of a message that was quoted; NULL: by the errno */
	enum said_call call; /* SAID_NOTHING: any, if no row names the very call */
	enum place_wanted place;
	const char *why;     /* a sentence; $PORT and $ADDRESS stand for those of the message */
	const char *command; /* to be typed */
};

enum { WAYS_ON_MOST = 4 };

/* Each ends with a row without `why`. */
extern const struct way_on ways_by_topic[];
extern const struct way_on ways_by_errno[];
extern const struct way_on ways_unknown[]; /* for a message that nobody has met yet */

/* Those that fit, as many as are returned. 0 if somebody named a topic: its page has what is to be done. */
size_t way_on_find(const struct mention *m, const struct way_on *ret[WAYS_ON_MOST]);
/* A `why` or `command` with the port and address of the message in it. */
void way_on_add(struct text *t, const char *template, const struct mention *m);
