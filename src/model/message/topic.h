/* What can be explained: one topic a page of docs/. A topic is found by any spelling of its names, as people
 * and programs write them: CLOSE_WAIT, close-wait, net.ipv4.tcp_fin_timeout, /proc/sys/net/ipv4/… */
#pragma once
#include "base/util.h"

struct topic {
	const char *kind;  /* "cause", "state", "errno", "sysctl", "variable" */
	const char *name;  /* as its file is called: "time-wait" */
	const char *names; /* as the title has them, separated by ", " */
	const char *gist;  /* one line */
	const char *text;  /* Markdown below the title */
};

struct topics {
	const struct topic *items;
	size_t count;
};

/* NULL if none has this name. */
const struct topic *topic_find(const struct topics *all, const char *word);
/* The one whose name was most likely meant, NULL if none is near. */
const struct topic *topic_nearest(const struct topics *all, const char *word);
