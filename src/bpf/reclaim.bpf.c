// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Destroys the sockets that are named in `targets`, and no other: one walk through the table of the network namespace
 * that the iterator was opened in. The kernel calls this program with the socket locked, so that what is asked here is
 * still true when bpf_sock_destroy() runs (since 6.5). A socket is known by its cookie and its namespace's, never by
 * its four numbers; and whoever has begun to use it since it was looked at keeps it. */
#include "kernel.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include "record.h"
#include "socket.bpf.h"
#include "doomed.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

int bpf_sock_destroy(struct sock_common *sk) __ksym;

SEC("iter/tcp")
int destroy_targets(struct bpf_iter__tcp *ctx)
{
	struct sock_common *c = ctx->sk_common;
	struct record_doomed *t = c ? ask(c) : 0;

	if (!t || t->answer != ANSWER_FITS)
		return 0;
	int err = bpf_sock_destroy(c);
	t->error = -err;
	t->answer = err ? ANSWER_FAILED : ANSWER_DESTROYED;
	return 0;
}
