/* Which addresses a namespace has, and what that means for bind() and connect(). */
#include "unit.h"
#include "model/moment.h"

static struct moment *namespace_known(bool known)
{
	struct moment *m = moment_new();
	uint32_t at = moment_netns(m, 1);

	moment_netns(m, 2); /* another, whose addresses count for nothing */
	m->netns.items[at].addresses_known = known;
	return m;
}

static struct local_address *has(struct moment *m, uint32_t netns, const char *range)
{
	struct local_address *l = array_push(&m->addresses);

	l->netns = netns;
	assert_int_equal(addr_range_parse(range, &l->range), 0);
	return l;
}

static struct addr address(const char *text)
{
	struct addr a;

	assert_int_equal(addr_parse(text, &a), 0);
	return a;
}

static enum address_found found(const struct moment *m, const char *text)
{
	struct addr a = address(text);

	return address_find(m, 0, &a, NULL);
}

static void addresses_and_ranges_are_found(void **state)
{
	cleanup(moment_cleanup) struct moment *m = namespace_known(true);

	has(m, 0, "127.0.0.0/8");
	has(m, 0, "10.0.0.1");
	has(m, 1, "10.0.0.2");
	assert_int_equal(found(m, "127.9.9.9"), ADDRESS_THERE);
	assert_int_equal(found(m, "10.0.0.1"), ADDRESS_THERE);
	assert_int_equal(found(m, "::ffff:10.0.0.1"), ADDRESS_THERE);
	assert_int_equal(found(m, "10.0.0.2"), ADDRESS_ABSENT);
	assert_int_equal(found(m, "::1"), ADDRESS_ABSENT);
}

static void what_every_namespace_has(void **state)
{
	cleanup(moment_cleanup) struct moment *m = namespace_known(true);

	assert_int_equal(found(m, "0.0.0.0"), ADDRESS_THERE);
	assert_int_equal(found(m, "::"), ADDRESS_THERE);
	assert_int_equal(found(m, "224.0.0.1"), ADDRESS_THERE);
}

static void unknown_is_neither(void **state)
{
	cleanup(moment_cleanup) struct moment *m = namespace_known(false);
	struct addr a = address("10.0.0.1");

	assert_int_equal(found(m, "10.0.0.1"), ADDRESS_UNKNOWN);
	assert_true(address_binds(m, 0, &a));
	assert_true(address_serves(m, 0, &a));
}

static void an_address_under_test_is_there_and_refused(void **state)
{
	cleanup(moment_cleanup) struct moment *m = namespace_known(true);
	const struct local_address *which = NULL;
	struct addr a = address("fd00::1");

	has(m, 0, "fd00::1")->state = ADDRESS_TENTATIVE;
	assert_int_equal(address_find(m, 0, &a, &which), ADDRESS_UNREADY);
	assert_ptr_equal(which, &m->addresses.items[0]);
	assert_false(address_binds(m, 0, &a));
	assert_false(address_serves(m, 0, &a));
}

static void nonlocal_bind_takes_any_of_its_family(void **state)
{
	cleanup(moment_cleanup) struct moment *m = namespace_known(true);
	struct addr four = address("10.0.0.9"), six = address("fd00::9");

	assert_false(address_binds(m, 0, &four));
	m->netns.items[0].nonlocal_bind = true;
	assert_true(address_binds(m, 0, &four));
	assert_false(address_binds(m, 0, &six));
	m->netns.items[0].nonlocal_bind6 = true;
	assert_true(address_binds(m, 0, &six));
}

static bool serves(const struct moment *m, const char *destination)
{
	struct addr a = address(destination);

	return address_serves(m, 0, &a);
}

static void a_connection_comes_from_an_address_of_its_family(void **state)
{
	cleanup(moment_cleanup) struct moment *m = namespace_known(true);

	has(m, 0, "127.0.0.0/8");
	has(m, 0, "fe80::1");
	assert_true(serves(m, "127.0.0.1"));
	assert_false(serves(m, "::1"));
	assert_false(serves(m, "10.0.0.1"));
	assert_false(serves(m, "2001:db8::1"));
	assert_true(serves(m, "fe80::2"));
	has(m, 0, "2001:db8::7");
	assert_true(serves(m, "2001:db8::1"));
}

UNIT_MAIN(TEST(addresses_and_ranges_are_found), TEST(what_every_namespace_has), TEST(unknown_is_neither),
          TEST(an_address_under_test_is_there_and_refused), TEST(nonlocal_bind_takes_any_of_its_family),
          TEST(a_connection_comes_from_an_address_of_its_family));
