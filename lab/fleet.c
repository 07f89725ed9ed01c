/* A fleet of eight hosts, with translation of addresses between some of them, and all that two ends of a connection can
 * come to. Each is recorded into a file of its own, as their owners would do it: first those whose looks must prove
 * that something is not there any more. Made by `unfin fleet lab`, which gives the folder. */
#include "lab/kit/kit.h"
#include "lab/kit/hosts.h"
#include "base/json.h"
#include <fcntl.h>
#include <limits.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>

enum { HEALTHY = 20, HEALTHY_FAR = 8, BUSY = 10, IDLE_MS = 1500, RIPE_MS = 3500, PHASE_GONE = 1, MOST = 32 };

/* What a role does, and how often. */
struct part {
	const char *role, *address;
	unsigned count;
};

static const struct part parts[] = {
	{ "catalog-db", "10.80.3.2:8080" },
	{ "shop-frontend", "10.80.3.2:8080", 12 },
	{ "order-api", "10.80.2.2:8200", 9 },
	{ "order-clients", "10.80.2.2:8200", 9 },
	{ "archive", "192.168.51.2:8080" },
	{ "scanner", "10.80.6.2:80", 7 },
	{ "uploads", "192.168.51.2:8443", 5 },
	{ "reporter", "10.80.6.2:443", 5 },
	{ "chat-server", "10.80.5.2:8300", 6 },
	{ "chat-clients", "10.80.5.2:8300", 6 },
	{ "primary", "10.80.2.2:5432", 4 },
	{ "replica", "10.80.2.2:5432", 4 },
	{ "session-cache", "10.80.5.2:6379" },
	{ "cart-pool", "10.80.5.2:6379", 10 },
	{ "poll-server", "10.80.3.2:8400", 3 },
	{ "poller", "10.80.3.2:8400", 3 },
	{ "sql-server", "10.80.3.2:3306", HEALTHY },
	{ "sql-pool", "10.80.3.2:3306", HEALTHY },
	{ "live-server", "192.168.51.2:8500", HEALTHY_FAR },
	{ "live-clients", "10.80.6.2:85", HEALTHY_FAR },
	{ "stock-server", "10.80.3.2:8600" },
	{ "stock-pool", "10.80.3.2:8600", BUSY },
	{ 0 },
};

/* What `unfin fleet pairs` must say of it. */
static const struct {
	const char *verdict, *joined_by;
	unsigned count;
	const char *host, *process, *other_host, *other_process;
} expected[] = {
	{ "client_owes", "flow", 12, "web-1", "shop-frontend", "db-1", "catalog-db" },
	{ "client_owes", "flow", 10, "web-2", "cart-pool", "cache-1", "session-cache" },
	{ "client_owes", "sequence", 7, "edge-1", "scanner", "vault-1", "archive" },
	{ "server_owes", "flow", 9, "api-1", "order-api", "web-2", "order-clients" },
	{ "server_owes", "sequence", 5, "vault-1", "uploads", "web-1", "reporter" },
	{ "fin_from_between", "flow", 3, "api-1", "poller", "db-1", "poll-server" },
	{ "half_open", "absence", 6, "cache-1", "chat-server", "web-2", NULL },
	{ "half_open", "absence", 4, "db-1", "replica", "api-1", NULL },
};

static const struct part *part_of(const struct role *r)
{
	const struct part *p = parts;

	while (p->role && !streq(p->role, r->what->name))
		p++;
	return p;
}

static void run_closing_server(struct role *r)
{
	bool keeps = streq(r->what->name, "session-cache");

	serve(r,
	      &(struct service){ .address = part_of(r)->address, .answer_bytes = 500, .idle_ms = keeps ? IDLE_MS : 0 });
}

/* Answers all, and closes none. */
static void accept_all(struct role *r, int fds[MOST])
{
	const struct part *p = part_of(r);
	int listener = role_need(r, net_listen(p->address, 128), p->address);

	role_ready(r);
	for (unsigned i = 0; i < p->count; i++) {
		play_accept(r, listener, &fds[i], 1);
		net_answer(fds[i], 500);
		role_keep(r, fds[i], "established");
	}
}

static void run_keeping_server(struct role *r)
{
	int fds[MOST];

	accept_all(r, fds);
	role_rest();
}

static void connect_all(struct role *r, int fds[MOST])
{
	const struct part *p = part_of(r);

	for (unsigned i = 0; i < p->count; i++) {
		fds[i] = role_need(r, net_connect(p->address), p->address);
		net_fetch(fds[i]);
		r->row->opened++;
		role_keep(r, fds[i], "established");
	}
	role_ready(r);
}

