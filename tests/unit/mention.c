/* What people paste, and what must be read out of it. A message that was misread is a new row. */
#include "unit.h"
#include "model/message/mention.h"
#include "model/message/way_on.h"
#include "view/pages.h"

struct pasted {
	const char *text, *topic, *error;
	enum said_call call;
	unsigned port;
	const char *address;
};

static const struct pasted messages[] = {
	/* Java */
	{ "java.net.BindException: Address already in use (Bind failed)", "EADDRINUSE", "EADDRINUSE", SAID_BIND, 0,
	  "" },
	{ "java.net.BindException: Address already in use\n\tat java.net.Socket.<init>(Socket.java:433)\n"
	  "\tat org.apache.commons.httpclient.HttpConnection.open(HttpConnection.java:707)",
	  "EADDRINUSE", "EADDRINUSE", SAID_BIND_CLIENT, 0, "" },
	{ "java.net.NoRouteToHostException: Cannot assign requested address (Address not available)", "EADDRNOTAVAIL",
	  "EADDRNOTAVAIL", SAID_NOTHING, 0, "" },
	{ "java.net.ConnectException: Connection refused (Connection refused)", "ECONNREFUSED", "ECONNREFUSED",
	  SAID_CONNECT, 0, "" },
	{ "java.net.SocketException: Too many open files", "EMFILE", "EMFILE", SAID_NOTHING, 0, "" },
	{ "java.net.SocketTimeoutException: connect timed out", "ETIMEDOUT", "ETIMEDOUT", SAID_CONNECT, 0, "" },
	{ "Web server failed to start. Port 8080 was already in use.", "EADDRINUSE", "EADDRINUSE", SAID_BIND, 8080,
	  "" },
	{ "org.apache.http.conn.ConnectionPoolTimeoutException: Timeout waiting for connection from pool",
	  "never-closed", NULL, SAID_NOTHING, 0, "" },
	/* Python */
	{ "OSError: [Errno 98] Address already in use", "EADDRINUSE", "EADDRINUSE", SAID_BIND, 0, "" },
	{ "Failed to establish a new connection: [Errno 99] Cannot assign requested address", "EADDRNOTAVAIL",
	  "EADDRNOTAVAIL", SAID_CONNECT, 0, "" },
	{ "[Errno 24]", "EMFILE", "EMFILE", SAID_NOTHING, 0, "" },
	{ "[ERROR] Connection in use: ('0.0.0.0', 8000)", "EADDRINUSE", "EADDRINUSE", SAID_BIND, 8000, "0.0.0.0" },
	{ "http.client.RemoteDisconnected: Remote end closed connection without response", "stale-pool", NULL,
	  SAID_NOTHING, 0, "" },
	/* Go */
	{ "dial tcp 10.0.0.1:80: connect: cannot assign requested address", "EADDRNOTAVAIL", "EADDRNOTAVAIL",
	  SAID_CONNECT, 80, "10.0.0.1" },
	{ "dial tcp 10.0.0.5:0->10.0.0.1:80: bind: address already in use", "EADDRINUSE", "EADDRINUSE",
	  SAID_BIND_CLIENT, 80, "10.0.0.1" },
	{ "listen tcp :8080: bind: address already in use", "EADDRINUSE", "EADDRINUSE", SAID_BIND, 8080, "" },
	{ "accept tcp [::]:443: accept4: too many open files", "EMFILE", "EMFILE", SAID_ACCEPT, 443, "[::]" },
	{ "read tcp 10.0.0.5:44312->10.0.0.1:5432: read: connection reset by peer", "ECONNRESET", "ECONNRESET",
	  SAID_READ, 5432, "10.0.0.1" },
	/* Node */
	{ "Error: listen EADDRINUSE: address already in use :::3000", "EADDRINUSE", "EADDRINUSE", SAID_BIND, 3000,
	  "::" },
	{ "connect EADDRNOTAVAIL 10.0.0.1:80 - Local (0.0.0.0:0)", "EADDRNOTAVAIL", "EADDRNOTAVAIL", SAID_CONNECT, 80,
	  "10.0.0.1" },
	{ "write EPIPE", "EPIPE", "EPIPE", SAID_WRITE, 0, "" },
	{ "Error: socket hang up", "ECONNRESET", "ECONNRESET", SAID_NOTHING, 0, "" },
	/* Rust, Ruby, Erlang, .NET, PostgreSQL, Redis, sshd, musl */
	{ "Os { code: 98, kind: AddrInUse, message: \"Address already in use\" }", "EADDRINUSE", "EADDRINUSE",
	  SAID_BIND, 0, "" },
	{ "Errno::EADDRINUSE: Address already in use - bind(2) for \"127.0.0.1\" port 3000", "EADDRINUSE", "EADDRINUSE",
	  SAID_BIND, 3000, "" },
	{ "{:error, :eaddrinuse}", "EADDRINUSE", "EADDRINUSE", SAID_BIND, 0, "" },
	{ "could not accept new connection: Too many open files", "EMFILE", "EMFILE", SAID_ACCEPT, 0, "" },
	{ "Could not create server TCP listening socket *:6379: bind: Address already in use", "EADDRINUSE",
	  "EADDRINUSE", SAID_BIND, 6379, "*" },
	{ "error: Bind to port 22 on 0.0.0.0 failed: Address already in use.", "EADDRINUSE", "EADDRINUSE", SAID_BIND,
	  22, "" },
	{ "bind: Address in use", "EADDRINUSE", "EADDRINUSE", SAID_BIND, 0, "" },
	{ "Bind for 0.0.0.0:80 failed: port is already allocated", "EADDRINUSE", "EADDRINUSE", SAID_BIND, 80,
	  "0.0.0.0" },
	/* nginx, HAProxy */
	{ "nginx: [emerg] bind() to [::1]:80 failed (98: Address already in use)", "EADDRINUSE", "EADDRINUSE",
	  SAID_BIND, 80, "[::1]" },
	{ "2026/11/22 12:30:45 [crit] 12#12: *5 connect() to 10.0.0.1:80 failed (99: Cannot assign requested address) "
	  "while connecting to upstream, client: 10.0.0.9, upstream: \"http://10.0.0.1:80/\"",
	  "EADDRNOTAVAIL", "EADDRNOTAVAIL", SAID_CONNECT, 80, "10.0.0.1" },
	{ "accept4() failed (24: Too many open files)", "EMFILE", "EMFILE", SAID_ACCEPT, 0, "" },
	{ "upstream prematurely closed connection while reading response header", "stale-pool", NULL, SAID_NOTHING, 0,
	  "" },
	{ "Starting frontend http: cannot bind socket (Address already in use) [0.0.0.0:80]", "EADDRINUSE",
	  "EADDRINUSE", SAID_BIND, 80, "0.0.0.0" },
	{ "Connect() failed for backend web: no free ports.", "ports-exhausted", "EADDRNOTAVAIL", SAID_CONNECT, 0, "" },
	/* the kernel */
	{ "TCP: too many orphaned sockets", "orphan-limit", NULL, SAID_NOTHING, 0, "" },
	{ "nf_conntrack: nf_conntrack: table full, dropping packet", "conntrack-full", NULL, SAID_NOTHING, 0, "" },
	{ "TCP: request_sock_TCP: Possible SYN flooding on port 80. Sending cookies.", "listen-overflow", NULL,
	  SAID_NOTHING, 0, "" },
	{ "VFS: file-max limit 65536 reached", "ENFILE", "ENFILE", SAID_NOTHING, 0, "" },
	/* numbers that are an errno, and numbers that are no port */
	{ "connect: error: 98", "EADDRINUSE", "EADDRINUSE", SAID_CONNECT, 0, "" },
	{ "Error code 99 while connecting to db:5432", "EADDRNOTAVAIL", "EADDRNOTAVAIL", SAID_CONNECT, 5432, "db" },
	{ "{\"level\":60,\"errno\":98,\"syscall\":\"bind\",\"fd\":4}", "EADDRINUSE", "EADDRINUSE", SAID_BIND, 0, "" },
	{ "bind(10.0.0.5) failed (98: Address already in use) while connecting to upstream", "EADDRINUSE", "EADDRINUSE",
	  SAID_BIND_CLIENT, 0, "" },
	{ "connect to ::1:6379: Cannot assign requested address", "EADDRNOTAVAIL", "EADDRNOTAVAIL", SAID_CONNECT, 6379,
	  "::1" },
	{ "connect(::ffff:10.0.0.1): Connection refused", "ECONNREFUSED", "ECONNREFUSED", SAID_CONNECT, 0, "" },
	{ "WSAEADDRINUSE", "EADDRINUSE", "EADDRINUSE", SAID_BIND, 0, "" },
	{ "10048", "EADDRINUSE", "EADDRINUSE", SAID_BIND, 0, "" },
	{ "Warning: remote port forwarding failed for listen port 18022", "port-taken", "EADDRINUSE", SAID_BIND, 18022,
	  "" },
	{ "asyncio.exceptions.TimeoutError", "ETIMEDOUT", "ETIMEDOUT", SAID_NOTHING, 0, "" },
	{ "504 Gateway Time-out", "ETIMEDOUT", "ETIMEDOUT", SAID_NOTHING, 0, "" },
	/* words */
	{ "98", "EADDRINUSE", "EADDRINUSE", SAID_BIND, 0, "" },
	{ "errno 111", "ECONNREFUSED", "ECONNREFUSED", SAID_CONNECT, 0, "" },
	{ "EWOULDBLOCK", "EAGAIN", "EWOULDBLOCK", SAID_NOTHING, 0, "" },
	{ "CLOSE_WAIT", "close-wait", NULL, SAID_NOTHING, 0, "" },
	{ "time wait", "time-wait", NULL, SAID_NOTHING, 0, "" },
	{ "FinWait2", "fin-wait-2", NULL, SAID_NOTHING, 0, "" },
	{ "TCP_SYN_RCVD", "syn-recv", NULL, SAID_NOTHING, 0, "" },
	{ "net.ipv4.tcp_tw_reuse", "tcp_tw_reuse", NULL, SAID_NOTHING, 0, "" },
	{ "/proc/sys/net/ipv4/tcp_fin_timeout", "tcp_fin_timeout", NULL, SAID_NOTHING, 0, "" },
	{ "net.core.somaxconn=128", "somaxconn", NULL, SAID_NOTHING, 0, "" },
	{ "tcp_keepalive_intvl", "tcp_keepalive_time", NULL, SAID_NOTHING, 0, "" },
	{ "never_closed", "never-closed", NULL, SAID_NOTHING, 0, "" },
	{ "tcp        1      0 10.0.0.5:44312     10.0.0.1:80     CLOSE_WAIT", "close-wait", NULL, SAID_NOTHING, 0,
	  "" },
	{ "sysctl -w net.ipv4.tcp_tw_recycle=1", "tcp_tw_recycle", NULL, SAID_NOTHING, 0, "" },
};

