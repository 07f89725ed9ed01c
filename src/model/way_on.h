/* From a message to what to do next: a sentence and a command, by errno, failed call and known port. */
#pragma once
#include "mention.h"
#include "base/text.h"

enum port_known { PORT_ANY, PORT_KNOWN, PORT_MISSING };

struct way_on {
	int error;            /* errno */
	enum said_call call;  /* SAID_NOTHING: whichever it was */
	enum port_known port; /* whether the message must name one */
	const char *why;      /* a sentence; $PORT stands for the port */
	const char *command;  /* to be typed; NULL: none of ours helps */
};

enum { WAYS_ON_MOST = 4 };

/* Those that fit, as many as are returned; 0 if the mention has no errno or nothing is known. */
size_t way_on_find(const struct mention *m, const struct way_on *ret[WAYS_ON_MOST]);
/* A `why` or `command` with the port of the message in it. */
void way_on_add(struct text *t, const char *template, const struct mention *m);