static void run_keeping_client(struct role *r)
{
	int fds[MOST];

	connect_all(r, fds);
	role_rest();
}

/* In use all the time, so that the two looks at a connection never see the same. */
static void run_busy_server(struct role *r)
{
	serve(r, &(struct service){ .address = part_of(r)->address, .answer_bytes = 500, .idle_ms = SERVE_KEEPS });
}

static void run_busy_client(struct role *r)
{
	play_pool(r, part_of(r)->address, part_of(r)->count, 20.0 * BUSY);
}

/* Has finished, and waits for the other end to do so. */
static void run_finishing_client(struct role *r)
{
	int fds[MOST];

	connect_all(r, fds);
	for (unsigned i = 0; i < part_of(r)->count; i++)
		shutdown(fds[i], SHUT_WR);
	role_rest();
}

/* As after a power cut: no FIN, no reset. */
static void vanish(struct role *r, const int fds[MOST])
{
	role_wait_phase(r, PHASE_GONE);
	for (unsigned i = 0; i < part_of(r)->count; i++) {
		if (setsockopt(fds[i], IPPROTO_TCP, TCP_REPAIR, &(int){ 1 }, sizeof(int)))
			role_fail(r, -errno, "TCP_REPAIR");
		close(fds[i]);
		r->row->closed++;
	}
	role_rest();
}

static void run_vanishing_client(struct role *r)
{
	int fds[MOST];

	connect_all(r, fds);
	vanish(r, fds);
}

static void run_vanishing_server(struct role *r)
{
	int fds[MOST];

	accept_all(r, fds);
	vanish(r, fds);
}

static uint32_t queue_sequence(struct role *r, int fd, int queue)
{
	uint32_t sequence = 0;
	socklen_t length = sizeof(sequence);

	if (setsockopt(fd, IPPROTO_TCP, TCP_REPAIR_QUEUE, &queue, sizeof(queue)) ||
	    getsockopt(fd, IPPROTO_TCP, TCP_QUEUE_SEQ, &sequence, &length))
		role_fail(r, -errno, "TCP_QUEUE_SEQ");
	return sequence;
}

static uint16_t checksum(const struct endpoint *from, const struct endpoint *to, const struct tcphdr *tcp)
{
	uint32_t sum = IPPROTO_TCP + sizeof(*tcp);
	const uint8_t *parts_of[] = { from->addr.bytes + 12, to->addr.bytes + 12, (const uint8_t *)tcp };
	const size_t lengths[] = { 4, 4, sizeof(*tcp) };

	for (size_t i = 0; i < ARRAY_SIZE(lengths); i++)
		for (size_t at = 0; at < lengths[i]; at += 2)
			sum += (uint32_t)parts_of[i][at] << 8 | parts_of[i][at + 1];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return htons((uint16_t)~sum);
}

/* What a firewall does that ends idle connections towards one side: the kernel here knows nothing of it. */
static void forge_fin(struct role *r, int raw, int fd)
{
	const int on = 1, off = -1; /* TCP_REPAIR_OFF_NO_WP */
	struct endpoint local, peer;
	struct sockaddr_storage to;
	int unsent = 1;

	while (!ioctl(fd, SIOCOUTQ, &unsent) && unsent)
		sleep_ms(5);
	if (net_ends(fd, &local, &peer) || setsockopt(fd, IPPROTO_TCP, TCP_REPAIR, &on, sizeof(on)))
		role_fail(r, -errno, "TCP_REPAIR");
	struct tcphdr tcp = { .source = htons(local.port),
		              .dest = htons(peer.port),
		              .seq = htonl(queue_sequence(r, fd, TCP_SEND_QUEUE)),
		              .ack_seq = htonl(queue_sequence(r, fd, TCP_RECV_QUEUE)),
		              .doff = sizeof(struct tcphdr) / 4,
		              .fin = 1,
		              .ack = 1,
		              .window = htons(500) };
	tcp.check = checksum(&local, &peer, &tcp);
	setsockopt(fd, IPPROTO_TCP, TCP_REPAIR, &off, sizeof(off));
	socklen_t length = net_sockaddr(&peer, &to);
	((struct sockaddr_in *)&to)->sin_port = 0;
	if (sendto(raw, &tcp, sizeof(tcp), 0, (struct sockaddr *)&to, length) != sizeof(tcp))
		role_fail(r, -errno, "a raw socket");
	r->row->closed++;
}