static void reads_what_programs_write(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(messages); i++) {
		const struct pasted *want = &messages[i];
		struct mention got;

		if (!mention_find(&pages_all, want->text, &got))
			fail_msg("nothing found in: %s", want->text);
		if (!streq(got.topic->name, want->topic) || got.call != want->call || got.place.port != want->port ||
		    !streq(got.place.address, want->address) || !streq(got.error ?: "", want->error ?: ""))
			fail_msg("%s\n  topic %s, error %s, call %d, %s port %u", want->text, got.topic->name,
			         got.error ?: "-", got.call, got.place.address, got.place.port);
	}
}

static void knows_what_it_does_not_know(void **state)
{
	static const char *const texts[] = {
		"",      " ",   "hello",        "close the door and listen", "error 500",           "....", "=",
		"/////", "a:1", "thread ended", "port 99999999999",          "99999999999999999999"
	};
	struct mention m;

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		if (mention_find(&pages_all, texts[i], &m))
			fail_msg("\"%s\" was taken for %s", texts[i], m.topic->name);
}

static void nearest_word(void **state)
{
	assert_string_equal(topic_nearest(&pages_all, "never-close")->name, "never-closed");
	assert_string_equal(topic_nearest(&pages_all, "EADDRINUS")->name, "EADDRINUSE");
	assert_string_equal(topic_nearest(&pages_all, "net.ipv4.tcp_tw_reus")->name, "tcp_tw_reuse");
	assert_null(topic_nearest(&pages_all, "qqqqqqqqqq"));
}

