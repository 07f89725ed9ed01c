/* What becomes of findings, told to whom it may concern: a line on stderr, an entry of the journal, a command. */
#pragma once
#include "notifier.h"
#include "options.h"
#include "agent/lives.h"

struct teller {
	struct notifier notifier;
	int journal_fd;  /* -1: none is asked for */
	bool in_journal; /* stderr is the journal: a line there would be the same again */
};

#define TELLER_NONE                                                                                                    \
	{                                                                                                              \
		.notifier = NOTIFIER_NONE, .journal_fd = -1                                                            \
	}

/* Before the agent gives up its rights. enum status, after having said what is wrong. */
int teller_start(struct teller *t, const struct options *o);
void teller_tell(struct teller *t, const struct life_news *n);
void teller_end(struct teller *t);
