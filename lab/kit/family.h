/* What was started here is ended here: children, their children, and what they left behind. A process that
 * adopts orphans (PR_SET_CHILD_SUBREAPER) sees all of them come up, so that none is missed. */
#pragma once
#include "base/util.h"

void family_adopts_orphans(void);

/* Kills every descendant and waits for it. Stopped ones go, too. */
void family_end(void);