static void way_on_has_the_port(void **state)
{
	const struct way_on *ways[WAYS_ON_MOST];
	struct mention m;
	TEXT_CLEANUP command = { 0 };

	assert_true(mention_find(&pages_all, "listen tcp :8080: bind: address already in use", &m));
	assert_int_equal(way_on_find(&m, ways), 1);
	way_on_add(&command, ways[0]->command, &m);
	assert_string_equal(command.bytes, "unfin ports 8080");
}

static void udp_and_files_are_told(void **state)
{
	struct mention m;

	assert_true(mention_find(&pages_all, "listen udp :162: bind: address already in use", &m));
	assert_true(m.place.udp);
	assert_true(mention_find(&pages_all, "bind() to unix:/run/x.sock failed (98: Address already in use)", &m));
	assert_true(m.place.file && !m.place.port);
}

/* No text of others gets into a command: an address is written anew, or not at all. */
static void commands_hold_no_foreign_text(void **state)
{
	const struct way_on *ways[WAYS_ON_MOST];
	struct mention m;
	TEXT_CLEANUP command = { 0 };

	assert_true(mention_find(&pages_all, "connect to [::1;reboot]:80: Network is unreachable", &m));
	assert_int_equal(way_on_find(&m, ways), 1);
	way_on_add(&command, ways[0]->command, &m);
	assert_string_equal(command.bytes, "ip route get ADDRESS");
	assert_true(mention_find(&pages_all, "connect to [::1]:80: Network is unreachable", &m));
	command.length = 0;
	way_on_add(&command, ways[0]->command, &m);
	assert_string_equal(command.bytes, "ip route get ::1");
}

