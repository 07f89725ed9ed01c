/* Text that grows, and text that others wrote: names made to fool a terminal come out harmless. */
#include "unit.h"
#include "base/text.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>

static void collects_pieces(void **state)
{
	TEXT_CLEANUP t = { 0 };

	text_add(&t, "");
	assert_string_equal(t.bytes, "");
	text_add(&t, "port ");
	text_add_u64(&t, 0);
	text_add_char(&t, '-');
	text_add_u64(&t, UINT64_MAX);
	text_pad(&t, '.', 3);
	text_printf(&t, "%s", "end");
	assert_string_equal(t.bytes, "port 0-18446744073709551615...end");
	assert_int_equal(t.length, strlen(t.bytes));
}

static void grows_far(void **state)
{
	TEXT_CLEANUP t = { 0 };

	for (int i = 0; i < 100000; i++)
		text_add_bytes(&t, "0123456789", 10);
	assert_int_equal(t.length, 1000000);
	assert_int_equal(strlen(t.bytes), 1000000);
	text_pad(&t, ' ', 0);
	assert_int_equal(t.length, 1000000);
}

static void assert_shown(const char *name, const char *expected)
{
	TEXT_CLEANUP t = { 0 };

	text_add(&t, "");
	text_add_shown(&t, name);
	assert_string_equal(t.bytes, expected);
}

static void hostile_names_are_shown_harmless(void **state)
{
	assert_shown("", "");
	assert_shown("nginx: worker", "nginx: worker");
	assert_shown("caf\303\251 \346\227\245\346\234\254", "caf\303\251 \346\227\245\346\234\254");
	assert_shown("\033[2J\033]0;root\007", "\\x1b[2J\\x1b]0;root\\x07");
	assert_shown("a\nb\tc\rd\177", "a\\x0ab\\x09c\\x0dd\\x7f");
	assert_shown("\377\376x", "\\xff\\xfex");
	assert_shown("cut \346\227", "cut \\xe6\\x97");
	assert_shown("\302\233"
	             "31m",
	             "\\xc2\\x9b"
	             "31m");                                           /* C1: CSI in one character */
	assert_shown("\342\200\256gpj.exe", "\\xe2\\x80\\xaegpj.exe"); /* U+202E turns the line around */
	assert_shown("\330\234x", "\\xd8\\x9cx");                      /* U+061C, the Arabic letter mark */
}

static void assert_named(const char *name, const char *expected)
{
	TEXT_CLEANUP t = { 0 };

	text_add_name(&t, name);
	assert_string_equal(t.bytes, expected);
}

static void where_a_name_ends_is_marked(void **state)
{
	assert_named("nginx.service", "nginx.service");
	assert_named("my\\x2dapp@1.service", "my\\x2dapp@1.service");
	assert_named("caf\303\251", "caf\303\251");
	assert_named("", "\"\"");
	assert_named("a b", "\"a b\"");
	assert_named("web (user root)", "\"web (user root)\"");
	assert_named("x\" of y", "\"x\\x22 of y\"");
	assert_named("`id`", "\"\\x60id\\x60\"");
	assert_named("a\n\302\240b", "\"a\\x0a\\xc2\\xa0b\"");
}

static void columns_are_those_of_the_terminal(void **state)
{
	assert_int_equal(text_columns(""), 0);
	assert_int_equal(text_columns("CLOSE-WAIT"), 10);
	assert_int_equal(text_columns("\033[1;31mred\033[0m"), 3);
	assert_int_equal(text_columns("caf\303\251"), 4);
	assert_int_equal(text_columns("\033["), 0);
}

static void flush_writes_all_and_empties(void **state)
{
	TEXT_CLEANUP t = { 0 };
	char back[8] = { 0 };
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	text_add(&t, "hello");
	assert_int_equal(text_flush(&t, ends[1]), 0);
	assert_int_equal(read(ends[0], back, sizeof(back)), 5);
	assert_string_equal(back, "hello");
	assert_int_equal(t.length, 0);
	assert_string_equal(t.bytes, "");
	assert_int_equal(text_flush(&t, ends[1]), 0);
	close(ends[0]);
	close(ends[1]);
}

static void *drain(void *fd)
{
	static const struct timespec pause = { .tv_nsec = 2000000 };
	char piece[4096];
	size_t total = 0;

	nanosleep(&pause, NULL);
	for (ssize_t n; (n = read(*(int *)fd, piece, sizeof(piece))) > 0;)
		total += (size_t)n;
	return (void *)total;
}

/* A shell hands its own non-blocking pipe on: a full one is no reason to lose half of the answer. */
static void a_full_pipe_is_waited_for(void **state)
{
	TEXT_CLEANUP t = { 0 };
	pthread_t reader;
	void *total;
	int ends[2];

	assert_int_equal(pipe2(ends, O_NONBLOCK), 0);
	fcntl(ends[0], F_SETFL, 0);
	text_pad(&t, 'x', 1 << 20);
	assert_int_equal(pthread_create(&reader, NULL, drain, &ends[0]), 0);
	assert_int_equal(text_flush(&t, ends[1]), 0);
	close(ends[1]);
	pthread_join(reader, &total);
	assert_int_equal((size_t)total, 1 << 20);
	close(ends[0]);
}

static void a_closed_pipe_is_an_error(void **state)
{
	TEXT_CLEANUP t = { 0 };
	int ends[2];

	signal(SIGPIPE, SIG_IGN);
	assert_int_equal(pipe(ends), 0);
	close(ends[0]);
	text_add(&t, "nobody reads");
	assert_int_equal(text_flush(&t, ends[1]), -EPIPE);
	close(ends[1]);
}

static void free_leaves_an_empty_text(void **state)
{
	struct text t = { 0 };

	text_free(&t);
	text_add(&t, "x");
	text_free(&t);
	assert_null(t.bytes);
	assert_int_equal(t.length + t.room, 0);
}

UNIT_MAIN(TEST(collects_pieces), TEST(grows_far), TEST(hostile_names_are_shown_harmless),
          TEST(where_a_name_ends_is_marked), TEST(columns_are_those_of_the_terminal),
          TEST(flush_writes_all_and_empties), TEST(a_full_pipe_is_waited_for), TEST(a_closed_pipe_is_an_error),
          TEST(free_leaves_an_empty_text));
