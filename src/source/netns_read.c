#include "netns_read.h"
#include "proc_text.h"
#include "unknown.h"
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

static int read_port_range(struct netns *n)
{
	TEXT_CLEANUP range = { 0 };
	uint64_t ends[2];
	int err = file_read(IPV4 "ip_local_port_range", 64, &range);

	if (!err && proc_numbers(range.bytes, ends, 2) < 2)
		err = -EINVAL;
	if (err)
		return err;
	n->port_first = (uint16_t)ends[0];
	n->port_last = (uint16_t)ends[1];
	return 0;
}

/* The kernel gives this list in one read, whatever its length, and nothing after: a short one must be known to
 * be whole by the room that is left (measured; kernel/sysctl.c, proc_do_large_bitmap). */
static ssize_t read_once(const char *path, char *list, size_t room)
{
	cleanup(cleanup_close) int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t length = fd < 0 ? -1 : read(fd, list, room - 1);

	if (length < 0)
		return -errno;
	list[length] = '\0';
	return length;
}

static int read_reserved(struct netns *n, struct arena *arena)
{
	static const char path[] = IPV4 "ip_local_reserved_ports";
	char small[1024];
	ssize_t length = read_once(path, small, sizeof(small));

	if (length < 0)
		return (int)length;
	if ((size_t)length < sizeof(small) - 1)
		return proc_port_list(small, arena, &n->reserved);
	cleanup(cleanup_free) char *list = memory_resize(NULL, RESERVED_BYTES, 1);
	length = read_once(path, list, RESERVED_BYTES);
	return length < 0 ? (int)length : proc_port_list(list, arena, &n->reserved);
}

/* What a kernel may be built without. */
static int or_absent(int err)
{
	return err == -ENOENT ? 0 : err;
}

/* One line a CPU, in hexadecimal, below a line of names (net/netfilter/nf_conntrack_standalone.c). */
static int read_conntrack(struct netns_totals *t)
{
	TEXT_CLEANUP stat = { 0 };
	int err = or_absent(file_read_u64(CONNTRACK_COUNT, &t->conntrack_used));

	if (!err)
		err = or_absent(file_read(NET "stat/nf_conntrack", TABLE_BYTES, &stat));
	if (!err && stat.length)
		t->conntrack_drops = proc_hex_sum(stat.bytes, "drop") + proc_hex_sum(stat.bytes, "early_drop");
	return err;
}

bool netns_tracks(void)
{
	uint64_t count;

	return !file_read_u64(CONNTRACK_COUNT, &count) && count;
}

static int read_totals(struct netns_totals *ret)
{
	struct netns_totals t = { .known = true };
	TEXT_CLEANUP netstat = { 0 };
	uint64_t called = 0, dropped = 0;
	int err = read_conntrack(&t) ?: file_read(NET "netstat", TABLE_BYTES, &netstat);

	if (err)
		return err;
	proc_table(netstat.bytes, "TcpExt:", "ListenOverflows", &t.listen_overflows);
	proc_table(netstat.bytes, "TcpExt:", "ListenDrops", &t.listen_drops);
	proc_table(netstat.bytes, "TcpExt:", "TCPTimeWaitOverflow", &t.time_wait_overflows);
	proc_table(netstat.bytes, "TcpExt:", "TCPAbortOnMemory", &t.memory_aborts);
	proc_table(netstat.bytes, "TcpExt:", "TCPMemoryPressures", &t.memory_pressures);
	proc_table(netstat.bytes, "TcpExt:", "PruneCalled", &called);
	proc_table(netstat.bytes, "TcpExt:", "RcvPruned", &dropped);
	t.pruned = called + dropped;
	*ret = t;
	return 0;
}

/* Two looks are compared only where both could count. */
static int read_counters(struct netns *n)
{
	struct net_counts c;
	int err = read_totals(&n->totals);

	if (err || !n->before.known)
		n->before = n->totals;
	int counts_err = net_counts_read(NET_HERE, &c);
	if (counts_err)
		return counts_err;
	n->inuse = c.inuse;
	n->inuse6 = c.inuse6;
	n->time_waits = c.time_waits;
	n->counters_known = true;
	return err;
}

