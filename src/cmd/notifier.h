/* A command of the user's that is told of findings: a document of JSON on its stdin, no word of it in its arguments, no
 * shell. It runs in a child of a child that was made while we may still start programs, without any capability, one
 * after the other, for ten seconds at most each. */
#pragma once
#include "attendant.h"
#include "base/text.h"

struct notifier {
	struct attendant child;
	double tokens;       /* how many it may be told of now */
	uint64_t counted_ns; /* when that was reckoned */
	uint64_t suppressed; /* so many were not told of since the last that was */
};

#define NOTIFIER_NONE                                                                                                  \
	{                                                                                                              \
		.child = ATTENDANT_NONE                                                                                \
	}

enum { NOTIFIER_BURST = 20, NOTIFIER_EVERY_S = 30, NOTIFIER_BYTES = 48 << 10 };

/* `command`: an absolute path and its arguments, split at blanks and nowhere else. STATUS_OK, or STATUS_USAGE after
 * having said what is wrong. */
int notifier_start(struct notifier *n, const char *command);
/* May it be told of one more now? At most NOTIFIER_BURST at once, then one each NOTIFIER_EVERY_S. */
bool notifier_ready(struct notifier *n);
/* A longer document, and one that it has no room for, is suppressed. */
void notifier_tell(struct notifier *n, const struct text *document);
/* Who is running has two seconds to end. */
void notifier_end(struct notifier *n);
