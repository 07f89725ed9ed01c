/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a system call that has ended was about: did it fail, and what was asked for? */
#ifndef UNFIN_CALLED_BPF_H
#define UNFIN_CALLED_BPF_H

/* A negative result is an errno, up to the first of those that no program sees: a signal came, and the call is made
 * again (include/linux/errno.h). */
enum {
	ERESTARTSYS = 512,
	EINTR = 4,
	EAGAIN = 11,
	EALREADY = 114,
	EINPROGRESS = 115,
	EISCONN = 106,
	ENOMEM = 12,
	ENFILE = 23,
	EMFILE = 24,
	ENOBUFS = 105
};

/* Of the others the call goes on or comes again. */
static __always_inline bool is_failure(long ret)
{
	return ret < 0 && ret > -ERESTARTSYS && ret != -EINPROGRESS && ret != -EAGAIN && ret != -EINTR &&
	       ret != -EALREADY && ret != -EISCONN;
}

/* What the program asked for, as it stands in its memory: the page was just read by the kernel itself. */
static __always_inline void read_target(struct record_call_key *key, const void *user, int length)
{
	struct {
		__u16 family;
		__be16 port;
		__be32 v4;
		__u8 v6[16];
		__u32 scope;
	} address = { 0 };

	if (length >= (int)sizeof(address))
		bpf_probe_read_user(&address, sizeof(address), user);
	else
		bpf_probe_read_user(&address, 16, user);
	key->port = __builtin_bswap16(address.port);
	if (address.family == AF_INET6) {
		key->target = RECORD_TARGET_V6;
		__builtin_memcpy(key->address, address.v6, 16);
		return;
	}
	key->target = RECORD_TARGET_V4;
	fill_v4(key->address, address.v4);
}

/* The socket's own address: what a listener that cannot accept, or listen, is known by. */
static __always_inline void read_local(struct record_call_key *key, struct sock *sk)
{
	key->port = SOCK_READ(sk, __sk_common.skc_num);
	key->target = SOCK_READ(sk, __sk_common.skc_family) == AF_INET6 ? RECORD_TARGET_V6 : RECORD_TARGET_V4;
	read_address(key->address, sk, false);
}
#endif
