/* Sockets as columns, each value told once: what a page without a server filters, sorts and groups by itself. */
#pragma once
#include "base/text.h"
#include "model/filter/filter.h"

/* Every socket in scope, at most `most`; how many were left out is in the document ("unfin.columns/1"). */
void columns_json(struct text *out, const struct moment *m, size_t most);