static void run_poll_server(struct role *r)
{
	int fds[MOST], raw = role_need(r, socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_TCP), "a raw socket");

	accept_all(r, fds);
	for (unsigned i = 0; i < part_of(r)->count; i++)
		forge_fin(r, raw, fds[i]);
	close(raw);
	role_rest();
}

static int make_hosts(struct lab *lab)
{
	static const char nat[] = "table ip lab {\n"
	                          "chain in { type nat hook prerouting priority -100;\n"
	                          "ip daddr 10.80.6.2 tcp dport 80 dnat to 192.168.51.2:8080\n"
	                          "ip daddr 10.80.6.2 tcp dport 443 dnat to 192.168.51.2:8443\n"
	                          "ip daddr 10.80.6.2 tcp dport 85 dnat to 192.168.51.2:8500\n"
	                          "}\n"
	                          "chain out { type nat hook postrouting priority 100;\n"
	                          "masquerade random\n"
	                          "}\n"
	                          "}\n";
	static const char *const hosts[][4] = {
		{ "web-1", "10.80.1.2", NULL, "10.80.1.1" },
		{ "api-1", "10.80.2.2", NULL, "10.80.2.1" },
		{ "db-1", "10.80.3.2", NULL, "10.80.3.1" },
		{ "web-2", "10.80.4.2", NULL, "10.80.4.1" },
		{ "cache-1", "10.80.5.2", NULL, "10.80.5.1" },
		{ "nat-1", "10.80.6.2", NULL, "10.80.6.1" },
		{ "edge-1", "192.168.50.2", "nat-1", "192.168.50.1" },
		{ "vault-1", "192.168.51.2", "nat-1", "192.168.51.1" },
	};
	int error = 0;

	for (size_t i = 0; !error && i < ARRAY_SIZE(hosts); i++)
		error = lab_host(lab, hosts[i][0], hosts[i][1], hosts[i][2], hosts[i][3]);
	return error ?: lab_host_routes(lab, NULL, NULL) ?: lab_host_routes(lab, "nat-1", nat);
}

static int start_roles(struct lab *lab)
{
	int error = 0;

	for (const struct part *p = parts; !error && p->role; p++)
		error = lab_start(lab, p->role);
	return error;
}

static int wait_for_all(struct lab *lab)
{
	int error = lab_until(lab, 10, lab_row(lab, "chat-server")->held == 6 && lab_row(lab, "primary")->held == 4);

	if (!error)
		error = lab_until(lab, 10,
		                  lab_row(lab, "poll-server")->closed == 3 &&
		                          lab_row(lab, "live-server")->held == HEALTHY_FAR);
	lab_phase(lab, PHASE_GONE);
	if (!error)
		error = lab_until(lab, 10,
		                  lab_row(lab, "chat-clients")->closed == 6 && lab_row(lab, "primary")->closed == 4);
	if (!error)
		error = lab_until(lab, 10, lab_row(lab, "session-cache")->closed == 10);
	return error ?: lab_ripen(lab, RIPE_MS);
}

/* Who must prove that something is gone looks before who still has it. */
const char *const *lab_fleet_hosts(void)
{
	static const char *const hosts[] = { "web-1", "web-2", "api-1",   "edge-1", "vault-1",
		                             "nat-1", "db-1",  "cache-1", NULL };

	return hosts;
}

void lab_fleet_remove(const char *folder)
{
	static const char *const others[] = { "fleet.key", "expected.json" };
	char path[PATH_MAX];

	for (const char *const *host = lab_fleet_hosts(); *host; host++) {
		snprintf(path, sizeof(path), "%s/%s.unfin", folder, *host);
		unlink(path);
	}
	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, others[i]);
		unlink(path);
	}
	rmdir(folder);
}

static int record_hosts(struct lab *lab)
{
	char key[PATH_MAX], file[PATH_MAX];
	int error = 0;

	snprintf(key, sizeof(key), "%s/fleet.key", lab->directory);
	for (const char *const *host = lab_fleet_hosts(); !error && *host; host++) {
		snprintf(file, sizeof(file), "%s/%s.unfin", lab->directory, *host);
		error = lab_host_unfin(
		        lab, *host,
		        (const char *[]){ "record", file, "--window", "0", "--fleet-key", key, "-q", NULL });
	}
	return error;
}

static void expect_end(struct json *j, const char *name, const char *host, const char *process)
{
	if (!process) {
		json_none(j, name);
		return;
	}
	json_object_begin(j, name);
	json_text(j, "host", host);
	json_text(j, "process", process);
	json_object_end(j);
}

