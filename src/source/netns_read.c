#include "netns_read.h"
#include "proc_text.h"
#include "base/file.h"
#include <errno.h>
#include <fcntl.h>
#include <sched.h>

#define NET             NET_HERE "/"
#define IPV4            "/proc/sys/net/ipv4/"
#define CONNTRACK_COUNT "/proc/sys/net/netfilter/nf_conntrack_count"

enum {
	TABLE_BYTES = 64 * 1024,
	RESERVED_BYTES = 512 * 1024, /* the longest list: every second port, 6 bytes each */
};

static int read_below(const char *net, const char *name, struct text *out)
{
	char path[96];

	snprintf(path, sizeof(path), "%s/%s", net, name);
	return file_read(path, TABLE_BYTES, out);
}

static int read_opened(const char *net, uint64_t *ret)
{
	TEXT_CLEANUP snmp = { 0 };
	uint64_t active, passive;
	int err = read_below(net, "snmp", &snmp);

	if (!err)
		err = proc_table(snmp.bytes, "Tcp:", "ActiveOpens", &active);
	if (!err)
		err = proc_table(snmp.bytes, "Tcp:", "PassiveOpens", &passive);
	if (!err)
		*ret = active + passive;
	return err;
}

bool net_counts_empty(const struct net_counts *c)
{
	return !c->inuse && !c->inuse6 && !c->time_waits;
}

