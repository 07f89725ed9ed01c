/* Lines of /proc/net/udp and udp6, as Linux writes them. */
#include "unit.h"
#include "source/datagrams.h"

static const struct {
	const char *line, *local, *peer;
	unsigned uid;
	unsigned long long inode;
} right[] = {
	{ "  101: 3500007F:0035 00000000:0000 07 00000000:00000000 00:00000000 00000000   101        0 20581 2 "
	  "00000000bd1c1f6f 0",
	  "127.0.0.53:53", "0.0.0.0:0", 101, 20581 },
	{ "12345: 00000000000000000000000000000000:0035 00000000000000000000000000000000:0000 07 00000000:00000000 "
	  "00:00000000 00000000     0        0 31 2 0000000000000000 0",
	  "[::]:53", "[::]:0", 0, 31 },
	{ "    7: 0100007F:0035 0200007F:1F90 01 00000000:00000000 00:00000000 00000000  1000        0 77 2 0 0",
	  "127.0.0.1:53", "127.0.0.2:8080", 1000, 77 },
};

static void reads_lines(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(right); i++) {
		TEXT_CLEANUP local = { 0 }, peer = { 0 };
		struct datagram d;

		assert_true(datagram_parse(right[i].line, 53, &d));
		endpoint_format(&local, &d.local);
		endpoint_format(&peer, &d.peer);
		assert_string_equal(local.bytes, right[i].local);
		assert_string_equal(peer.bytes, right[i].peer);
		assert_int_equal(d.uid, right[i].uid);
		assert_int_equal(d.inode, right[i].inode);
	}
}

static void takes_no_others(void **state)
{
	struct datagram d;

	assert_false(datagram_parse("  sl  local_address rem_address   st tx_queue rx_queue tr", 53, &d));
	assert_false(datagram_parse(right[0].line, 54, &d));
	assert_false(datagram_parse("  101: 3500007F:0035", 53, &d));
	assert_false(datagram_parse("", 53, &d));
}

UNIT_MAIN(TEST(reads_lines), TEST(takes_no_others));
