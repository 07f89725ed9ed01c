/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a program at the exit of a system call is given, and the socket that the call was about, with its addresses. */
#ifndef UNFIN_EXIT_BPF_H
#define UNFIN_EXIT_BPF_H

struct sys_exit {
	__u64 common;
	long id;
	long ret;
};

/* The socket behind a descriptor of the current task, if it is one of TCP. */
static __always_inline struct sock *tcp_socket(struct task_struct *task, unsigned int fd)
{
	struct fdtable *table = BPF_CORE_READ(task, files, fdt);
	struct file **slots = BPF_CORE_READ(table, fd), *file = 0;

	if (fd >= BPF_CORE_READ(table, max_fds))
		return 0;
	bpf_probe_read_kernel(&file, sizeof(file), slots + fd);
	struct socket *socket = file ? BPF_CORE_READ(file, private_data) : 0;
	struct sock *sk = socket ? SOCKET_READ(socket, sk) : 0;
	if (!sk)
		return 0;
	__u16 family = SOCK_READ(sk, __sk_common.skc_family), protocol = SOCK_READ(sk, sk_protocol);
	bool tcp = protocol == IPPROTO_TCP || protocol == IPPROTO_MPTCP;
	return tcp && (family == AF_INET || family == AF_INET6) ? sk : 0;
}

/* One of its two addresses, of a socket that is known by its place in memory alone. */
static __always_inline void read_address(__u8 to[16], struct sock *sk, bool peer)
{
	if (!IS_V6(SOCK_READ(sk, __sk_common.skc_family)))
		fill_v4(to, peer ? SOCK_READ(sk, __sk_common.skc_daddr) : SOCK_READ(sk, __sk_common.skc_rcv_saddr));
	else if (peer)
		BPF_CORE_READ_INTO((struct in6_addr *)to, (struct tcp_sock *)sk,
		                   inet_conn.icsk_inet.sk.__sk_common.skc_v6_daddr);
	else
		BPF_CORE_READ_INTO((struct in6_addr *)to, (struct tcp_sock *)sk,
		                   inet_conn.icsk_inet.sk.__sk_common.skc_v6_rcv_saddr);
}
#endif
