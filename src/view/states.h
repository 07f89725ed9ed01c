/* The count of every state, and which of them are as they should be. */
#pragma once
#include "model/moment.h"
#include "wrap.h"

void states_md(struct text *out, const struct moment *m); /* rows of a table */
void states_text(const struct wrap *w, const struct moment *m, bool time_wait_is_normal);
