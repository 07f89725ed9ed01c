/* Moments that lie in files. Each function fills a new, empty moment: 0, or -errno with `ret_why` (texts in the
 * moment's arena). */
#pragma once
#include "cmd/options.h"
#include "model/moment.h"

int kept_of_file(const char *path, struct moment *m, struct gap *ret_why);
/* The agent's so many-th moment from the latest; how many there are, and which it is from the oldest. */
int kept_of_history(const struct options *o, uint64_t back, struct moment *m, uint64_t *ret_count, uint64_t *ret_which,
                    struct gap *ret_why);
/* How many there are. Where no history is that is none, and 0; -errno with `ret_why` (texts in `arena`): there is one,
 * and it cannot be read. */
int kept_count(const struct options *o, uint64_t *ret, struct arena *arena, struct gap *ret_why);

/* The agent's last moment. */
struct kept_agent {
	struct text path;
	uint64_t interval_ms; /* how often it looks */
};

/* Is there an agent that we may read of, and that still writes? */
bool kept_agent_find(const struct options *o, struct kept_agent *ret);
void kept_agent_free(struct kept_agent *a);
