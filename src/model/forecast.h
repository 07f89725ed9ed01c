/* When does a port budget end? What is held goes on growing as it did between two looks; a TIME_WAIT lasts 60 s
 * and no longer, so those of a steady stream level off at its rate x 60 s and are never drawn as a straight
 * line. Their ages tell the stream's rate in one look: every one of the last minute is still there. */
#pragma once
#include "model/port/ports.h"

struct forecast {
	bool known;
	bool never;  /* known: it does not end at the present rate */
	bool steady; /* known: it has grown for longer than the window, or only TIME_WAITs come: no passing burst */
	bool waits;  /* known: of TIME_WAITs nearly alone */
	double s, low_s, high_s;
	const char *basis; /* what it was read from */
	const char *why;   /* why it is not known, and what would tell */
};

/* What is used of something now, counted socket by socket, and what came and went between two looks. */
struct usage {
	const struct moment *moment;
	ARRAY(uint32_t) left_ms; /* of each TIME_WAIT: how long it lasts yet */
	uint32_t oldest_ms;      /* of them */
	double held, came, went; /* others than TIME_WAIT */
	double passed;           /* TIME_WAITs of connections that came and went within the window */
	/* TIME_WAITs that connect() takes over when it comes to their port: not in left_ms. They go round in the ports
	 * that it looks at first, and are no more than these. */
	double round, round_most;
	uint32_t round_oldest_ms;
};

void usage_begin(struct usage *u, const struct moment *m);
void usage_add(struct usage *u, const struct socket *s);
/* When `limit` is reached; ends the usage. */
struct forecast usage_end(struct usage *u, double limit);

/* A plain count: `before` at the first look, `now` at the second; at least `turnover` came and went meanwhile. Where
 * nobody sees what comes and goes (TURNOVER_UNKNOWN), the whole count is taken to, as of a steady stream. */
#define TURNOVER_UNKNOWN UINT64_MAX
struct count {
	uint64_t before, now, turnover, limit;
	uint64_t lifetime_ms; /* in which it came to be as it is; 0: not known */
};

/* Growth within its scatter, or of something that had hardly begun when the window did, is no forecast; nor is an end
 * that lies many times as far ahead as the growth reaches back. */
struct forecast count_forecast(const struct moment *m, const struct count *c);

struct forecast ports_forecast(const struct port_map *map, const struct port_budget *budget);
