/* The table of connection tracking fills: after 30 to 120 s the kernel drops every new connection, and connect() hangs.
 * The limit cannot be set for one namespace alone, but each counts for itself: ours is filled with entries that stand
 * for nothing, up to what a steady rate of real connections eats in that time. These must stay open: near the limit the
 * kernel throws out the entries of closed ones (gc_worker_can_early_drop). Memory: some 300 bytes an entry until the
 * lab ends. The kernel may note the drops in its log. */
#include "lab/kit/kit.h"
#include "lab/kit/netlink.h"
#include "base/file.h"
#include <arpa/inet.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <netinet/in.h>
#include <sys/wait.h>

enum { TABLE_MOST = 600000, BATCH_EVERY = 2000, OLDEST_S = 8, LIFE_MOST_S = 120, HELD_MOST = 19000 };

static struct seed_limit entries_of(uint64_t seed)
{
	return seed_limit(seed, OLDEST_S, LIFE_MOST_S, HELD_MOST);
}

static void run_server(struct role *r)
{
	serve(r, &(struct service){ .address = "127.0.0.1:8080", .answer_bytes = 100, .idle_ms = SERVE_KEEPS });
}

static void run_users(struct role *r)
{
	struct pace pace = pace_per_s(r, entries_of(r->seed).per_s);

	role_ready(r);
	while (pace_wait(&pace)) {
		int fd = net_connect("127.0.0.1:8080");
		if (fd < 0) {
			role_failed(r, "connect", fd);
			continue;
		}
		net_fetch(fd);
		role_keep(r, fd, "established");
	}
}

static void tuple_add(struct nl_request *r, unsigned type, uint32_t from, uint32_t to, uint16_t from_port,
                      uint16_t to_port)
{
	struct nlattr *tuple = nl_nest(r, type), *ip = nl_nest(r, CTA_TUPLE_IP);

	nl_add(r, CTA_IP_V4_SRC, &from, sizeof(from));
	nl_add(r, CTA_IP_V4_DST, &to, sizeof(to));
	nl_nest_end(r, ip);
	struct nlattr *proto = nl_nest(r, CTA_TUPLE_PROTO);
	nl_add(r, CTA_PROTO_NUM, &(uint8_t){ IPPROTO_UDP }, 1);
	nl_add(r, CTA_PROTO_SRC_PORT, &from_port, sizeof(from_port));
	nl_add(r, CTA_PROTO_DST_PORT, &to_port, sizeof(to_port));
	nl_nest_end(r, proto);
	nl_nest_end(r, tuple);
}

/* Seen in both directions ("assured"), or the kernel would throw it out for a newer one. */
static int entry_add(int fd, uint32_t number)
{
	struct nfgenmsg head = { .nfgen_family = AF_INET, .version = NFNETLINK_V0 };
	uint32_t here = htonl(0xc6120001), there = htonl(0xc6120002), hour = htonl(3600);
	uint32_t status = htonl(IPS_CONFIRMED | IPS_SEEN_REPLY | IPS_ASSURED);
	uint16_t low = htons((uint16_t)(number & 0xffff)), high = htons((uint16_t)(1 + (number >> 16)));
	struct nl_request r;

	nl_begin(&r, NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_NEW, NLM_F_CREATE, &head, sizeof(head));
	tuple_add(&r, CTA_TUPLE_ORIG, here, there, low, high);
	tuple_add(&r, CTA_TUPLE_REPLY, there, here, high, low);
	nl_add(&r, CTA_STATUS, &status, sizeof(status));
	nl_add(&r, CTA_TIMEOUT, &hour, sizeof(hour));
	if (number % BATCH_EVERY == 0)
		return nl_ask(fd, &r);
	return send(fd, &r, r.head.nlmsg_len, 0) < 0 ? -errno : 0;
}

/* Tracking runs in a namespace once a rule asks for it. nft is the one program that the lab does not bring. */
static int tracking_on(void)
{
	int status = -1;
	pid_t pid = fork();

	if (!pid) {
		execlp("nft", "nft",
		       "add table inet lab; add chain inet lab out { type filter hook output priority 0; }; "
		       "add rule inet lab out ct state new counter",
		       NULL);
		_exit(127);
	}
	return pid < 0 || waitpid(pid, &status, 0) != pid || status ? -ENOENT : 0;
}

static int table_fill(struct lab *lab)
{
	cleanup(cleanup_close) int fd = nl_open(NETLINK_NETFILTER);
	uint64_t most, left = entries_of(lab->seed).most;
	int error = fd < 0 ? fd : file_read_u64("/proc/sys/net/netfilter/nf_conntrack_max", &most);

	if (!error && most > TABLE_MOST)
		return lab_failed("a connection tracking table that large", -E2BIG);
	for (uint32_t i = 0; !error && i + left < most; i++) {
		error = entry_add(fd, i);
		if (!error && i % BATCH_EVERY == 0)
			error = lab_ripen(lab, 1);
	}
	return error ? lab_failed("the table of connection tracking", error) : 0;
}

static int make(struct lab *lab)
{
	int error = tracking_on();

	if (error)
		return lab_failed("connection tracking (it needs the program nft)", error);
	error = table_fill(lab);
	if (!error)
		error = lab_sysctl(lab, "net.ipv4.tcp_syn_retries", "1"); /* who hangs shall say so soon */
	if (!error)
		error = lab_sysctl(lab, "net.ipv4.tcp_syn_linear_timeouts", "0");
	if (!error)
		error = lab_start_each(lab, "chat-server", "chat-users", NULL);
	return error ? error : lab_until(lab, 30, lab_oldest_s(lab) > OLDEST_S);
}

const struct lab_fault lab_conntrack_full = {
	.name = "conntrack-full",
	.title = "the table of connection tracking fills: new connections will be dropped",
	.story = "  chat-users   come to 127.0.0.1:8080 at a steady rate, and stay\n"
	         "  chat-server  is there for them\n"
	         "Connection tracking keeps an entry for each; its table is nearly full with older ones.\n",
	.expect = { .roots = { { "conntrack-full", "*" } },
	            /* Until the table was full its descriptors grew as well, and would have ended next. */
	            .allowed = { "fd-limit" },
	            .end = { "conntrack-full", "chat-users", "connect", "ETIMEDOUT" } },
	.roles = { { "chat-server", "--listen 127.0.0.1:8080", run_server },
	           { "chat-users", "--to 127.0.0.1:8080", run_users } },
	.make = make,
};