/* What nobody knows leads on all the same. */
static void way_on_for_what_is_not_known(void **state)
{
	const struct way_on *ways[WAYS_ON_MOST];
	struct mention m;

	assert_false(mention_find(&pages_all, "upstream went away on port 8080", &m));
	assert_int_equal(way_on_find(&m, ways), 3);
	assert_int_equal(m.place.port, 8080);
}

/* Every errno that has a page leads somewhere, unless it needs no more than its page. */
static void way_on_for_each_errno(void **state)
{
	for (size_t i = 0; i < pages_all.count; i++) {
		const struct topic *topic = &pages_all.items[i];
		const struct way_on *ways[WAYS_ON_MOST];
		struct mention m;

		if (!streq(topic->kind, "errno") || streq(topic->name, "EAGAIN") || streq(topic->name, "EACCES"))
			continue;
		assert_true(mention_find(&pages_all, topic->name, &m));
		if (!way_on_find(&m, ways))
			fail_msg("no way on from %s", topic->name);
	}
}

static void nothing_is_too_long(void **state)
{
	enum { LENGTH = 100000 };
	static const char fillers[] = "a:.[-_ 9";
	char *text = malloc(LENGTH + 1);
	struct mention m;

	for (size_t i = 0; i < strlen(fillers); i++) {
		memset(text, fillers[i], LENGTH);
		text[LENGTH] = '\0';
		assert_false(mention_find(&pages_all, text, &m));
	}
	free(text);
}

UNIT_MAIN(TEST(reads_what_programs_write), TEST(knows_what_it_does_not_know), TEST(nearest_word),
          TEST(way_on_has_the_port), TEST(udp_and_files_are_told), TEST(commands_hold_no_foreign_text),
          TEST(way_on_for_what_is_not_known), TEST(way_on_for_each_errno), TEST(nothing_is_too_long));
