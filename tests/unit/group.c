/* What counts as the same value: groups of the fields that are more than a number or a text. */
#include "unit.h"
#include "model/group.h"
#include "scene.h"

/* Every group as "value=count", in the order of the groups. */
static const char *grouped(struct moment *m, const char *by)
{
	field_list list = { 0 };
	struct groups g;
	const char *wrong = NULL;
	TEXT_CLEANUP t = { 0 };

	assert_int_equal(field_list_parse(by, false, m->arena, &list, &wrong), 0);
	groups_init(&g, &list);
	array_each (&m->sockets, s)
		groups_add(&g, m, s);
	assert_int_equal(groups_sort(&g, NULL, &wrong), 0);
	text_add(&t, "");
	array_each (&g.rows, row) {
		text_add(&t, t.length ? " " : "");
		value_format(&t, &row->values[0]);
		text_printf(&t, "=%lu", row->count);
	}
	groups_free(&g);
	array_free(&list);
	return arena_strdup(m->arena, t.bytes);
}

static struct process *held_by(struct moment *m, struct socket *s, uint32_t pid)
{
	scene_hold(m, s, pid, "worker", 3);
	return &m->processes.items[m->processes.count - 1];
}

static void processes_of_one_container_are_one_group(void **state)
{
	cleanup(moment_cleanup) struct moment *m = moment_new();

	for (uint32_t pid = 1; pid <= 6; pid++) {
		struct socket *s = scene_socket(m, STATE_CLOSE_WAIT, "10.0.0.1:1", "10.0.0.2:2");
		struct process *p = held_by(m, s, pid);
		p->container = pid <= 4 ? "0f1e" : "77aa";
		p->container_name = pid <= 4 ? "web" : NULL;
	}
	scene_socket(m, STATE_TIME_WAIT, "10.0.0.1:1", "10.0.0.2:2");
	assert_string_equal(grouped(m, "container"), "web=4 77aa=2 =1");
}

/* A keepalive probe moved the stamps of one: how old it is lies between two times, and so does the oldest. */
static void the_oldest_of_a_group_lies_between_two_times(void **state)
{
	cleanup(moment_cleanup) struct moment *m = moment_new();
	field_list list = { 0 };
	struct groups g;
	const char *wrong = NULL;

	struct socket *s = scene_socket(m, STATE_CLOSE_WAIT, "10.0.0.1:1", "10.0.0.2:2");
	scene_times(s, 52000, 9000, 52000);
	s->flags |= SOCKET_KEEPALIVE;
	scene_times(scene_socket(m, STATE_CLOSE_WAIT, "10.0.0.1:3", "10.0.0.2:2"), 15000, 15000, 15000);
	assert_int_equal(field_list_parse("state", false, m->arena, &list, &wrong), 0);
	groups_init(&g, &list);
	array_each (&m->sockets, each)
		groups_add(&g, m, each);
	assert_int_equal(g.rows.items[0].oldest.range.low, 15000);
	assert_int_equal(g.rows.items[0].oldest.range.high, 52000);
	groups_free(&g);
	array_free(&list);
}

/* The names are for people and may be given twice; the id is which one it is. */
static void containers_of_one_name_are_two_groups(void **state)
{
	cleanup(moment_cleanup) struct moment *m = moment_new();

	for (uint32_t pid = 1; pid <= 2; pid++) {
		struct socket *s = scene_socket(m, STATE_CLOSE_WAIT, "10.0.0.1:1", "10.0.0.2:2");
		struct process *p = held_by(m, s, pid);
		p->container = pid == 1 ? "0f1e" : "77aa";
		p->container_name = "web";
	}
	assert_string_equal(grouped(m, "container"), "web=1 web=1");
}

static void mapped_addresses_stay_apart_and_endpoints_keep_their_port(void **state)
{
	cleanup(moment_cleanup) struct moment *m = moment_new();

	scene_socket(m, STATE_LISTEN, "10.0.0.1:80", "0.0.0.0:0");
	scene_socket(m, STATE_LISTEN, "10.0.0.1:80", "0.0.0.0:0");
	scene_socket(m, STATE_LISTEN, "10.0.0.1:81", "0.0.0.0:0");
	scene_socket(m, STATE_LISTEN, "[::ffff:10.0.0.1]:80", "[::]:0");
	assert_string_equal(grouped(m, "local"), "10.0.0.1:80=2 10.0.0.1:81=1 [::ffff:10.0.0.1]:80=1");
	assert_string_equal(grouped(m, "local_address"), "10.0.0.1=3 ::ffff:10.0.0.1=1");
}

static void many_groups_are_all_found_again(void **state)
{
	cleanup(moment_cleanup) struct moment *m = moment_new();
	field_list list = { 0 };
	struct groups g;
	const char *wrong = NULL;
	char local[32];

	for (uint32_t i = 0; i < 30000; i++) {
		snprintf(local, sizeof(local), "10.%u.%u.1:%u", i % 10, i / 10 % 10, 1000 + i % 1000);
		scene_socket(m, STATE_ESTABLISHED, local, "10.0.0.2:80");
	}
	assert_int_equal(field_list_parse("local", false, m->arena, &list, &wrong), 0);
	groups_init(&g, &list);
	array_each (&m->sockets, s)
		groups_add(&g, m, s);
	assert_int_equal(g.rows.count, 1000);
	array_each (&g.rows, row)
		assert_int_equal(row->count, 30);
	groups_free(&g);
	array_free(&list);
}

UNIT_MAIN(TEST(the_oldest_of_a_group_lies_between_two_times), TEST(processes_of_one_container_are_one_group),
          TEST(containers_of_one_name_are_two_groups), TEST(mapped_addresses_stay_apart_and_endpoints_keep_their_port),
          TEST(many_groups_are_all_found_again));
