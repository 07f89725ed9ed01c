/* Since when a process does not run. */
#pragma once
#include "model/moment.h"

/* Sets `still_ms` of the processes that are stopped or frozen, or whose threads did not run while watched; 0 where the
 * scheduler does not tell. */
void standstill_measure(struct moment *m);
