/* One connection has one number at both of its ends. The expected figures are OpenSSL's (`openssl mac SIPHASH`). */
#include "unit.h"
#include "fleet/flow.h"
#include "model/sequence.h"
#include "scene.h"
#include "source/fleet_key.h"

/* Bytes 0, 1, 2, … under the key 0, 1, …, 15, as in the appendix of the paper. */
static void siphash_is_the_papers(void **state)
{
	static const struct {
		size_t length;
		uint64_t hash;
	} vectors[] = {
		{ 0, 0x726fdb47dd0e0e31 },  { 1, 0x74f839c593dc67fd },  { 7, 0xab0200f58b01d137 },
		{ 8, 0x93f5f5799a932462 },  { 15, 0xa129ca6149be45e5 }, { 16, 0x3f2acc7f57c29bdb },
		{ 48, 0xe612a3cb9ecba951 }, { 63, 0x958a324ceb064572 },
	};
	uint8_t bytes[64];

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)i;
	for (size_t i = 0; i < ARRAY_SIZE(vectors); i++)
		assert_int_equal(siphash(bytes, bytes, vectors[i].length), vectors[i].hash);
}

/* The 48 bytes as the design has them, hashed by OpenSSL. */
static void flow_has_the_layout_that_databases_compute(void **state)
{
	struct endpoint server = scene_endpoint("10.0.0.1:443"), client = scene_endpoint("10.0.0.2:50000");

	assert_int_equal(flow_id(SCOPE_OUTER, &server, &client), 0x11c35c1c4cc972e2);
	assert_int_equal(flow_id(SCOPE_OUTER, &client, &server), 0x11c35c1c4cc972e2);
}

static void flow_of_one_address_is_ordered_by_port(void **state)
{
	struct endpoint a = scene_endpoint("10.0.0.1:443"), b = scene_endpoint("10.0.0.1:50000");

	assert_int_equal(flow_id(7, &a, &b), flow_id(7, &b, &a));
	assert_int_not_equal(flow_id(7, &a, &b), flow_id(8, &a, &b));
}

/* A v4 address on a v6 socket is the same on the wire. */
static void flow_takes_mapped_for_native(void **state)
{
	struct endpoint native = scene_endpoint("10.0.0.1:443"), mapped = scene_endpoint("[::ffff:10.0.0.1]:443");
	struct endpoint peer = scene_endpoint("10.0.0.2:50000");

	assert_int_equal(flow_id(SCOPE_OUTER, &native, &peer), flow_id(SCOPE_OUTER, &mapped, &peer));
}

static void loopback_is_one_in_each_namespace(void **state)
{
	struct endpoint a = scene_endpoint("127.0.0.1:80"), b = scene_endpoint("127.0.0.1:50000");
	struct endpoint out = scene_endpoint("10.0.0.2:50000");

	assert_int_not_equal(flow_scope(1, 5, true, &a, &b), SCOPE_OUTER);
	assert_int_not_equal(flow_scope(1, 5, true, &a, &b), flow_scope(1, 6, true, &a, &b));
	assert_int_not_equal(flow_scope(1, 5, true, &a, &b), flow_scope(2, 5, true, &a, &b));
	assert_int_equal(flow_scope(1, 5, true, &out, &out), SCOPE_OUTER);
	assert_int_not_equal(flow_scope(1, 5, false, &out, &out), SCOPE_OUTER);
}

static void sequence_is_one_from_both_ends(void **state)
{
	static const struct fleet_key key = { { 1, 2, 3 } }, other = { { 1, 2, 4 } };

	assert_int_equal(sequence_id(&key, 100, 4000000000), sequence_id(&key, 4000000000, 100));
	assert_int_not_equal(sequence_id(&key, 100, 101), sequence_id(&key, 100, 102));
	assert_int_not_equal(sequence_id(&key, 100, 101), sequence_id(&other, 100, 101));
	assert_int_not_equal(fleet_key_id(&key), fleet_key_id(&other));
}

static void keys_are_sixteen_bytes_or_their_digits(void **state)
{
	static const char digits[] = "000102030405060708090a0B0c0D0e0f\n";
	struct fleet_key from_digits, from_bytes;
	char bytes[SIPHASH_KEY_BYTES];

	for (char i = 0; i < SIPHASH_KEY_BYTES; i++)
		bytes[(int)i] = i;
	assert_true(fleet_key_parse(digits, 33, &from_digits));
	assert_true(fleet_key_parse(digits, 32, &from_digits));
	assert_true(fleet_key_parse(bytes, sizeof(bytes), &from_bytes));
	assert_memory_equal(from_digits.bytes, from_bytes.bytes, SIPHASH_KEY_BYTES);
	assert_false(fleet_key_parse(digits, 31, &from_digits));
	assert_false(fleet_key_parse("000102030405060708090a0b0c0d0e0g", 32, &from_digits));
	assert_false(fleet_key_parse("", 0, &from_digits));
}

UNIT_MAIN(TEST(siphash_is_the_papers), TEST(flow_has_the_layout_that_databases_compute),
          TEST(flow_of_one_address_is_ordered_by_port), TEST(flow_takes_mapped_for_native),
          TEST(loopback_is_one_in_each_namespace), TEST(sequence_is_one_from_both_ends),
          TEST(keys_are_sixteen_bytes_or_their_digits));
