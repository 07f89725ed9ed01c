// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Calls that fail: see calls.bpf.h. What connections do is counted beside, in counts.bpf.c. */
#include "kernel.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>
#include "record.h"
#include "socket.bpf.h"
#include "task.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

#include "exit.bpf.h"
#include "calls.bpf.h"
