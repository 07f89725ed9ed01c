/* Keeps another program running beside us: starts it, starts it again when it dies, ends it with us. That is the work
 * of a child of ours, made while we may still start programs: our own filter makes execve() deadly. */
#pragma once
#include "attendant.h"

struct keeper_plan {
	const char *path;       /* of the executable */
	char *const *argv;      /* NULL at its end; borrowed */
	const char *what;       /* for people: "the page" */
	const char *leaves;     /* a file that it makes and cannot remove: gone after each of its ends; or NULL */
	uint64_t pause_ms;      /* before it is started again; twice as long with each time, */
	uint64_t pause_most_ms; /* up to this; and from the beginning once it has run for a minute */
};

/* 0 or -errno. The program inherits our stderr, and its stdin is held by the child: it has to end at its end, for who
 * has become another user cannot be sent a signal by the likes of us. attendant_end() ends it (its stdin ends; after 3
 * s SIGKILL) and the child. */
int keeper_start(struct attendant *keeper, const struct keeper_plan *plan);
/* Ends it, and starts it anew at once: what it has read at its start may be another now. */
void keeper_again(const struct attendant *keeper);
