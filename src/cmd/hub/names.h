/* The network, for a process that gives up its rights first. */
#pragma once

/* Before any thread: what libcurl loads, and libc to find names of hosts, they load while they may. STATUS_OK, or
 * another after having said why. */
int network_prepare(void);