int net_counts_read(const char *net, struct net_counts *ret)
{
	TEXT_CLEANUP four = { 0 }, six = { 0 };
	struct net_counts c = { 0 };
	int err = read_below(net, "sockstat", &four);

	if (!err)
		err = proc_pair(four.bytes, "TCP:", "inuse", &c.inuse);
	if (!err)
		err = proc_pair(four.bytes, "TCP:", "tw", &c.time_waits);
	if (!err)
		err = proc_pair(four.bytes, "TCP:", "alloc", &c.alloc);
	if (err)
		return err;
	proc_pair(four.bytes, "TCP:", "orphan", &c.orphans);
	proc_pair(four.bytes, "TCP:", "mem", &c.pages);
	if (!read_below(net, "sockstat6", &six)) /* not there without IPv6 */
		proc_pair(six.bytes, "TCP6:", "inuse", &c.inuse6);
	if (!net_counts_empty(&c))
		c.opened_known = !read_opened(net, &c.opened);
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

/* The kernel gives this list in one read, whatever its length, and nothing after: a short one must be known to
 * be whole by the room that is left (measured; kernel/sysctl.c, proc_do_large_bitmap). */
static ssize_t read_once(const char *path, char *list, size_t room)
{
	cleanup(cleanup_close) int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t length = fd < 0 ? -1 : read(fd, list, room - 1);

	if (length >= 0)
		list[length] = '\0';
	return length;
}

static void read_reserved(struct netns *n, struct arena *arena)
{
	static const char path[] = IPV4 "ip_local_reserved_ports";
	char small[1024];
	ssize_t length = read_once(path, small, sizeof(small));

	if (length >= 0 && (size_t)length < sizeof(small) - 1) {
		proc_port_list(small, arena, &n->reserved);
		return;
	}
	cleanup(cleanup_free) char *list = memory_resize(NULL, RESERVED_BYTES, 1);
	if (read_once(path, list, RESERVED_BYTES) >= 0)
		proc_port_list(list, arena, &n->reserved);
}

/* One line a CPU, in hexadecimal, below a line of names (net/netfilter/nf_conntrack_standalone.c). */
static uint64_t conntrack_drops(void)
{
	TEXT_CLEANUP stat = { 0 };

	if (file_read(NET "stat/nf_conntrack", TABLE_BYTES, &stat))
		return 0;
	return proc_hex_sum(stat.bytes, "drop") + proc_hex_sum(stat.bytes, "early_drop");
}

bool netns_tracks(void)
{
	uint64_t count;

	return !file_read_u64(CONNTRACK_COUNT, &count) && count;
}

static void read_totals(struct netns_totals *t)
{
	TEXT_CLEANUP netstat = { 0 };
	uint64_t called = 0, dropped = 0;

	*t = (struct netns_totals){ .conntrack_drops = conntrack_drops() };
	file_read_u64(CONNTRACK_COUNT, &t->conntrack_used);
	if (file_read(NET "netstat", TABLE_BYTES, &netstat))
		return;
	proc_table(netstat.bytes, "TcpExt:", "ListenOverflows", &t->listen_overflows);
	proc_table(netstat.bytes, "TcpExt:", "ListenDrops", &t->listen_drops);
	proc_table(netstat.bytes, "TcpExt:", "TCPTimeWaitOverflow", &t->time_wait_overflows);
	proc_table(netstat.bytes, "TcpExt:", "TCPAbortOnMemory", &t->memory_aborts);
	proc_table(netstat.bytes, "TcpExt:", "TCPMemoryPressures", &t->memory_pressures);
	proc_table(netstat.bytes, "TcpExt:", "PruneCalled", &called);
	proc_table(netstat.bytes, "TcpExt:", "RcvPruned", &dropped);
	t->pruned = called + dropped;
}

void netns_read_settings(struct netns *n, struct arena *arena)
{
	bool earlier = n->counters_known;
	struct net_counts c;

	n->before = n->totals;
	read_totals(&n->totals);
	if (!earlier)
		n->before = n->totals;
	if (!net_counts_read(NET_HERE, &c)) {
		n->inuse = c.inuse;
		n->inuse6 = c.inuse6;
		n->time_waits = c.time_waits;
		n->counters_known = true;
	}
	read_port_range(n);
	read_reserved(n, arena);
	file_read_u64(IPV4 "tcp_tw_reuse_delay", &n->tw_reuse_delay_ms);
	file_read_u64(IPV4 "tcp_tw_reuse", &n->tw_reuse);
	file_read_u64(IPV4 "tcp_timestamps", &n->timestamps);
	file_read_u64(IPV4 "tcp_max_tw_buckets", &n->max_time_waits);
	file_read_u64(IPV4 "tcp_fin_timeout", &n->fin_timeout_s);
	file_read_u64(IPV4 "tcp_syncookies", &n->syncookies);
	file_read_u64(IPV4 "tcp_abort_on_overflow", &n->abort_on_overflow);
	file_read_u64(IPV4 "ip_autobind_reuse", &n->autobind_reuse);
	file_read_u64("/proc/sys/net/core/somaxconn", &n->somaxconn);
}

static size_t read_numbers(const char *path, uint64_t *numbers, size_t room)
{
	TEXT_CLEANUP content = { 0 };

	return file_read(path, 256, &content) ? 0 : proc_numbers(content.bytes, numbers, room);
}

/* These settings are to be seen in the first network namespace only (ipv4_table, net/ipv4/sysctl_net_ipv4.c): from a
 * container's they are read by a step over, if we may. */
void tcp_limits_read(struct host_limits *l)
{
	uint64_t three[3];

	if (read_numbers(IPV4 "tcp_mem", three, 3) == 3)
		l->tcp_pages_limit = three[2];
	file_read_u64(IPV4 "tcp_max_orphans", &l->orphans_limit);
}

static void read_tcp_limits_of_first(struct host_limits *l)
{
	cleanup(cleanup_close) int home = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	cleanup(cleanup_close) int first = open("/proc/1/ns/net", O_RDONLY | O_CLOEXEC);

	if (home < 0 || first < 0 || setns(first, CLONE_NEWNET))
		return;
	tcp_limits_read(l);
	if (setns(home, CLONE_NEWNET))
		abort(); /* nothing true can be said from the wrong namespace */
}

void host_limits_read(struct host_limits *l)
{
	struct net_counts c;
	uint64_t three[3];

	if (read_numbers("/proc/sys/fs/file-nr", three, 3) == 3) {
		l->files_used = three[0] - three[1];
		l->files_limit = three[2];
	}
	if (!l->tcp_pages_limit)
		tcp_limits_read(l);
	if (!l->tcp_pages_limit)
		read_tcp_limits_of_first(l);
	file_read_u64("/proc/sys/net/netfilter/nf_conntrack_max", &l->conntrack_limit);
	if (net_counts_read(NET_HERE, &c))
		return;
	l->orphans_used = c.orphans;
	l->tcp_pages = c.pages;
	l->alloc = c.alloc;
}
