/* What a way to destroy sockets really does on this kernel: tried on sockets of our own, in a network namespace that
 * ends with the trial. A release may have the call and keep an aborted orphan for ever; so nothing is believed by its
 * number. */
#pragma once
#include "destroy.h"

enum selftest {
	SELFTEST_SPARES = 1 << 0, /* a socket with another cookie, and one that has moved on, are left alone */
	SELFTEST_CLOSE_WAIT = 1 << 1,
	SELFTEST_FIN_WAIT2 = 1 << 2,
	SELFTEST_ORPHAN = 1 << 3, /* closed by its process, with data that nobody takes */
	SELFTEST_TIME_WAIT = 1 << 4,
};

/* What was proved. 0 or -errno: it could not be tried (-EPERM: no right to make a namespace). */
int selftest_run(struct destroyer *d, unsigned *ret_proved);
