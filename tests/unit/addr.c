/* Addresses in and out, held against the C library's own reading and writing of them. */
#include "unit.h"
#include "model/addr.h"
#include <arpa/inet.h>
#include <errno.h>

static struct addr parsed(const char *s)
{
	struct addr a;

	if (addr_parse(s, &a))
		fail_msg("%s is not taken for an address", s);
	return a;
}

static void assert_written(const char *in, const char *expected)
{
	struct addr a = parsed(in);
	TEXT_CLEANUP t = { 0 };

	addr_format(&t, &a);
	assert_string_equal(t.bytes, expected);
}

static void addresses_come_back(void **state)
{
	assert_written("10.0.0.1", "10.0.0.1");
	assert_written("0.0.0.0", "0.0.0.0");
	assert_written("255.255.255.255", "255.255.255.255");
	assert_written("::", "::");
	assert_written("::1", "::1");
	assert_written("[::1]", "::1");
	assert_written("2001:DB8:0:0::1", "2001:db8::1");
	assert_written("::ffff:10.0.0.1", "::ffff:10.0.0.1");
	assert_written("::ffff:0a00:0001", "::ffff:10.0.0.1");
	assert_written("::10.0.0.1", "::10.0.0.1");
	assert_written("fe80::1:2:3:4", "fe80::1:2:3:4");
}

static void any_address_comes_back(void **state)
{
	struct addr a, back;
	uint32_t seed = 7;

	for (int round = 0; round < 20000; round++) {
		uint8_t bytes[16];
		for (size_t i = 0; i < 16; i++) { /* zeros often, so that :: is met */
			seed = seed * 1103515245 + 12345;
			bytes[i] = seed >> 28 < 6 ? 0 : (uint8_t)(seed >> 16);
		}
		uint32_t v4;
		memcpy(&v4, bytes, 4);
		a = round % 2 ? addr_v6(bytes) : addr_v4(v4);
		TEXT_CLEANUP t = { 0 };
		addr_format(&t, &a);
		assert_int_equal(addr_parse(t.bytes, &back), 0);
		assert_int_equal(addr_compare(&a, &back), 0);
		char expected[INET6_ADDRSTRLEN];
		inet_ntop(a.v6 ? AF_INET6 : AF_INET, a.v6 ? a.bytes : a.bytes + 12, expected, sizeof(expected));
		assert_string_equal(t.bytes, expected);
	}
}

static void what_is_no_address(void **state)
{
	static const char *const wrong[] = {
		"",
		" ",
		"1",
		"1.2.3",
		"1.2.3.4.5",
		"256.0.0.1",
		"1.2.3.4 ",
		" 1.2.3.4",
		"1.2.3.4\n",
		"01.2.3.x",
		":",
		":::",
		"::1::",
		"[::1",
		"::1]",
		"[]",
		"[[::1]]",
		"1:2:3:4:5:6:7:8:9",
		"g::",
		"localhost",
		"::ffff:1.2.3.4.5",
		"1.2.3.4:80",
		"0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000",
	};
	struct addr a;

	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
		if (addr_parse(wrong[i], &a) != -EINVAL)
			fail_msg("\"%s\" is taken for an address", wrong[i]);
}

static void mapped_and_native_are_the_same_on_the_wire(void **state)
{
	struct addr native = parsed("10.0.0.1"), mapped = parsed("::ffff:10.0.0.1"), other = parsed("::10.0.0.1");

	assert_true(addr_same(&native, &mapped));
	assert_int_not_equal(addr_compare(&native, &mapped), 0);
	assert_int_equal(addr_compare(&native, &mapped), -addr_compare(&mapped, &native));
	assert_false(addr_same(&native, &other));
	assert_true(addr_is_v4(&native) && addr_is_v4(&mapped));
	assert_false(addr_is_v4(&other));
}

static void assert_kind(const char *s, bool any, bool loopback)
{
	struct addr a = parsed(s);

	if (addr_is_any(&a) != any || addr_is_loopback(&a) != loopback)
		fail_msg("%s", s);
}

static void wildcards_and_loopbacks(void **state)
{
	assert_kind("0.0.0.0", true, false);
	assert_kind("::", true, false);
	assert_kind("::ffff:0.0.0.0", true, false);
	assert_kind("127.0.0.1", false, true);
	assert_kind("127.255.0.9", false, true);
	assert_kind("::ffff:127.0.0.1", false, true);
	assert_kind("::1", false, true);
	assert_kind("::2", false, false);
	assert_kind("128.0.0.1", false, false);
}

static void assert_holds(const char *text, const char *address, bool expected)
{
	struct addr a = parsed(address);
	struct addr_range range;

	assert_int_equal(addr_range_parse(text, &range), 0);
	if (addr_range_holds(&range, &a) != expected)
		fail_msg("%s in %s", address, text);
}

static void ranges(void **state)
{
	assert_holds("10.0.0.0/8", "10.255.255.255", true);
	assert_holds("10.0.0.0/8", "11.0.0.0", false);
	assert_holds("10.0.0.0/8", "::ffff:10.1.2.3", true);
	assert_holds("10.1.2.3/8", "10.9.9.9", true); /* host bits do not matter */
	assert_holds("192.168.4.0/22", "192.168.7.255", true);
	assert_holds("192.168.4.0/22", "192.168.8.0", false);
	assert_holds("10.0.0.1", "10.0.0.1", true);
	assert_holds("10.0.0.1/32", "10.0.0.2", false);
	assert_holds("0.0.0.0/0", "203.0.113.1", true);
	assert_holds("0.0.0.0/0", "::1", false);
	assert_holds("::/0", "203.0.113.1", true);
	assert_holds("2001:db8::/33", "2001:db8:7fff::", true);
	assert_holds("2001:db8::/33", "2001:db8:8000::", false);
	assert_holds("::1/128", "::1", true);
	assert_holds("::ffff:10.0.0.0/104", "10.1.1.1", true);
}

static void what_is_no_range(void **state)
{
	static const char *const wrong[] = {
		"",           "/8",     "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8/8", "10.0.0.0/8 ",
		"10.0.0.0/a", "::/129", "10/8"
	};
	struct addr_range range;

	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
		if (addr_range_parse(wrong[i], &range) != -EINVAL)
			fail_msg("\"%s\" is taken for a range", wrong[i]);
}

static void endpoints(void **state)
{
	static const char *const right[] = { "127.0.0.1:80", "[::1]:80", "0.0.0.0:0", "[::]:65535",
		                             "[::ffff:10.0.0.1]:1" };
	static const char *const wrong[] = {
		"",    "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1",  "::1:80",        "::1",
		":80", "[::1]",     "[::1]80",    "[::1]:80:80",     "127.0.0.1: 80", "127.0.0.1:0x50"
	};
	struct endpoint e;

	for (size_t i = 0; i < ARRAY_SIZE(right); i++) {
		TEXT_CLEANUP t = { 0 };
		assert_int_equal(endpoint_parse(right[i], &e), 0);
		endpoint_format(&t, &e);
		assert_string_equal(t.bytes, right[i]);
	}
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
		if (endpoint_parse(wrong[i], &e) != -EINVAL)
			fail_msg("\"%s\" is taken for an endpoint", wrong[i]);
}

UNIT_MAIN(TEST(addresses_come_back), TEST(any_address_comes_back), TEST(what_is_no_address),
          TEST(mapped_and_native_are_the_same_on_the_wire), TEST(wildcards_and_loopbacks), TEST(ranges),
          TEST(what_is_no_range), TEST(endpoints));
