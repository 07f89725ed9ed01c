/* A network of one's own: loopback and nothing else. Settings are written only after namespace_enter_new(),
 * so they are never the host's. */
#pragma once
#include "base/util.h"

/* This process moves into a new network namespace; lo is up. 0 or -errno. */
int namespace_enter_new(void);

/* `name` as sysctl(8) has it, dots or slashes: "net.ipv4.ip_local_port_range". 0 or -errno. */
int sysctl_write(const char *name, const char *format, ...) PRINTF_LIKE(2, 3);
