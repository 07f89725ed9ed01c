#include "unit.h"
#include "source/diag/diag.h"
#include "source/hiding.h"
#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/inet_diag.h>
#include <linux/tcp.h>

/* A message as the kernel writes it, of a CLOSE_WAIT to 10.0.0.1:80 with one byte (the FIN) unread. */
static struct nlmsghdr *message(char *buffer, uint8_t state, uint32_t inode)
{
	struct nlmsghdr *h = mnl_nlmsg_put_header(buffer);
	struct inet_diag_msg *m = mnl_nlmsg_put_extra_header(h, sizeof(*m));

	m->idiag_family = AF_INET;
	m->idiag_state = state;
	m->idiag_inode = inode;
	m->idiag_rqueue = 1;
	m->id.idiag_sport = htons(40000);
	m->id.idiag_dport = htons(80);
	m->id.idiag_dst[0] = htonl(0x0a000001);
	m->id.idiag_cookie[0] = 7;
	m->id.idiag_cookie[1] = 1;
	return h;
}

static void facts(void **state)
{
	char buffer[4096];
	struct nlmsghdr *h = message(buffer, STATE_CLOSE_WAIT, 99);
	struct tcp_info info = { .tcpi_last_ack_recv = 5000, .tcpi_bytes_received = 1ULL << 32 | 8 };
	struct socket s;

	mnl_attr_put(h, INET_DIAG_INFO, sizeof(info), &info);
	assert_true(diag_decode(h, false, &s));
	assert_int_equal(s.cookie, 1ULL << 32 | 7);
	assert_int_equal(s.local.port, 40000);
	assert_int_equal(s.peer.port, 80);
	assert_true(addr_is_v4(&s.peer.addr));
	assert_int_equal(s.since_ack_ms, 5000);
	assert_int_equal(s.received_bytes, 8);
	assert_true(socket_has(&s, SOCKET_TIMES_KNOWN | SOCKET_EOF_UNREAD));
	assert_true(socket_has(&s, SOCKET_HAS_FILE));
	assert_false(socket_has(&s, SOCKET_BUCKET_KNOWN));
}

static void who_owns_it(void **state)
{
	static const struct {
		uint8_t state;
		uint32_t inode;
		enum unowned unowned;
	} rows[] = {
		{ STATE_TIME_WAIT, 0, UNOWNED_TIME_WAIT },      { STATE_FIN_WAIT2, 0, UNOWNED_ORPHAN },
		{ STATE_LAST_ACK, 0, UNOWNED_ORPHAN },          { STATE_CLOSE_WAIT, 0, UNOWNED_NOT_ACCEPTED },
		{ STATE_ESTABLISHED, 0, UNOWNED_NOT_ACCEPTED }, { STATE_SYN_RECV, 0, UNOWNED_REQUEST },
		{ STATE_ESTABLISHED, 5, UNOWNED_UNKNOWN },
	};
	char buffer[4096];
	struct socket s;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_true(diag_decode(message(buffer, rows[i].state, rows[i].inode), false, &s));
		assert_int_equal(s.unowned, rows[i].unowned);
	}
}

/* An older kernel tells less of tcp_info; what is cut off tells nothing. */
static void short_messages(void **state)
{
	char buffer[4096];
	struct nlmsghdr *h = message(buffer, STATE_ESTABLISHED, 5);
	struct tcp_info info = { .tcpi_last_data_recv = 5 };
	struct socket s;

	mnl_attr_put(h, INET_DIAG_INFO, 8, &info);
	mnl_attr_put(h, INET_DIAG_CGROUP_ID, 2, "x");
	mnl_attr_put(h, INET_DIAG_SHUTDOWN, 0, "");
	assert_true(diag_decode(h, false, &s));
	assert_false(socket_has(&s, SOCKET_TIMES_KNOWN));
	assert_int_equal(s.cgroup, 0);
	h->nlmsg_len = (uint32_t)MNL_NLMSG_HDRLEN + 10;
	assert_false(diag_decode(h, false, &s));
	h = message(buffer, 200, 5);
	assert_true(diag_decode(h, false, &s));
	assert_int_equal(s.state, STATE_NONE);
}

static void add(void *context, uint32_t inode)
{
	*(uint64_t *)context += inode;
}

static void rings(void **state)
{
	uint64_t sum = 0;

	hiding_ring_sockets(
	        "pos:\t0\nUserFiles:\t3\n    0: socket:[40]\n    1: /tmp/x\n    2: socket:[2]\nUserBufs:\t0\n"
	        "    0: socket:[1000]\n",
	        add, &sum);
	assert_int_equal(sum, 42);
	hiding_ring_sockets("UserFiles:\t1\n", add, &sum);
	hiding_ring_sockets("", add, &sum);
	hiding_ring_sockets("x\nUserFiles:\t1", add, &sum);
	assert_int_equal(sum, 42);
}

UNIT_MAIN(TEST(facts), TEST(who_owns_it), TEST(short_messages), TEST(rings));
