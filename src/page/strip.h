/* The port range of a namespace as a strip of cells: what is in each, counted by ports. A port that several sockets
 * share counts once, for the one that says most. */
#pragma once
#include "base/text.h"
#include "model/filter/filter.h"

/* The document "unfin.strip/1": where the classes of age begin, by which the page draws the same sockets, and strips,
 * those with most ports taken first. `filter` NULL: all sockets. */
void strip_json(struct text *out, const struct moment *m, const struct filter *filter);
