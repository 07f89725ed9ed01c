/* One value as people read it: CLOSE-WAIT, 3h12m, nginx(812). What is not known is `-`, with its reason where
 * there is one. Names that others chose cannot reach the terminal with escape codes. */
#pragma once
#include "model/value.h"

struct cell_style {
	bool wide;  /* all holders with their descriptors, else the first few */
	bool color; /* for a terminal */
	/* Names for addresses and ports; the functions are NULL, or give NULL where there is none. */
	const char *(*host_of)(void *names, const struct addr *a);
	const char *(*service_of)(void *names, uint16_t port);
	void *names;
};

void cell_add(struct text *t, const struct value *v, const struct cell_style *style);

/* The escape sequence that a cell begins with, NULL for a plain one; it ends with CELL_PLAIN. */
const char *cell_color(const struct value *v);
#define CELL_HEAD  "\033[1m"
#define CELL_PLAIN "\033[0m"
