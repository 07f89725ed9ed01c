/* Who asks: his rights, the processes that this command was started from, and the connections that he came by. sudo
 * takes SSH_CONNECTION out of the environment, so that of every ancestor is read. */
#pragma once
#include "plan.h"

/* What cannot be read is left out: it adds nothing to what is refused. */
void reclaimer_find(struct reclaimer *ret);