static int write_expected(struct lab *lab)
{
	char path[PATH_MAX];
	TEXT_CLEANUP out = { 0 };
	struct json j = JSON(&out, true);

	json_object_begin(&j, NULL);
	json_u64(&j, "healthy", HEALTHY + HEALTHY_FAR + BUSY);
	json_array_begin(&j, "pairs");
	for (size_t i = 0; i < ARRAY_SIZE(expected); i++) {
		json_object_begin(&j, NULL);
		json_text(&j, "verdict", expected[i].verdict);
		json_text(&j, "joined_by", expected[i].joined_by);
		json_u64(&j, "count", expected[i].count);
		expect_end(&j, "ours", expected[i].host, expected[i].process);
		expect_end(&j, "theirs", expected[i].other_host, expected[i].other_process);
		json_text(&j, "other_host", expected[i].other_host);
		json_object_end(&j);
	}
	json_array_end(&j);
	json_object_end(&j);
	text_add_char(&out, '\n');
	snprintf(path, sizeof(path), "%s/expected.json", lab->directory);
	cleanup(cleanup_close) int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	int error = fd < 0 ? -errno : text_flush(&out, fd);
	return error ? lab_failed(path, error) : 0;
}

static int make(struct lab *lab)
{
	if (!lab->directory)
		return lab_failed("the folder for its files (unfin fleet lab DIR)", -EINVAL);
	return make_hosts(lab) ?: start_roles(lab) ?: wait_for_all(lab) ?: record_hosts(lab) ?: write_expected(lab);
}

const struct lab_fault lab_fleet = {
	.name = "fleet",
	.title = "eight hosts, translation of addresses between them, and whose turn it is to close",
	.hidden = true,
	.story = "  web-1, web-2, api-1, db-1, cache-1 reach each other; edge-1 and vault-1 are behind nat-1\n"
	         "  shop-frontend on web-1, cart-pool on web-2 and scanner on edge-1 do not close what their server "
	         "has finished\n"
	         "  order-api on api-1 and uploads on vault-1 do not close what their client has finished\n"
	         "  chat-server on cache-1 and replica on db-1 talk to sockets that do not exist any more\n"
	         "  poller on api-1 was told an end by something between it and poll-server on db-1\n"
	         "  sql-pool on web-1, live-clients on edge-1 and stock-pool on web-2 are well\n",
	.roles = { { "catalog-db", "--listen 10.80.3.2:8080", run_closing_server, .host = "db-1" },
	           { "shop-frontend", "--catalog 10.80.3.2:8080", run_keeping_client, .host = "web-1" },
	           { "order-api", "--listen 10.80.2.2:8200", run_keeping_server, .host = "api-1" },
	           { "order-clients", "--to 10.80.2.2:8200", run_finishing_client, .host = "web-2" },
	           { "archive", "--listen 192.168.51.2:8080", run_closing_server, .host = "vault-1" },
	           { "scanner", "--to 10.80.6.2:80", run_keeping_client, .host = "edge-1" },
	           { "uploads", "--listen 192.168.51.2:8443", run_keeping_server, .host = "vault-1" },
	           { "reporter", "--to 10.80.6.2:443", run_finishing_client, .host = "web-1" },
	           { "chat-server", "--listen 10.80.5.2:8300", run_keeping_server, .host = "cache-1" },
	           { "chat-clients", "--to 10.80.5.2:8300", run_vanishing_client, .host = "web-2" },
	           { "primary", "--listen 10.80.2.2:5432", run_vanishing_server, .host = "api-1" },
	           { "replica", "--primary 10.80.2.2:5432", run_keeping_client, .host = "db-1" },
	           { "session-cache", "--listen 10.80.5.2:6379 --idle 1.5s", run_closing_server, .host = "cache-1" },
	           { "cart-pool", "--sessions 10.80.5.2:6379", run_keeping_client, .host = "web-2" },
	           { "poll-server", "--listen 10.80.3.2:8400", run_poll_server, .host = "db-1" },
	           { "poller", "--to 10.80.3.2:8400", run_keeping_client, .host = "api-1" },
	           { "sql-server", "--listen 10.80.3.2:3306", run_keeping_server, .host = "db-1" },
	           { "sql-pool", "--to 10.80.3.2:3306", run_keeping_client, .host = "web-1" },
	           { "live-server", "--listen 192.168.51.2:8500", run_keeping_server, .host = "vault-1" },
	           { "live-clients", "--to 10.80.6.2:85", run_keeping_client, .host = "edge-1" },
	           { "stock-server", "--listen 10.80.3.2:8600", run_busy_server, .host = "db-1" },
	           { "stock-pool", "--to 10.80.3.2:8600", run_busy_client, .host = "web-2" } },
	.make = make,
};
