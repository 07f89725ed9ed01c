/* From sockets that stayed unfinished and the stacks of their openings to places, the worst first. */
#pragma once
#include "model/filter/filter.h"
#include "model/site.h"
#include "trace/captures.h"

struct sites {
	site_list list;
	uint64_t unfinished;   /* sockets whose peer has finished, and that are held longer than `held_ms` since */
	uint64_t unattributed; /* of them, those whose opening was not seen, nor that of another one like it */
	uint64_t young;        /* finished too, but not for so long */
};

/* All in the moment's arena but the list: sites_free(). */
void sites_find(struct sites *s, struct moment *m, struct captures *captures, const struct filter *filter,
                uint64_t held_ms);
void sites_free(struct sites *s);
