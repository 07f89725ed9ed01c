/* A moment's own bookkeeping, the facts that follow from others, and the ages its stamps allow. */
#include "unit.h"
#include "scene.h"

static void processes_are_told_by_pid_and_start(void **state)
{
	cleanup(moment_cleanup) struct moment *m = moment_new();
	uint32_t first = moment_process(m, 100, 5 * NS_PER_S);

	assert_int_equal(moment_process(m, 100, 5 * NS_PER_S + NS_PER_MS), first); /* /proc is coarser than BPF */
	assert_int_not_equal(moment_process(m, 100, 6 * NS_PER_S), first);         /* the pid, used again */
	assert_int_not_equal(moment_process(m, 101, 5 * NS_PER_S), first);
	for (uint32_t pid = 1; pid < 5000; pid++)
		moment_process(m, pid, pid * NS_PER_S);
	assert_int_equal(moment_process(m, 100, 5 * NS_PER_S), first);
	assert_int_equal(m->processes.items[first].pid, 100);
}

static void starts_are_told_by_the_wall_clock(void **state)
{
	cleanup(moment_cleanup) struct moment *m = moment_new();

	m->taken_unix_ms = 1800000000000;
	m->taken_boot_ns = 1000 * NS_PER_S;
	uint32_t before = moment_process(m, 1, 990 * NS_PER_S), after = moment_process(m, 2, 1001 * NS_PER_S);
	assert_int_equal(m->processes.items[before].start_unix_ms, 1799999990000);
	/* It started while the look was taken: a second late, not five hundred years early. */
	assert_int_equal(m->processes.items[after].start_unix_ms, 1800000001000);
}

static void a_holder_is_one_table_and_descriptor(void **state)
{
	cleanup(moment_cleanup) struct moment *m = moment_new();
	struct socket *s = scene_socket(m, STATE_LISTEN, "0.0.0.0:80", "0.0.0.0:0");
	uint32_t seen = 0;

	assert_null(moment_owner(m, s));
	for (int twice = 0; twice < 2; twice++)
		for (uint32_t fd = 3; fd < 40; fd++)
			scene_hold(m, s, 100, "nginx", fd);
	moment_each_holder (m, s, h)
		assert_int_equal(h->fd, 3 + seen++);
	assert_int_equal(seen, 37);
	assert_int_equal(moment_owner(m, s)->pid, 100);
}

/* A look meets processes by their pids. These wrap: a child that inherited the socket may have the lower one. */
static void the_first_holder_is_who_began_first(void **state)
{
	cleanup(moment_cleanup) struct moment *m = moment_new();
	struct socket *s = scene_socket(m, STATE_CLOSE_WAIT, "127.0.0.1:40000", "127.0.0.1:80");
	static const uint32_t in_order[] = { 28222, 3126, 17 };
	uint32_t seen = 0;

	moment_hold(m, s, moment_process(m, 17, 30 * NS_PER_S), 3);
	moment_hold(m, s, moment_process(m, 3126, 20 * NS_PER_S), 3);
	for (int twice = 0; twice < 2; twice++)
		moment_hold(m, s, moment_process(m, 28222, 10 * NS_PER_S), 3);
	moment_each_holder (m, s, h)
		assert_int_equal(m->processes.items[h->process].pid, in_order[seen++]);
	assert_int_equal(seen, 3);
}

static void namespaces_are_told_by_inode(void **state)
{
	cleanup(moment_cleanup) struct moment *m = moment_new();
	uint32_t a = moment_netns(m, 4026531840), b = moment_netns(m, 4026532000);

	assert_int_not_equal(a, b);
	assert_int_equal(moment_netns(m, 4026531840), a);
	assert_int_equal(m->netns.count, 2);
}

static void a_gap_stands_once(void **state)
{
	cleanup(moment_cleanup) struct moment *m = moment_new();

	for (int i = 0; i < 3; i++) {
		moment_gap_names(m, "names of users", "no right");
		moment_gap(m, "sockets", "no right", NULL);
	}
	moment_gap(m, "sockets", "no table", NULL);
	assert_int_equal(m->coverage.gaps.count, 3);
}

