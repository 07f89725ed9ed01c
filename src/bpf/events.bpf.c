// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What leaves nothing behind for a look.
 *
 * A bind() or connect() that fails leaves no socket and moves no counter: it must be seen when it returns. The
 * exits of just these system calls are watched, and only while someone waits for the answer: an enabled exit
 * costs every system call of the machine 30 to 50 ns. And a socket that was closed between two looks is gone: how
 * late its program closed it is seen as it happens. Both are counted here, a row for each kind, so that
 * a storm of them costs a row and no traffic. */
#include "kernel.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>
#include "record.h"
#include "socket.bpf.h"
#include "task.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* A negative result up to this is an errno (include/linux/err.h); of those EINPROGRESS and EAGAIN are no failures,
 * nor is EINTR: the call goes on or comes again. */
enum { PF_EXITING = 4 };
enum {
	MAX_ERRNO = 4095,
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

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8192);
	__type(key, struct record_failure_key);
	__type(value, struct record_failure);
} failures SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8192);
	__type(key, struct record_close_key);
	__type(value, struct record_close);
} closes SEC(".maps");

#define IDLE_UNKNOWN (~0U)

/* Sockets that left CLOSE_WAIT while a descriptor held them, by shutdown() or a reset, or that came into it after they
 * had long been idle: the row that their close will count in, but for who does it. */
struct held {
	struct record_close_key row;
	__u32 fin_at; /* jiffies */
	__u32 idle;   /* jiffies, or IDLE_UNKNOWN */
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 32768);
	__type(key, __u64); /* the cookie */
	__type(value, struct held);
} held SEC(".maps");

/* Clients that end connections themselves, before their peer does: theirs are the TIME_WAITs. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8192);
	__type(key, struct record_close_key);
	__type(value, struct record_failure);
} first_closes SEC(".maps");

__u64 failures_lost, closes_lost; /* rows that found no room */
const volatile __u32 jiffies_per_s;

struct sys_exit {
	__u64 common;
	long id;
	long ret;
};

static __always_inline bool is_failure(long ret)
{
	return ret < 0 && ret >= -MAX_ERRNO && ret != -EINPROGRESS && ret != -EAGAIN && ret != -EINTR &&
	       ret != -EALREADY && ret != -EISCONN;
}

/* The socket behind a descriptor of the current task, if it is one of TCP. */
static __always_inline struct sock *tcp_socket(struct task_struct *task, unsigned int fd)
{
	struct fdtable *table = BPF_CORE_READ(task, files, fdt);
	struct file **slots = BPF_CORE_READ(table, fd), *file = 0;

	if (fd >= BPF_CORE_READ(table, max_fds))
		return 0;
	bpf_probe_read_kernel(&file, sizeof(file), slots + fd);
	struct socket *socket = file ? BPF_CORE_READ(file, private_data) : 0;
	struct sock *sk = socket ? BPF_CORE_READ(socket, sk) : 0;
	if (!sk)
		return 0;
	__u16 family = BPF_CORE_READ(sk, __sk_common.skc_family), protocol = BPF_CORE_READ(sk, sk_protocol);
	bool tcp = protocol == IPPROTO_TCP || protocol == IPPROTO_MPTCP;
	return tcp && (family == AF_INET || family == AF_INET6) ? sk : 0;
}

/* What the program asked for, as it stands in its memory: the page was just read by the kernel itself. */
static __always_inline void read_target(struct record_failure_key *key, const void *user, int length)
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
		key->v6 = 1;
		__builtin_memcpy(key->target, address.v6, 16);
		return;
	}
	key->target[10] = key->target[11] = 0xff;
	__builtin_memcpy(key->target + 12, &address.v4, 4);
}

/* One more of its kind, by this task. */
static __always_inline void count_row(void *map, const void *key, struct task_struct *task, __u64 *lost)
{
	__u64 now = bpf_ktime_get_boot_ns();
	struct record_failure *row = bpf_map_lookup_elem(map, key);

	if (row) {
		__sync_fetch_and_add(&row->count, 1);
		row->last_boot_ns = now;
		return;
	}
	struct record_failure first = { .count = 1, .first_boot_ns = now, .last_boot_ns = now };
	first.uid = BPF_CORE_READ(task, cred, uid.val);
	first.ppid = task_ppid(task);
	BPF_CORE_READ_STR_INTO(&first.comm, task, group_leader, comm);
	if (bpf_map_update_elem(map, key, &first, BPF_NOEXIST))
		__sync_fetch_and_add(lost, 1);
}

