/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The few kernel types the programs read, by name: CO-RE finds where their members stand in the running
 * kernel. Only what is used is declared; order and padding do not matter. */
#ifndef UNFIN_KERNEL_H
#define UNFIN_KERNEL_H
#define __VMLINUX_H__ /* bpf_tracing.h then takes the registers' names from here */

typedef unsigned char __u8;
typedef signed char __s8;
typedef unsigned short __u16;
typedef unsigned int __u32;
typedef int __s32;
typedef unsigned long long __u64;
typedef long long __s64;
typedef __u16 __be16;
typedef __u32 __be32;
typedef __u32 __wsum;
typedef _Bool bool;
#define true 1
#define false 0

enum { AF_UNIX = 1, AF_INET = 2, AF_INET6 = 10, IPPROTO_TCP = 6, IPPROTO_MPTCP = 262 };
enum {
	TCP_ESTABLISHED = 1,
	TCP_SYN_SENT = 2,
	TCP_FIN_WAIT1 = 4,
	TCP_FIN_WAIT2 = 5,
	TCP_TIME_WAIT = 6,
	TCP_CLOSE = 7,
	TCP_CLOSE_WAIT = 8,
	TCP_LAST_ACK = 9,
	TCP_LISTEN = 10,
	TCP_CLOSING = 11,
	TCP_NEW_SYN_RECV = 12,
	TCP_SYN_RECV = 3,
	TCP_BOUND_INACTIVE = 13
};
enum bpf_map_type {
	BPF_MAP_TYPE_HASH = 1,
	BPF_MAP_TYPE_ARRAY = 2,
	BPF_MAP_TYPE_PERCPU_ARRAY = 6,
	BPF_MAP_TYPE_LRU_HASH = 9,
	BPF_MAP_TYPE_RINGBUF = 27
};
enum { BPF_ANY = 0, BPF_NOEXIST = 1 };
enum { BPF_F_NO_PREALLOC = 1 };
enum { BPF_RB_NO_WAKEUP = 1, BPF_RB_FORCE_WAKEUP = 2, BPF_RB_AVAIL_DATA = 0 };

/* A struct a line or two, for only names and types matter here.
 *
 * For each type that a member is named from, the kernel goes through all of its types, 0.25 ms, and remembers where 31
 * of them are, by a hash of the name (bpf_core_find_cands(), kernel/bpf/btf.c). Names that share a place displace each
 * other, time and again: sock and kernfs_node, socket and tcp_timewait_sock, inode and net do. So the former of each
 * are named from the types that they stand in, with SOCK() and SOCKET(): only offsets matter, and every kind of socket
 * begins alike. libbpf, where it does this, goes through all types for each name, too. */
/* clang-format off */
#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct ns_common { unsigned int inum; };
struct hlist_nulls_node { struct hlist_nulls_node *next; };
struct hlist_nulls_head { struct hlist_nulls_node *first; };
struct inet_ehash_bucket { struct hlist_nulls_head chain; };
struct inet_hashinfo { struct inet_ehash_bucket *ehash; unsigned int ehash_mask; };
struct inet_timewait_death_row { struct inet_hashinfo *hashinfo; };
struct netns_ipv4 { struct inet_timewait_death_row tcp_death_row; int sysctl_tcp_keepalive_time; };
struct net { struct ns_common ns; struct netns_ipv4 ipv4; __u64 net_cookie; };
typedef struct { struct net *net; } possible_net_t;
typedef struct { int counter; } atomic_t;
typedef struct { __s64 counter; } atomic64_t;
typedef struct { __u32 val; } kuid_t;
struct in6_addr { union { __u8 u6_addr8[16]; } in6_u; };
struct hlist_node { struct hlist_node *next, **pprev; };
struct timer_list { struct hlist_node entry; unsigned long expires; };

struct qstr { const unsigned char *name; };
struct dentry { struct qstr d_name; };
struct path { struct dentry *dentry; };
struct super_block { unsigned long s_magic; unsigned int s_dev; };
struct inode { unsigned short i_mode; struct super_block *i_sb; unsigned long i_ino; };
typedef struct { atomic64_t refcnt; } file_ref_t;
struct file {
	struct inode *f_inode;
	void *private_data;
	struct path f_path;
	file_ref_t f_ref; /* since 6.13 */
};
struct file___counted { atomic64_t f_count; /* before */ };
struct socket { struct file *file; struct sock *sk; };
struct socket_alloc { struct socket socket; struct inode vfs_inode; };
struct kernfs_node { __u64 id; const char *name; struct kernfs_node *__parent; /* since 6.15 */ };
struct kernfs_node___named { struct kernfs_node *parent; /* before */ };
struct cgroup { struct kernfs_node *kn; };
struct css_set { struct cgroup *dfl_cgrp; };
struct mm_struct { unsigned long arg_start, arg_end, start_stack; struct file *exe_file; };
struct sock_cgroup_data { struct cgroup *cgroup; };