static void what_is_known_of_a_process_moves_with_it(void **state)
{
	cleanup(moment_cleanup) struct moment *from = moment_new();
	cleanup(moment_cleanup) struct moment *to = moment_new();
	uint32_t forgotten = moment_process(from, 7, NS_PER_S), moved = moment_process(from, 8, NS_PER_S);

	from->processes.items[moved].unit = arena_strdup(from->arena, "shop.service");
	from->processes.items[moved].detailed = true;
	uint32_t netns = moment_netns(from, 4026531840), index = moment_move_process(to, from, moved);
	assert_int_equal(moment_move_process(to, from, moved), index);
	assert_int_equal(moment_move_process(to, from, UINT32_MAX), UINT32_MAX);
	netns = moment_move_netns(to, from, netns);
	assert_int_equal(to->netns.items[netns].inode, 4026531840);
	assert_int_equal(to->processes.count, 1);
	assert_string_equal(to->processes.items[index].unit, "shop.service");
	assert_ptr_not_equal(to->processes.items[index].unit, from->processes.items[moved].unit);
	assert_true(to->processes.items[index].detailed);
	assert_false(moment_has_process(to, from->processes.items[forgotten].pid, NS_PER_S));
}

static void gaps_keep_their_words(void **state)
{
	cleanup(moment_cleanup) struct moment *m = moment_new();
	char why[] = "no right";

	moment_gap(m, "the descriptors of pid 7", why, NULL);
	memset(why, 'x', sizeof(why) - 1);
	assert_string_equal(m->coverage.gaps.items[0].why, "no right");
	assert_null(m->coverage.gaps.items[0].mend);
}

static enum socket_role role_of(struct moment *m, enum tcp_state state, const char *local, const char *peer, int bucket)
{
	struct socket *s = scene_socket(m, state, local, peer);

	s->fastreuse = s->fastreuseport = (int8_t)bucket;
	s->flags |= SOCKET_BUCKET_KNOWN;
	moment_derive(m);
	return m->sockets.items[m->sockets.count - 1].role;
}

static void roles(void **state)
{
	cleanup(moment_cleanup) struct moment *m = moment_new();

	assert_int_equal(role_of(m, STATE_LISTEN, "0.0.0.0:8080", "0.0.0.0:0", 0), ROLE_LISTENER);
	assert_int_equal(role_of(m, STATE_ESTABLISHED, "10.0.0.1:8080", "10.0.0.2:50000", 0), ROLE_SERVER);
	assert_int_equal(role_of(m, STATE_CLOSE_WAIT, "10.0.0.1:40000", "10.0.0.2:80", -1), ROLE_CLIENT);
	assert_int_equal(role_of(m, STATE_SYN_SENT, "10.0.0.1:40000", "10.0.0.2:80", 0), ROLE_CLIENT);
	assert_int_equal(role_of(m, STATE_ESTABLISHED, "10.0.0.1:40001", "10.0.0.2:80", 0), ROLE_UNKNOWN);
	assert_int_equal(role_of(m, STATE_ESTABLISHED, "127.0.0.1:40001", "127.0.0.1:8080", 0), ROLE_CLIENT);
	assert_int_equal(role_of(m, STATE_CLOSE, "0.0.0.0:40001", "0.0.0.0:0", 0), ROLE_UNKNOWN);
}

/* A reset gives the port back, and the bucket with it: then only the listener tells. */
static void the_dead_keep_their_role(void **state)
{
	cleanup(moment_cleanup) struct moment *m = moment_new();

	scene_socket(m, STATE_LISTEN, "0.0.0.0:8080", "0.0.0.0:0");
	scene_socket(m, STATE_CLOSE, "10.0.0.1:8080", "10.0.0.2:50000")->flags |= SOCKET_PORT_LOST;
	scene_socket(m, STATE_CLOSE, "10.0.0.1:40000", "10.0.0.2:80")->flags |= SOCKET_PORT_LOST;
	moment_derive(m);
	assert_int_equal(m->sockets.items[1].role, ROLE_SERVER);
	assert_int_equal(m->sockets.items[2].role, ROLE_UNKNOWN);
}

/* The listener of another namespace says nothing about this one. */
static void roles_keep_to_their_namespace(void **state)
{
	cleanup(moment_cleanup) struct moment *m = moment_new();

	scene_socket(m, STATE_LISTEN, "0.0.0.0:8080", "0.0.0.0:0")->netns = 1;
	assert_int_equal(role_of(m, STATE_ESTABLISHED, "10.0.0.1:8080", "10.0.0.2:50000", 0), ROLE_UNKNOWN);
}