static __always_inline void count_failure(const struct record_failure_key *key, struct task_struct *task)
{
	if (key->tgid) /* else it is outside of our pid namespace, and no number would name it */
		count_row(&failures, key, task, &failures_lost);
}

static __always_inline void fill_caller(struct record_failure_key *key, struct task_struct *task, long ret)
{
	key->tgid = task_tgid(task);
	key->error = (__s32)-ret;
	key->start_boot_ns = BPF_CORE_READ(task, group_leader, start_boottime);
}

/* The socket's own address: what a listener that cannot accept, or listen, is known by. */
static __always_inline void read_local(struct record_failure_key *key, struct sock *sk)
{
	key->port = BPF_CORE_READ(sk, __sk_common.skc_num);
	if (BPF_CORE_READ(sk, __sk_common.skc_family) == AF_INET6) {
		key->v6 = 1;
		BPF_CORE_READ_INTO(&key->target, sk, __sk_common.skc_v6_rcv_saddr);
	} else {
		fill_v4(key->target, BPF_CORE_READ(sk, __sk_common.skc_rcv_saddr));
	}
}

/* One more failed call of the current task on a socket: known by its target, or by the socket's own address. */
static __always_inline int count_call(struct sys_exit *ctx, enum record_call call, bool has_target)
{
	struct record_failure_key key = { .call = call };
	struct task_struct *task = bpf_get_current_task_btf();
	struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(task);
	struct sock *sk = tcp_socket(task, (unsigned int)PT_REGS_PARM1_CORE_SYSCALL(regs));

	if (!sk)
		return 0;
	fill_caller(&key, task, ctx->ret);
	key.netns = BPF_CORE_READ(sk, __sk_common.skc_net.net, ns.inum);
	if (has_target)
		read_target(&key, (const void *)PT_REGS_PARM2_CORE_SYSCALL(regs),
		            (int)PT_REGS_PARM3_CORE_SYSCALL(regs));
	else
		read_local(&key, sk);
	count_failure(&key, task);
	return 0;
}

static __always_inline int on_exit(struct sys_exit *ctx, enum record_call call)
{
	return is_failure(ctx->ret) ? count_call(ctx, call, true) : 0;
}

/* Out of descriptors or memory: the only failures of these that tell of the process rather than of one socket. */
static __always_inline bool is_exhaustion(long ret)
{
	return ret == -EMFILE || ret == -ENFILE || ret == -ENOBUFS || ret == -ENOMEM;
}

static __always_inline int on_listener_exit(struct sys_exit *ctx, enum record_call call)
{
	bool counts = call == RECORD_CALL_LISTEN ? is_failure(ctx->ret) : is_exhaustion(ctx->ret);

	return counts ? count_call(ctx, call, false) : 0;
}

SEC("tracepoint/syscalls/sys_exit_bind")
int bind_exit(struct sys_exit *ctx)
{
	return on_exit(ctx, RECORD_CALL_BIND);
}

SEC("tracepoint/syscalls/sys_exit_connect")
int connect_exit(struct sys_exit *ctx)
{
	return on_exit(ctx, RECORD_CALL_CONNECT);
}

SEC("tracepoint/syscalls/sys_exit_listen")
int listen_exit(struct sys_exit *ctx)
{
	return on_listener_exit(ctx, RECORD_CALL_LISTEN);
}

SEC("tracepoint/syscalls/sys_exit_accept")
int accept_exit(struct sys_exit *ctx)
{
	return on_listener_exit(ctx, RECORD_CALL_ACCEPT);
}

SEC("tracepoint/syscalls/sys_exit_accept4")
int accept4_exit(struct sys_exit *ctx)
{
	return on_listener_exit(ctx, RECORD_CALL_ACCEPT);
}

SEC("tracepoint/syscalls/sys_exit_socket")
int socket_exit(struct sys_exit *ctx)
{
	struct record_failure_key key = { .call = RECORD_CALL_SOCKET };

	if (!is_exhaustion(ctx->ret))
		return 0;
	struct task_struct *task = bpf_get_current_task_btf();
	fill_caller(&key, task, ctx->ret);
	key.netns = BPF_CORE_READ(task, nsproxy, net_ns, ns.inum);
	count_failure(&key, task);
	return 0;
}

