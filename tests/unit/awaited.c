/* Which sockets a blocked thread waits for: asked of the kernel about a thread of this very program. */
#include "unit.h"
#include "base/clock.h"
#include "base/file.h"
#include "scene.h"
#include "source/awaited.h"
#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>

enum { ENDS = 3, LIMIT_S = 10 };

struct waiter {
	void (*wait)(struct waiter *w);
	int listener, ours[ENDS], theirs[ENDS], epoll, event;
	_Atomic uint32_t tid;
};

static void in_recv(struct waiter *w)
{
	char byte;

	recv(w->ours[0], &byte, 1, 0);
}

/* The peer does not read. */
static void in_send(struct waiter *w)
{
	static const char bytes[65536];

	while (send(w->ours[0], bytes, sizeof(bytes), MSG_NOSIGNAL) > 0)
		;
}

static void in_accept(struct waiter *w)
{
	accept(w->listener, NULL, NULL);
}

static void in_poll(struct waiter *w)
{
	struct pollfd fds[] = { { .fd = w->ours[0], .events = POLLIN },
		                { .fd = -1, .events = POLLIN },
		                { .fd = w->event, .events = POLLIN } };

	poll(fds, ARRAY_SIZE(fds), -1);
}

static void in_select(struct waiter *w)
{
	fd_set reads;

	FD_ZERO(&reads);
	FD_SET(w->ours[0], &reads);
	FD_SET(w->ours[1], &reads);
	select(MAX(w->ours[0], w->ours[1]) + 1, &reads, NULL, NULL, NULL);
}

static void in_epoll(struct waiter *w)
{
	struct epoll_event e;

	epoll_wait(w->epoll, &e, 1, -1);
}

static void *run(void *argument)
{
	struct waiter *w = argument;

	w->tid = (uint32_t)gettid();
	w->wait(w);
	return NULL;
}

static int stream(void)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	return fd;
}

static void waiter_open(struct waiter *w)
{
	struct sockaddr_in here = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof(here);

	w->listener = stream();
	assert_int_equal(bind(w->listener, (struct sockaddr *)&here, length), 0);
	assert_int_equal(listen(w->listener, ENDS), 0);
	assert_int_equal(getsockname(w->listener, (struct sockaddr *)&here, &length), 0);
	for (int i = 0; i < ENDS; i++) {
		w->theirs[i] = stream();
		assert_int_equal(connect(w->theirs[i], (struct sockaddr *)&here, length), 0);
		w->ours[i] = accept(w->listener, NULL, NULL);
	}
	w->event = eventfd(0, EFD_CLOEXEC);
	w->epoll = epoll_create1(EPOLL_CLOEXEC);
	for (int i = 0; i < ENDS; i++) {
		struct epoll_event e = { .events = EPOLLIN | EPOLLET };
		assert_int_equal(epoll_ctl(w->epoll, EPOLL_CTL_ADD, w->ours[i], &e), 0);
	}
}

static void waiter_close(struct waiter *w)
{
	close(w->listener);
	close(w->event);
	close(w->epoll);
	for (int i = 0; i < ENDS; i++) {
		close(w->ours[i]);
		close(w->theirs[i]);
	}
}

static uint32_t inode_of(int fd)
{
	struct stat st;

	assert_int_equal(fstat(fd, &st), 0);
	return (uint32_t)st.st_ino;
}

static struct thread_call call_when_blocked(const struct waiter *w, int number)
{
	uint64_t end_ns = clock_boot_ns() + LIMIT_S * NS_PER_S;
	struct thread_call call = { .number = -1 };
	char path[64];

	while (call.number != number && clock_boot_ns() < end_ns) {
		TEXT_CLEANUP text = { 0 };
		snprintf(path, sizeof(path), "/proc/self/task/%u/syscall", w->tid);
		if (w->tid && !file_read(path, 256, &text))
			thread_wait_parse(text.bytes, (uint32_t)getpid(), 'S', &call);
	}
	assert_int_equal(call.number, number);
	return call;
}

/* What is told of a thread that waits so; the thread ends when its connections do. */
static awaited_list rows_of(struct waiter *w, void (*wait)(struct waiter *w), int number)
{
	cleanup(moment_cleanup) struct moment *m = moment_new();
	uint32_t process = moment_process(m, (uint32_t)getpid(), NS_PER_S);
	awaited_list rows = { 0 };
	pthread_t thread;

	w->wait = wait;
	w->tid = 0;
	assert_int_equal(pthread_create(&thread, NULL, run, w), 0);
	struct thread_call call = call_when_blocked(w, number);
	struct awaited_asking asking = { 0 };
	awaited_add(m, &asking, process, w->tid, &call, &rows);
	awaited_end(&asking, m);
	for (int i = 0; i < ENDS; i++)
		shutdown(w->ours[i], SHUT_RDWR);
	shutdown(w->listener, SHUT_RD);
	pthread_join(thread, NULL);
	return rows;
}

