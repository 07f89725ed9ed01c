// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Asks what reclaim.bpf.c asks, and destroys nothing: for kernels where another call does that (SOCK_DESTROY), which
 * looks at the cookie alone. */
#include "kernel.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include "record.h"
#include "socket.bpf.h"
#include "doomed.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

SEC("iter/tcp")
int ask_targets(struct bpf_iter__tcp *ctx)
{
	struct sock_common *c = ctx->sk_common;

	if (c)
		ask(c);
	return 0;
}
