/* The count of every state, and which of them are as they should be. */
#pragma once
#include "model/moment.h"
#include "wrap.h"

void states_md(struct text *out, const struct moment *m); /* rows of a table */
/* "ESTAB 160  CLOSE-WAIT 283" */
void states_add(struct text *out, const struct moment *m);
void states_add_counts(struct text *out, const uint64_t counts[STATE_COUNT]);
/* Why TIME-WAIT is no reason to worry, with the rate of closes. Nothing where there is none. */
void states_comfort(struct text *out, const struct moment *m);
void states_text(const struct wrap *w, const struct moment *m, bool time_wait_is_normal);
