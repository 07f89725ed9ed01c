/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Which numbers do processes go by? The kernel programs see those of the initial pid namespace, a person in a
 * container sees others: those of /proc there, which the programs then have to look up. */
#pragma once
#include "record.h"

enum { PID_NAMESPACE_INITIAL = 0xEFFFFFFCU }; /* PROC_PID_INIT_INO, include/linux/proc_ns.h */

/* Fills what the kernel programs need: inode 0 in the initial pid namespace, where they have the numbers. 0, or
 * -errno: no /proc, or the kernel does not describe its types. */
int pid_namespace_find(struct record_pid_namespace *ret);
