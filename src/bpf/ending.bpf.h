/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What is kept by the cookie of a socket, when that is destroyed. */
#ifndef UNFIN_ENDING_BPF_H
#define UNFIN_ENDING_BPF_H

/* Nothing has come that it expects a next byte of. Counters of bytes do not tell: tcp_disconnect() sets them to 0 where
 * a connection that was used is closed by a reset (SO_LINGER), and leaves this one. */
static __always_inline bool was_never_connected(struct sock *sk)
{
	return !BPF_CORE_READ((struct tcp_sock *)sk, rcv_nxt);
}

/* It goes with the socket; what failed stays for a while (a map with LRU): where nothing else is opened any more, its
 * place is asked for. */
static __always_inline void end_socket(struct sock *sk, void *by_cookie, void *failed)
{
	__u64 cookie = SOCK(sk).__sk_common.skc_cookie.counter;
	void *kept = was_never_connected(sk) ? bpf_map_lookup_elem(by_cookie, &cookie) : 0;

	if (kept)
		bpf_map_update_elem(failed, &cookie, kept, BPF_ANY);
	bpf_map_delete_elem(by_cookie, &cookie);
}
#endif