struct sock;
struct sock_common {
	__be32 skc_daddr, skc_rcv_saddr;
	__be16 skc_dport;
	__u16 skc_num;
	unsigned short skc_family;
	volatile unsigned char skc_state;
	unsigned char skc_reuse : 4, skc_reuseport : 1, skc_ipv6only : 1;
	int skc_bound_dev_if;
	possible_net_t skc_net;
	struct in6_addr skc_v6_daddr, skc_v6_rcv_saddr;
	struct hlist_nulls_node skc_nulls_node;
	struct sock *skc_listener;
	atomic64_t skc_cookie;
	unsigned long skc_flags;
	__u32 skc_tw_snd_nxt, skc_tw_rcv_nxt; /* of a TIME_WAIT, in the place of others' members */
};

struct sk_buff;
struct sk_buff_head { struct sk_buff *next; };
struct sock {
	struct sock_common __sk_common;
	__u8 sk_userlocks : 4;
	__u8 sk_kern_sock : 1;
	struct socket *sk_socket;
	struct sk_buff_head sk_receive_queue;
	int sk_err;
	struct { int owned; } sk_lock;
	struct timer_list sk_timer;
	kuid_t sk_uid;
	__u16 sk_protocol;
	__u8 sk_shutdown;
	__u32 sk_ack_backlog, sk_max_ack_backlog;
	atomic_t sk_drops;
	struct sock_cgroup_data sk_cgrp_data;
};

struct scm_fp_list { short count; struct file *fp[1]; };
struct unix_skb_parms { struct scm_fp_list *fp; };
struct sk_buff { struct sk_buff *next; char cb[1]; };
struct inet_bind_bucket { int l3mdev; signed char fastreuse, fastreuseport; };
struct inet_sock { struct sock sk; __be16 inet_sport; };
struct request_sock_queue { atomic_t qlen; };
struct inet_connection_sock {
	struct inet_sock icsk_inet;
	struct inet_bind_bucket *icsk_bind_hash;
	struct timer_list icsk_retransmit_timer;
	__u8 icsk_retransmits, icsk_pending, icsk_backoff;
	struct { __u32 lrcvtime; } icsk_ack;
	struct request_sock_queue icsk_accept_queue;
	void *icsk_ulp_data;
};
struct tcp_options_received { __u16 saw_tstamp : 1, tstamp_ok : 1; };
struct tcp_sock {
	struct inet_connection_sock inet_conn;
	unsigned int keepalive_time;
	__u32 snd_wnd, rcv_wnd, rcv_wup, copied_seq, lsndtime, write_seq, rcv_nxt, snd_nxt, snd_una, rcv_tstamp;
	struct tcp_options_received rx_opt;
	__u64 bytes_received, bytes_acked;
	bool is_mptcp;
};
struct mptcp_subflow_context { struct sock *conn; };
struct mptcp_sock {
	struct inet_connection_sock sk;
	struct sock *first;
	__u64 write_seq, snd_una, bytes_sent, bytes_received, bytes_acked, bytes_consumed;
	__u32 last_data_sent, last_data_recv, last_ack_recv; /* since 6.10 */
};

struct inet_timewait_sock {
	struct sock_common __tw_common;
	volatile unsigned char tw_substate;
	__u32 tw_entry_stamp;
	struct timer_list tw_timer;
	struct inet_bind_bucket *tw_tb;
};
struct tcp_timewait_sock { struct inet_timewait_sock tw_sk; __u32 tw_ts_recent; int tw_ts_recent_stamp; };
struct request_sock { struct sock_common __req_common; __u8 num_retrans; struct timer_list rsk_timer; };
struct inet_request_sock { struct request_sock req; };
struct tcp_request_sock { struct inet_request_sock req; };

