// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The two tracepoints that counting hangs on, with nothing in them: what no program can be cheaper than. */
#include "bpf/kernel.h"
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "Dual BSD/GPL";

SEC("tp_btf/inet_sock_set_state")
int floor_state(void *ctx)
{
	return 0;
}

SEC("tp_btf/tcp_destroy_sock")
int floor_destroyed(void *ctx)
{
	return 0;
}
