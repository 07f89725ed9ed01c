/* Who is stopped, and who was only seen in a stop. */
#pragma once
#include "model/moment.h"

/* Of processes that `stopped` says of (state T or t of their leader) it is taken back, unless all their threads are
 * and none runs for a while; for those that a tracer holds, `tracer` is set. Waits a tenth of a second if there is
 * any such process, else not at all. */
void stopped_confirm(struct moment *m);