static void dead_but_held_is_told_from_never_connected(void **state)
{
	cleanup(moment_cleanup) struct moment *m = moment_new();

	scene_socket(m, STATE_CLOSE, "10.0.0.1:40000", "10.0.0.2:80")->received_bytes = 1;
	scene_socket(m, STATE_CLOSE, "10.0.0.1:40001", "10.0.0.2:80");
	moment_derive(m);
	assert_true(socket_has(&m->sockets.items[0], SOCKET_WAS_CONNECTED));
	assert_false(socket_has(&m->sockets.items[1], SOCKET_WAS_CONNECTED));
}

static void assert_age(struct socket s, enum age_basis basis, uint64_t min_ms, uint64_t max_ms)
{
	struct age age = socket_age(&s);

	assert_int_equal(age.basis, basis);
	assert_int_equal(age.min_ms, min_ms);
	assert_true(age.max_ms == max_ms);
}

static void ages(void **state)
{
	struct socket s = { .state = STATE_CLOSE_WAIT };

	assert_age(s, AGE_UNKNOWN, 0, UINT64_MAX);
	scene_times(&s, 5000, 4000, 5000); /* data, 1 s later the FIN */
	assert_age(s, AGE_EXACT, 4000, 4000);
	scene_times(&s, 9000, 200, 300); /* sent after the FIN, and acknowledged */
	assert_age(s, AGE_RANGE, 200, 9000);
	scene_times(&s, 5000, 4000, 5000);
	s.flags |= SOCKET_KEEPALIVE; /* probes are answered */
	assert_age(s, AGE_RANGE, 4000, 5000);
	s.flags &= ~(uint32_t)SOCKET_KEEPALIVE;
	s.timer = TIMER_PROBE;
	assert_age(s, AGE_RANGE, 4000, 5000);

	struct socket established = { .state = STATE_ESTABLISHED };
	scene_times(&established, 7000, 6000, 0);
	assert_age(established, AGE_RANGE, 7000, UINT64_MAX);

	struct socket wait = { .state = STATE_TIME_WAIT, .timer = TIMER_TIME_WAIT, .timer_ms = 15000 };
	assert_age(wait, AGE_EXACT, 45000, 45000);
	wait.timer_ms = 4000000; /* never negative */
	assert_age(wait, AGE_EXACT, 0, 0);
}

static void a_process_is_named_with_its_place(void **state)
{
	static const char id[] = "3f2a4c5d6e7f00000000000000000000000000000000000000000000000000ff";
	static const struct {
		const char *container, *name, *pod, *text;
	} rows[] = {
		{ NULL, NULL, NULL, "fetch[812]" },
		{ id, "shop-api", NULL, "fetch[812] in container shop-api (3f2a4c5d6e7f)" },
		{ id, NULL, NULL, "fetch[812] in container 3f2a4c5d6e7f" },
		{ id, "app", "shop/api-0", "fetch[812] in container app (3f2a4c5d6e7f) of pod shop/api-0" },
		{ "a-long-name-of-lxc", "a-long-name-of-lxc", NULL, "fetch[812] in container a-long-name-of-lxc" },
		{ NULL, NULL, "shop/api-0", "fetch[812] in pod shop/api-0" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct process p = { .pid = 812,
			             .comm = "fetch",
			             .container = rows[i].container,
			             .container_name = rows[i].name,
			             .pod = rows[i].pod };
		TEXT_CLEANUP t = { 0 };
		process_format(&t, &p);
		assert_string_equal(t.bytes, rows[i].text);
	}
}

UNIT_MAIN(TEST(a_process_is_named_with_its_place), TEST(processes_are_told_by_pid_and_start),
          TEST(starts_are_told_by_the_wall_clock), TEST(a_holder_is_one_table_and_descriptor),
          TEST(the_first_holder_is_who_began_first), TEST(namespaces_are_told_by_inode), TEST(gaps_keep_their_words),
          TEST(a_gap_stands_once), TEST(what_is_known_of_a_process_moves_with_it), TEST(roles),
          TEST(the_dead_keep_their_role), TEST(roles_keep_to_their_namespace),
          TEST(dead_but_held_is_told_from_never_connected), TEST(ages));