/* An accepted socket has its listener's backlog, for it began as a copy of it. Without one, a bind bucket that
 * connect() made tells a client; one that bind() made may also be of a child of listen(0). */
static __always_inline enum record_side side_of(struct tcp_sock *tp)
{
	struct inet_bind_bucket *tb = tp->inet_conn.icsk_bind_hash;

	if (tp->inet_conn.icsk_inet.sk.sk_max_ack_backlog)
		return RECORD_SERVER;
	return tb && tb->fastreuse < 0 && tb->fastreuseport < 0 ? RECORD_CLIENT : RECORD_EITHER;
}

/* A client is known by where it connected to, a server by its port: as src/rule groups them. */
static __always_inline void fill_end(struct record_close_key *key, struct tcp_sock *tp)
{
	struct sock_common *c = &tp->inet_conn.icsk_inet.sk.__sk_common;

	key->netns = c->skc_net.net->ns.inum;
	key->side = side_of(tp);
	key->v6 = c->skc_family == AF_INET6;
	if (key->side == RECORD_SERVER)
		key->port = c->skc_num;
	if (key->side != RECORD_CLIENT)
		return;
	key->port = __builtin_bswap16(c->skc_dport);
	if (key->v6)
		BPF_CORE_READ_INTO(&key->address, c, skc_v6_daddr);
	else
		fill_v4(key->address, c->skc_daddr);
}

/* The last descriptor is gone and its file is being put away (fs/file_table.c: __fput). Not so in shutdown(), which
 * changes the state, too: a change of state is not leaving. */
static __always_inline bool is_released(struct file *file)
{
	if (bpf_core_field_exists(file->f_ref))
		return (__s64)file->f_ref.refcnt.counter < 0; /* FILE_REF_DEAD, include/linux/file_ref.h */
	return !BPF_CORE_READ((struct file___counted *)file, f_count.counter);
}

static __always_inline void fill_closer(struct record_close_key *key, struct task_struct *task)
{
	key->tgid = task_tgid(task);
	key->start_boot_ns = task->group_leader->start_boottime;
}

/* How long the connection lay idle before its peer ended it: from the last data of either side; what lies unread is a
 * word of goodbye, and not counted. */
static __always_inline __u32 idle_before(struct tcp_sock *tp, __u32 fin_at)
{
	__u32 data_at = tp->inet_conn.icsk_ack.lrcvtime, sent_at = tp->lsndtime;
	bool goodbye = tp->rcv_nxt - tp->copied_seq > 1; /* the FIN is one */

	if ((__s32)(fin_at - data_at) < 0 || (__s32)(fin_at - sent_at) < 0)
		return IDLE_UNKNOWN;
	return fin_at - (goodbye || (__s32)(sent_at - data_at) > 0 ? sent_at : data_at);
}

/* Answers to our own keepalive probes move the stamp of the FIN. */
static __always_inline bool may_be_probed(struct tcp_sock *tp)
{
	int keepalive = bpf_core_enum_value(enum sock_flags, SOCK_KEEPOPEN);

	return sock_flag(&tp->inet_conn.icsk_inet.sk.__sk_common, keepalive) &&
	       !not_probed(tp, (__u32)bpf_jiffies64() - tp->inet_conn.icsk_ack.lrcvtime);
}

static __always_inline void add_close(struct record_close *row, const struct record_close *one)
{
	__sync_fetch_and_add(&row->count, 1);
	if (one->oldest > row->oldest)
		row->oldest = one->oldest;
	if (!one->idle_known)
		return;
	if (!row->idle_known || one->idle_low < row->idle_low)
		row->idle_low = one->idle_low;
	if (one->idle_high > row->idle_high)
		row->idle_high = one->idle_high;
	__sync_fetch_and_add(&row->idle_known, 1);
}

