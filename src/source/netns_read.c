#include "netns_read.h"
#include "proc_text.h"
#include "base/file.h"
#include <errno.h>
#include <fcntl.h>
#include <sched.h>

#define NET  "/proc/thread-self/net/"
#define IPV4 "/proc/sys/net/ipv4/"

enum {
	TABLE_BYTES = 64 * 1024,
	RESERVED_BYTES = 512 * 1024, /* the longest list: every second port, 6 bytes each */
};

int netns_enter(int fd)
{
	return setns(fd, CLONE_NEWNET) ? -errno : 0;
}

static int read_opened(uint64_t *ret)
{
	TEXT_CLEANUP snmp = { 0 };
	uint64_t active, passive;
	int err = file_read(NET "snmp", TABLE_BYTES, &snmp);

	if (!err)
		err = proc_table(snmp.bytes, "Tcp:", "ActiveOpens", &active);
	if (!err)
		err = proc_table(snmp.bytes, "Tcp:", "PassiveOpens", &passive);
	if (!err)
		*ret = active + passive;
	return err;
}

int net_counts_read(struct net_counts *ret)
{
	TEXT_CLEANUP four = { 0 }, six = { 0 };
	struct net_counts c = { 0 };
	int err = file_read(NET "sockstat", TABLE_BYTES, &four);

	if (!err)
		err = proc_pair(four.bytes, "TCP:", "inuse", &c.inuse);
	if (!err)
		err = proc_pair(four.bytes, "TCP:", "tw", &c.time_waits);
	if (!err)
		err = proc_pair(four.bytes, "TCP:", "alloc", &c.alloc);
	if (!err)
		err = read_opened(&c.opened);
	if (err)
		return err;
	proc_pair(four.bytes, "TCP:", "orphan", &c.orphans);
	proc_pair(four.bytes, "TCP:", "mem", &c.pages);
	if (!file_read(NET "sockstat6", TABLE_BYTES, &six)) /* not there without IPv6 */
		proc_pair(six.bytes, "TCP6:", "inuse", &c.inuse6);
	*ret = c;
	return 0;
}

static void read_port_range(struct netns *n)
{
	TEXT_CLEANUP range = { 0 };
	uint64_t ends[2];

	if (file_read(IPV4 "ip_local_port_range", 64, &range) || proc_numbers(range.bytes, ends, 2) < 2)
		return;
	n->port_first = (uint16_t)ends[0];
	n->port_last = (uint16_t)ends[1];
}

/* The kernel gives this list in one read, whatever its length, and nothing after: so the room must be there
 * (kernel/sysctl.c, proc_do_large_bitmap). */
static void read_reserved(struct netns *n, struct arena *arena)
{
	cleanup(cleanup_close) int fd = open(IPV4 "ip_local_reserved_ports", O_RDONLY | O_CLOEXEC);
	cleanup(cleanup_free) char *list = memory_resize(NULL, RESERVED_BYTES, 1);

	ssize_t length = fd < 0 ? -1 : read(fd, list, RESERVED_BYTES - 1);
	if (length < 0)
		return;
	list[length] = '\0';
	proc_port_list(list, arena, &n->reserved);
}

static void read_totals(struct netns *n)
{
	TEXT_CLEANUP netstat = { 0 };

	if (file_read(NET "netstat", TABLE_BYTES, &netstat))
		return;
	proc_table(netstat.bytes, "TcpExt:", "ListenOverflows", &n->listen_overflows);
	proc_table(netstat.bytes, "TcpExt:", "ListenDrops", &n->listen_drops);
	proc_table(netstat.bytes, "TcpExt:", "TCPTimeWaitOverflow", &n->time_wait_overflows);
}

void netns_read_settings(struct netns *n, struct arena *arena)
{
	struct net_counts c;

	if (!net_counts_read(&c)) {
		n->inuse = c.inuse;
		n->inuse6 = c.inuse6;
		n->time_waits = c.time_waits;
		n->counters_known = true;
	}
	read_totals(n);
	read_port_range(n);
	read_reserved(n, arena);
	file_read_u64(IPV4 "tcp_tw_reuse_delay", &n->tw_reuse_delay_ms);
	file_read_u64(IPV4 "tcp_tw_reuse", &n->tw_reuse);
	file_read_u64(IPV4 "tcp_timestamps", &n->timestamps);
	file_read_u64(IPV4 "tcp_max_tw_buckets", &n->max_time_waits);
	file_read_u64(IPV4 "tcp_fin_timeout", &n->fin_timeout_s);
}

static size_t read_numbers(const char *path, uint64_t *numbers, size_t room)
{
	TEXT_CLEANUP content = { 0 };

	return file_read(path, 256, &content) ? 0 : proc_numbers(content.bytes, numbers, room);
}

void host_limits_read(struct host_limits *l)
{
	struct net_counts c;
	uint64_t three[3];

	if (read_numbers("/proc/sys/fs/file-nr", three, 3) == 3) {
		l->files_used = three[0] - three[1];
		l->files_limit = three[2];
	}
	if (read_numbers(IPV4 "tcp_mem", three, 3) == 3)
		l->tcp_pages_limit = three[2];
	file_read_u64(IPV4 "tcp_max_orphans", &l->orphans_limit);
	file_read_u64("/proc/sys/net/netfilter/nf_conntrack_max", &l->conntrack_limit);
	file_read_u64("/proc/sys/net/netfilter/nf_conntrack_count", &l->conntrack_used);
	if (net_counts_read(&c))
		return;
	l->orphans_used = c.orphans;
	l->tcp_pages = c.pages;
	l->alloc = c.alloc;
}
