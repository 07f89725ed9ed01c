/* Connections by state, counted without a look: in a network namespace of its own, where we know them all. */
#include "unit.h"
#include "agent/recount.h"
#include "base/arena.h"
#include "base/file.h"
#include <arpa/inet.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>

enum { PAIRS = 40, HALF_CLOSED = 7, GONE = 5, TRIES = 500, PAUSE_US = 10 * 1000 };

struct world {
	struct arena *arena;
	struct source *source;
	int listener, client[PAIRS], server[PAIRS];
};

static bool raise_loopback(void)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	bool up = fd >= 0 && !ioctl(fd, SIOCSIFFLAGS, &request);

	close(fd);
	return up;
}

static void connect_pairs(struct world *w)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof(at);

	w->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(w->listener, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(w->listener, PAIRS), 0);
	assert_int_equal(getsockname(w->listener, (struct sockaddr *)&at, &length), 0);
	for (int i = 0; i < PAIRS; i++) {
		w->client[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
		assert_int_equal(connect(w->client[i], (struct sockaddr *)&at, sizeof(at)), 0);
		w->server[i] = accept4(w->listener, NULL, NULL, SOCK_CLOEXEC);
		assert_true(w->server[i] >= 0);
	}
}

/* NULL: this user may not, or this kernel cannot. */
static int make_world(void **state)
{
	struct source_request request = { .scope = SCOPE_SELF };
	struct world *w = memory_zeroed(sizeof(*w));
	struct gap why;
	uint64_t states[STATE_COUNT];

	w->arena = arena_new();
	*state = w;
	if (unshare(CLONE_NEWNET) || !raise_loopback() || source_open(&request, w->arena, &w->source, &why) ||
	    source_count(w->source, states)) {
		source_close(take_ptr(w->source));
		return 0;
	}
	connect_pairs(w);
	return 0;
}

static int end_world(void **state)
{
	struct world *w = *state;

	source_close(w->source);
	arena_free(w->arena);
	free(w);
	return 0;
}

/* A FIN is acknowledged a little later: 40 ms. */
static void assert_counts(struct world *w, const uint64_t expected[STATE_COUNT])
{
	uint64_t states[STATE_COUNT];

	for (int tries = 0; tries < TRIES; tries++) {
		assert_int_equal(source_count(w->source, states), 0);
		if (!memcmp(states, expected, sizeof(states)))
			break;
		usleep(PAUSE_US);
	}
	assert_memory_equal(states, expected, sizeof(states));
}

static void each_state_is_counted_as_it_is_now(void **state)
{
	struct world *w = *state;

	if (!w->source)
		skip();
	uint64_t expected[STATE_COUNT] = { [STATE_ESTABLISHED] = 2 * PAIRS };
	assert_counts(w, expected);
	for (int i = 0; i < HALF_CLOSED; i++)
		close(w->client[i]);
	expected[STATE_ESTABLISHED] -= 2 * HALF_CLOSED;
	expected[STATE_FIN_WAIT2] = expected[STATE_CLOSE_WAIT] = HALF_CLOSED;
	assert_counts(w, expected);
	for (int i = 0; i < GONE; i++)
		close(w->server[i]);
	expected[STATE_FIN_WAIT2] = expected[STATE_CLOSE_WAIT] = HALF_CLOSED - GONE;
	expected[STATE_TIME_WAIT] = GONE;
	assert_counts(w, expected);
}

/* What a look alone sees: the listener, and a socket that is not connected. */
static void a_look_and_a_count_say_the_same(void **state)
{
	struct world *w = *state;
	uint64_t table[STATE_COUNT], all[STATE_COUNT], states[STATE_COUNT];

	if (!w->source)
		skip();
	struct moment *m = moment_new();
	assert_int_equal(source_look(w->source, m), 0);
	moment_count_table(m, table);
	moment_count_states(m, all);
	assert_int_equal(source_count(w->source, states), 0);
	assert_memory_equal(states, table, sizeof(states));
	assert_int_equal(all[STATE_LISTEN], 1);
	assert_int_equal(table[STATE_LISTEN], 0);
	assert_true(all[STATE_ESTABLISHED] == table[STATE_ESTABLISHED] && table[STATE_ESTABLISHED]);
	moment_free(m);
}

/* Another namespace's are none of ours. */
static void only_the_namespace_that_was_asked_for_is_counted(void **state)
{
	struct world *w = *state;
	struct source_request request = { .scope = SCOPE_SELF };
	uint64_t none[STATE_COUNT] = { 0 }, states[STATE_COUNT];
	struct source *elsewhere;
	struct gap why;

	if (!w->source)
		skip();
	assert_int_equal(unshare(CLONE_NEWNET), 0);
	assert_int_equal(source_open(&request, w->arena, &elsewhere, &why), 0);
	assert_int_equal(source_count(elsewhere, states), 0);
	assert_memory_equal(states, none, sizeof(states));
	assert_int_equal(source_count(w->source, states), 0);
	assert_true(states[STATE_ESTABLISHED]);
	source_close(elsewhere);
}

/* Namespaces that are made from now on have a table of so many buckets each (since Linux 6.1). */
static int write_child_buckets(const char *count)
{
	cleanup(cleanup_close) int fd = open("/proc/sys/net/ipv4/tcp_child_ehash_entries", O_WRONLY | O_CLOEXEC);

	return fd < 0 ? -1 : file_write(fd, count, strlen(count));
}

static uint64_t own_netns(void)
{
	struct stat st;

	assert_int_equal(stat("/proc/thread-self/ns/net", &st), 0);
	return st.st_ino;
}

/* A look finds them by their descriptors, wherever they stand. */
static void what_stands_in_a_table_of_its_own_is_not_taken_for_counted(void **state)
{
	struct world *w = *state;
	struct world inside = { 0 };
	struct source_request request = { .scope = SCOPE_ONE };
	struct hook_options hooks = { 0 };
	struct recount shared, apart;
	struct looking *looking;
	struct gap why;

	if (!w->source || write_child_buckets("1024"))
		skip();
	int home = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	assert_int_equal(unshare(CLONE_NEWNET), 0);
	assert_true(raise_loopback());
	connect_pairs(&inside);
	request.netns = own_netns();
	assert_int_equal(looking_open(&request, &hooks, w->arena, &looking, &why), 0);
	recount_begin(&shared, looking); /* from inside it is the table that is walked */
	looking_close(looking);
	assert_int_equal(setns(home, CLONE_NEWNET), 0);
	close(home);
	assert_int_equal(looking_open(&request, &hooks, w->arena, &looking, &why), 0);
	assert_int_equal(looking_moment(looking)->coverage.sockets_seen, 2 * PAIRS + 1);
	recount_begin(&apart, looking);
	looking_close(looking);
	assert_true(shared.fits);
	assert_int_equal(shared.aside[STATE_LISTEN], 1);
	assert_false(apart.fits);
}

int main(void)
{
	const struct CMUnitTest tests[] = { TEST(each_state_is_counted_as_it_is_now),
		                            TEST(a_look_and_a_count_say_the_same),
		                            TEST(only_the_namespace_that_was_asked_for_is_counted),
		                            TEST(what_stands_in_a_table_of_its_own_is_not_taken_for_counted) };

	return cmocka_run_group_tests(tests, make_world, end_world);
}
