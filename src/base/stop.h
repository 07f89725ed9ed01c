/* Ctrl-C and SIGTERM end a wait, not the program: what was watched until then is judged and shown. The stop
 * flag is one of the two mutable globals of the house. */
#pragma once
#include "util.h"

/* From now on SIGINT and SIGTERM set the flag. A second one ends the program as usual. */
void stop_on_signals(void);
bool stop_asked(void);

/* Waits. True if it was cut short by a signal. */
bool stop_wait_ms(uint64_t ms);
