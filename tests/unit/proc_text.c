#include "unit.h"
#include "source/proc_text.h"
#include <errno.h>

static const char sockstat[] = "sockets: used 15\nTCP: inuse 5 orphan 2 tw 1 alloc 7 mem 1884\nUDP: inuse 9 mem 0\n";
static const char snmp[] = "Ip: A B\nIp: 1 2\nTcp: RtoMin MaxConn ActiveOpens\nTcp: 200 -1 16\nUdp: A\nUdp: 3\n";

static void pairs(void **state)
{
	uint64_t n = 77;

	assert_int_equal(proc_pair(sockstat, "TCP:", "tw", &n), 0);
	assert_int_equal(n, 1);
	assert_int_equal(proc_pair(sockstat, "TCP:", "used", &n), -ENOENT);
	assert_int_equal(proc_pair(sockstat, "TCP6:", "inuse", &n), -ENOENT);
	assert_int_equal(proc_pair("TCP: inuse", "TCP:", "inuse", &n), -ENOENT);
	assert_int_equal(proc_pair("TCP: inuse x", "TCP:", "inuse", &n), -EINVAL);
	assert_int_equal(proc_pair("", "TCP:", "inuse", &n), -ENOENT);
	assert_int_equal(n, 1);
}

static void tables(void **state)
{
	uint64_t n = 77;

	assert_int_equal(proc_table(snmp, "Tcp:", "ActiveOpens", &n), 0);
	assert_int_equal(n, 16);
	assert_int_equal(proc_table(snmp, "Tcp:", "MaxConn", &n), -EINVAL); /* -1 */
	assert_int_equal(proc_table(snmp, "Tcp:", "PassiveOpens", &n), -ENOENT);
	assert_int_equal(proc_table("Tcp: A B\nTcp: 1\n", "Tcp:", "B", &n), -ENOENT);
	assert_int_equal(proc_table("Tcp: A B\n", "Tcp:", "A", &n), -ENOENT);
	assert_int_equal(n, 16);
}

static bool has(const uint64_t *bits, unsigned port)
{
	return bits[port / 64] >> port % 64 & 1;
}

static void port_lists(void **state)
{
	cleanup(arena_cleanup) struct arena *a = arena_new();
	uint64_t *bits = NULL;

	assert_int_equal(proc_port_list("8080,9148,65534-65535\n", a, &bits), 0);
	assert_true(has(bits, 8080) && has(bits, 9148) && has(bits, 65534) && has(bits, 65535));
	assert_false(has(bits, 8081) || has(bits, 65533) || has(bits, 0));
	assert_int_equal(proc_port_list("\n", a, &bits), 0);
	assert_null(bits);
}

static void wrong_port_lists(void **state)
{
	static const char *const wrong[] = { "x", "1-", "-1", "2-1", "65536", "1,,2", "1 2", "99999999999999999999" };
	cleanup(arena_cleanup) struct arena *a = arena_new();
	uint64_t *bits = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
		assert_int_equal(proc_port_list(wrong[i], a, &bits), -EINVAL);
	assert_null(bits);
}

static void numbers(void **state)
{
	uint64_t n[3];

	assert_int_equal(proc_numbers("5309\t0\t2466170\n", n, 3), 3);
	assert_int_equal(n[2], 2466170);
	assert_int_equal(proc_numbers("1 2 3 4", n, 2), 2);
	assert_int_equal(proc_numbers("1 x", n, 3), 1);
	assert_int_equal(proc_numbers("", n, 3), 0);
}

static void hexadecimal_columns(void **state)
{
	static const char stat[] = "entries  clashres drop early_drop\n"
	                           "0000000a 00000000 00000010 00000001\n"
	                           "0000000b 00000000 00000001 00000000\n";

	assert_int_equal(proc_hex_sum(stat, "drop"), 0x11);
	assert_int_equal(proc_hex_sum(stat, "early_drop"), 1);
	assert_int_equal(proc_hex_sum(stat, "entries"), 0x15);
	assert_int_equal(proc_hex_sum(stat, "found"), 0);
	assert_int_equal(proc_hex_sum("", "drop"), 0);
	assert_int_equal(proc_hex_sum("drop\nzz", "drop"), 0);
}

UNIT_MAIN(TEST(hexadecimal_columns), TEST(pairs), TEST(tables), TEST(port_lists), TEST(wrong_port_lists),
          TEST(numbers));
