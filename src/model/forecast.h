/* When does a port budget end? What is held goes on growing as it did between two looks; a TIME_WAIT lasts 60 s
 * and no longer, so those of a steady stream level off at its rate x 60 s and are never drawn as a straight
 * line. Their ages tell the stream's rate in one look: every one of the last minute is still there. */
#pragma once
#include "ports.h"

struct forecast {
	bool known;
	bool never; /* known: it does not end at the present rate */
	double s, low_s, high_s;
	const char *basis; /* what it was read from */
	const char *why;   /* why it is not known, and what would tell */
};

struct forecast ports_forecast(const struct port_map *map, const struct port_budget *budget);

/* How many of these ports will be used `t_s` from now; for tests. */
struct port_stream {
	double held;             /* used by others than TIME_WAIT */
	double held_per_s;       /* net, from two looks */
	double wait_per_s;       /* TIME_WAITs that begin */
	const uint32_t *left_ms; /* of the present ones: how long they last yet, ascending */
	size_t waits;
};
double port_stream_at(const struct port_stream *p, double t_s);