/* Each is one number in a file. */
static const struct {
	const char *path;
	size_t offset;
	bool may_lack; /* older kernels do not have it */
} settings[] = {
	{ IPV4 "tcp_tw_reuse_delay", offsetof(struct netns, tw_reuse_delay_ms), true },
	{ IPV4 "tcp_tw_reuse", offsetof(struct netns, tw_reuse) },
	{ IPV4 "tcp_timestamps", offsetof(struct netns, timestamps) },
	{ IPV4 "tcp_max_tw_buckets", offsetof(struct netns, max_time_waits) },
	{ IPV4 "tcp_fin_timeout", offsetof(struct netns, fin_timeout_s) },
	{ IPV4 "tcp_syncookies", offsetof(struct netns, syncookies), true },
	{ IPV4 "tcp_abort_on_overflow", offsetof(struct netns, abort_on_overflow) },
	{ IPV4 "ip_autobind_reuse", offsetof(struct netns, autobind_reuse), true },
	{ "/proc/sys/net/core/somaxconn", offsetof(struct netns, somaxconn) },
};

static void read_settings(struct moment *m, struct netns *n)
{
	unknown_tell(m, UNKNOWN_SETTINGS, IPV4 "ip_local_port_range", read_port_range(n));
	unknown_tell(m, UNKNOWN_SETTINGS, IPV4 "ip_local_reserved_ports", read_reserved(n, m->arena));
	for (size_t i = 0; i < ARRAY_SIZE(settings); i++) {
		int err = file_read_u64(settings[i].path, (uint64_t *)((char *)n + settings[i].offset));
		unknown_tell(m, UNKNOWN_SETTINGS, settings[i].path, settings[i].may_lack ? or_absent(err) : err);
	}
}

void netns_read_settings(struct moment *m, struct netns *n)
{
	n->before = n->totals;
	unknown_tell(m, UNKNOWN_COUNTERS, NET_HERE, read_counters(n));
	read_settings(m, n);
}

static int read_numbers(const char *path, uint64_t *numbers, size_t count)
{
	TEXT_CLEANUP content = { 0 };
	int err = file_read(path, 256, &content);

	return err ?: proc_numbers(content.bytes, numbers, count) < count ? -EINVAL : 0;
}

/* These settings are to be seen in the first network namespace only (ipv4_table, net/ipv4/sysctl_net_ipv4.c): from a
 * container's they are read by a step over, if we may. */
int tcp_limits_read(struct host_limits *l)
{
	uint64_t three[3], orphans;
	int err = read_numbers(IPV4 "tcp_mem", three, 3) ?: file_read_u64(IPV4 "tcp_max_orphans", &orphans);

	if (err)
		return err;
	l->tcp_pages_limit = three[2];
	l->orphans_limit = orphans;
	return 0;
}

static int read_tcp_limits_of_first(struct host_limits *l)
{
	cleanup(cleanup_close) int home = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	cleanup(cleanup_close) int first = home < 0 ? -1 : open("/proc/1/ns/net", O_RDONLY | O_CLOEXEC);

	if (first < 0 || setns(first, CLONE_NEWNET))
		return -errno;
	int err = tcp_limits_read(l);
	if (setns(home, CLONE_NEWNET))
		abort(); /* nothing true can be said from the wrong namespace */
	return err;
}

/* Read once, for they are the same at both looks. Who asks for one namespace, which does not show them, and may not
 * step over, has not asked for the host's. */
static void read_tcp_limits(struct moment *m)
{
	struct host_limits *l = &m->limits;
	int err = l->tcp_pages_limit ? 0 : tcp_limits_read(l);

	if (err == -ENOENT)
		err = read_tcp_limits_of_first(l);
	if (!m->scope_all && (err == -EACCES || err == -EPERM || err == -ENOENT))
		return;
	unknown_tell(m, UNKNOWN_HOST_LIMITS, IPV4 "tcp_mem", err);
}

static int read_files(struct host_limits *l)
{
	uint64_t three[3];
	int err = read_numbers("/proc/sys/fs/file-nr", three, 3);

	if (err)
		return err;
	l->files_used = three[0] - three[1];
	l->files_limit = three[2];
	return 0;
}

static int read_counts(struct host_limits *l)
{
	struct net_counts c;
	int err = net_counts_read(NET_HERE, &c);

	if (err)
		return err;
	l->orphans_used = c.orphans;
	l->tcp_pages = c.pages;
	l->alloc = c.alloc;
	return 0;
}

void host_limits_read(struct moment *m)
{
	static const char conntrack[] = "/proc/sys/net/netfilter/nf_conntrack_max";
	struct host_limits *l = &m->limits;

	unknown_tell(m, UNKNOWN_HOST_LIMITS, "/proc/sys/fs/file-nr", read_files(l));
	unknown_tell(m, UNKNOWN_HOST_LIMITS, conntrack, or_absent(file_read_u64(conntrack, &l->conntrack_limit)));
	unknown_tell(m, UNKNOWN_HOST_LIMITS, NET_HERE, read_counts(l));
	read_tcp_limits(m);
}