struct fdtable { unsigned int max_fds; struct file **fd; };
struct files_struct { atomic_t count; struct fdtable *fdt; };
struct signal_struct { int nr_threads; atomic_t live; };
struct cred { kuid_t uid; };
struct nsproxy { struct net *net_ns; };
struct pid;
#if defined(__TARGET_ARCH_x86)
struct thread_info { __u32 status; };
struct thread_struct { unsigned long fsbase; };
#elif defined(__TARGET_ARCH_arm64)
struct thread_info { unsigned long flags; };
struct thread_struct { struct { unsigned long tp_value; } uw; };
#endif
struct task_struct {
	int pid, tgid;
	struct thread_info thread_info;
	int on_cpu;
	unsigned long nvcsw, nivcsw;
	struct thread_struct thread;
	struct pid *thread_pid;
	unsigned int flags;
	__u64 start_boottime;
	struct task_struct *group_leader, *real_parent;
	struct files_struct *files;
	struct signal_struct *signal;
	const struct cred *cred;
	struct nsproxy *nsproxy;
	struct mm_struct *mm;
	struct css_set *cgroups;
	char comm[16];
};

#if defined(__TARGET_ARCH_x86)
struct pt_regs { unsigned long di, si, dx, r10, r8, r9, ax, orig_ax, ip, sp, bp, bx, r14; };
#elif defined(__TARGET_ARCH_arm64)
struct user_pt_regs { __u64 regs[31], sp, pc; };
struct pt_regs { struct user_pt_regs user_regs; __u64 orig_x0; __s32 syscallno; };
#endif

#pragma clang attribute pop

/* A kernel may be built without IPv6, Multipath TCP or cgroups. Nothing of them is met there, but a member that is not found
 * keeps a program from being loaded, unless the verifier sees that nobody gets to it: so each is asked for first. */
#define IS_V6(family) ((family) == AF_INET6 && bpf_core_field_exists(struct sock_common, skc_v6_daddr))
#define SOCK(p) (((struct tcp_sock *)(p))->inet_conn.icsk_inet.sk)
#define SOCK_READ(p, member, ...) BPF_CORE_READ((struct tcp_sock *)(p), inet_conn.icsk_inet.sk.member, ##__VA_ARGS__)
#define SOCK_BITS(p, member) READ_BITS((struct tcp_sock *)(p), inet_conn.icsk_inet.sk.member)
#define SOCKET(p) (((struct socket_alloc *)(p))->socket)
#define SOCKET_READ(p, member) BPF_CORE_READ((struct socket_alloc *)(p), socket.member)
/* A member of a few bits within one byte, whatever it is declared as. BPF_CORE_READ_BITFIELD() has a branch for each size
 * of that, and at every start the verifier would take those out again that are not this kernel's. */
#define READ_BITS(p, member)                                                                                           \
	({                                                                                                             \
		const __u8 *unit = (const __u8 *)(p) + __CORE_RELO(p, member, BYTE_OFFSET);                            \
		unsigned int cut = __CORE_RELO(p, member, RSHIFT_U64);                                                 \
		unsigned int first = cut - __CORE_RELO(p, member, LSHIFT_U64); /* bit of it, little-endian */          \
		asm volatile("" : "=r"(unit) : "0"(unit)); /* one relocation, and a byte is read */                    \
		(__u64)unit[first / 8] >> first % 8 << cut >> cut;                                                     \
	})
/* Of any inode, seen as a socket's. */
#define INODE_READ(p, member, ...) BPF_CORE_READ(INODE_OUTER(p), vfs_inode.member, ##__VA_ARGS__)
#define INODE_OUTER(p) ((struct socket_alloc *)((char *)(p) - bpf_core_field_offset(struct socket_alloc, vfs_inode)))

/* What an iterator is called with: the kernel keeps this layout, and its verifier refuses another. Were it left to
 * CO-RE to find, each struct would cost a search through all types of the kernel, 0.8 ms of every start. */
struct seq_file;
struct bpf_iter_meta { struct seq_file *seq; __u64 session_id, seq_num; };
struct bpf_iter__task_file { struct bpf_iter_meta *meta; struct task_struct *task; __u32 fd; struct file *file; };
struct bpf_iter__task { struct bpf_iter_meta *meta; struct task_struct *task; };
struct bpf_map;
struct bpf_iter__bpf_map_elem { struct bpf_iter_meta *meta; struct bpf_map *map; void *key, *value; };
struct bpf_iter__tcp { struct bpf_iter_meta *meta; struct sock_common *sk_common; unsigned int uid; };
/* clang-format on */
#endif
