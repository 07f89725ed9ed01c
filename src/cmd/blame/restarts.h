/* When the programs of places were started before, as the agent remembers it. */
#pragma once
#include "model/moment.h"
#include "model/site.h"
#include "trace/captures.h"

/* Fills the span of site->changes, or why it is not known. `folder`: the agent's history; `captures`: or NULL. */
void restarts_find(site_list *sites, const struct moment *m, const char *folder, struct captures *captures);