static __always_inline void count_close(struct held *was)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct record_close one = { .count = 1, .oldest = (__u32)bpf_jiffies64() - was->fin_at };

	/* The end of a process does not show how late it closes while it runs. */
	if (task->flags & PF_EXITING)
		return;
	if (was->idle != IDLE_UNKNOWN) {
		one.idle_known = 1;
		one.idle_low = one.idle_high = was->idle;
	}
	fill_closer(&was->row, task);
	if (!was->row.tgid)
		return;
	struct record_close *row = bpf_map_lookup_elem(&closes, &was->row);
	if (row)
		add_close(row, &one);
	else if (bpf_map_update_elem(&closes, &was->row, &one, BPF_NOEXIST))
		__sync_fetch_and_add(&closes_lost, 1);
}

static __always_inline void count_first_close(struct sock *sk)
{
	struct tcp_sock *tp = bpf_skc_to_tcp_sock(sk);
	struct record_close_key key = { 0 };

	if (!tp || side_of(tp) != RECORD_CLIENT)
		return;
	struct task_struct *task = bpf_get_current_task_btf();
	fill_closer(&key, task);
	fill_end(&key, tp);
	if (key.tgid)
		count_row(&first_closes, &key, task, &closes_lost);
}

/* What is held has a cookie: for the others none is made. */
static __always_inline struct held *find_held(struct sock *sk)
{
	__u64 cookie = sk->__sk_common.skc_cookie.counter;

	return cookie ? bpf_map_lookup_elem(&held, &cookie) : 0;
}

static __always_inline long hold(struct sock *sk, const struct held *is)
{
	__u64 cookie = bpf_get_socket_cookie(sk);

	return bpf_map_update_elem(&held, &cookie, is, BPF_ANY);
}

static __always_inline bool count_held(struct sock *sk)
{
	struct held *was = find_held(sk);
	__u64 cookie = sk->__sk_common.skc_cookie.counter;

	if (!was)
		return false;
	count_close(was);
	bpf_map_delete_elem(&held, &cookie);
	return true;
}

/* A server's idle timeout: noted as it comes, for what a program sends too late wipes its traces out. */
static __always_inline void enter_close_wait(struct sock *sk)
{
	struct tcp_sock *tp = bpf_skc_to_tcp_sock(sk);
	struct held is = { .fin_at = (__u32)bpf_jiffies64() };

	if (!tp)
		return;
	is.idle = idle_before(tp, is.fin_at);
	if (is.idle < jiffies_per_s)
		return;
	fill_end(&is.row, tp);
	hold(sk, &is); /* without room, it is told from its stamps later */
}

static __always_inline void leave_close_wait(struct sock *sk, struct tcp_sock *tp, bool released)
{
	struct held is = { .fin_at = tp->rcv_tstamp, .idle = IDLE_UNKNOWN };

	if (released ? count_held(sk) : find_held(sk) != 0)
		return;
	if (!may_be_probed(tp))
		is.idle = idle_before(tp, is.fin_at);
	fill_end(&is.row, tp);
	if (released)
		count_close(&is);
	else if (hold(sk, &is))
		__sync_fetch_and_add(&closes_lost, 1);
}

/* The close of a connection that its peer has finished comes in one of three ways, each in the process that drops the
 * last descriptor:
 *  - it is in CLOSE_WAIT, and leaves it here (to LAST_ACK, or with a reset to CLOSE);
 *  - shutdown() has sent the FIN, and the peer has not acknowledged it yet: close() sets LAST_ACK once more;
 *  - it is in CLOSE already, by that acknowledgement or by a reset: close() destroys it, without a change of state.
 *    Nothing else destroys a socket that a descriptor holds. */
SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(state_changed, struct sock *sk, int before, int after)
{
	if (after == TCP_FIN_WAIT1) /* always in the process that closes */
		count_first_close(sk);
	if (after == TCP_CLOSE_WAIT)
		enter_close_wait(sk);
	if (before != TCP_CLOSE_WAIT && (before != TCP_LAST_ACK || after != TCP_LAST_ACK))
		return 0;
	struct socket *socket = sk->sk_socket;
	struct file *file = socket ? socket->file : 0;
	struct tcp_sock *tp = bpf_skc_to_tcp_sock(sk);
	if (!file || !tp)
		return 0;
	bool released = is_released(file);
	if (before == TCP_CLOSE_WAIT)
		leave_close_wait(sk, tp, released);
	else if (released)
		count_held(sk);
	return 0;
}

SEC("tp_btf/tcp_destroy_sock")
int BPF_PROG(socket_destroyed, struct sock *sk)
{
	count_held(sk);
	return 0;
}