static void a_call_names_its_descriptor(void **state)
{
	struct waiter w;

	waiter_open(&w);
	awaited_list rows = rows_of(&w, in_recv, SYS_recvfrom);
	assert_int_equal(rows.count, 1);
	assert_int_equal(rows.items[0].inode, inode_of(w.ours[0]));
	assert_int_equal(rows.items[0].among, 1);
	assert_false(rows.items[0].writes);
	assert_string_equal(rows.items[0].call, "recvfrom");
	array_free(&rows);
	waiter_close(&w);
}

static void who_accepts_waits_for_its_listener(void **state)
{
	struct waiter w;

	waiter_open(&w);
	awaited_list rows = rows_of(&w, in_accept, SYS_accept);
	assert_int_equal(rows.count, 1);
	assert_int_equal(rows.items[0].inode, inode_of(w.listener));
	array_free(&rows);
	waiter_close(&w);
}

/* By a mechanism whose list stands elsewhere: one of these may be woken by an eventfd, too, which is no peer. */
static void lists_are_read_where_they_stand(void **state)
{
	struct waiter w;

	waiter_open(&w);
	awaited_list rows = rows_of(&w, in_poll, SYS_poll);
	assert_int_equal(rows.count, 1);
	assert_int_equal(rows.items[0].inode, inode_of(w.ours[0]));
	array_free(&rows);
	waiter_close(&w);

	waiter_open(&w);
	rows = rows_of(&w, in_select, SYS_pselect6);
	assert_int_equal(rows.count, 2);
	assert_int_equal(rows.items[1].inode, inode_of(w.ours[1]));
	assert_int_equal(rows.items[1].among, 2);
	array_free(&rows);
	waiter_close(&w);
}

static void who_sends_waits_for_room(void **state)
{
	struct waiter w;

	waiter_open(&w);
	awaited_list rows = rows_of(&w, in_send, SYS_sendto);
	assert_int_equal(rows.count, 1);
	assert_true(rows.items[0].writes);
	array_free(&rows);
	waiter_close(&w);
}

static void an_epoll_is_looked_into(void **state)
{
	struct waiter w;

	waiter_open(&w);
	awaited_list rows = rows_of(&w, in_epoll, SYS_epoll_wait);
	assert_int_equal(rows.count, ENDS);
	assert_int_equal(rows.items[0].among, ENDS);
	array_free(&rows);
	waiter_close(&w);
}

/* Somebody has had so long listed already: nothing more is asked for, and that is told. */
static void listing_has_an_end(void **state)
{
	cleanup(moment_cleanup) struct moment *m = moment_new();
	uint32_t process = moment_process(m, (uint32_t)getpid(), NS_PER_S);
	struct thread_call call = { .number = SYS_epoll_pwait };
	struct awaited_asking asking = { .listing_ns = NS_PER_S };
	cleanup(cleanup_close) int epoll = epoll_create1(EPOLL_CLOEXEC);
	awaited_list rows = { 0 };

	call.arguments[0] = (unsigned long)epoll;
	awaited_add(m, &asking, process, (uint32_t)getpid(), &call, &rows);
	awaited_end(&asking, m);
	assert_int_equal(rows.count, 0);
	assert_int_equal(m->coverage.gaps.count, 1);
	assert_non_null(strstr(m->coverage.gaps.items[0].why, "fdinfo"));
}

static void rows_find_their_sockets(void **state)
{
	cleanup(moment_cleanup) struct moment *m = scene_new();
	uint32_t inodes[] = { m->sockets.items[2].inode, 7, m->sockets.items[0].inode, m->sockets.items[2].inode };

	for (size_t i = 0; i < ARRAY_SIZE(inodes); i++)
		*array_push(&m->awaited) = (struct awaited){ .tid = (uint32_t)i, .inode = inodes[i] };
	moment_derive(m);
	assert_int_equal(m->awaited.count, 3); /* 7 is no socket of TCP */
	assert_int_equal(m->awaited.items[0].socket, 2);
	assert_int_equal(m->awaited.items[1].socket, 0);
	assert_int_equal(m->awaited.items[2].socket, 2);
	assert_int_equal(m->awaited.items[2].tid, 3);
}

UNIT_MAIN(TEST(a_call_names_its_descriptor), TEST(who_accepts_waits_for_its_listener), TEST(who_sends_waits_for_room),
          TEST(lists_are_read_where_they_stand), TEST(an_epoll_is_looked_into), TEST(listing_has_an_end),
          TEST(rows_find_their_sockets));
