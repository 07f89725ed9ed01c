/* Connects and accepts by io_uring alone, and fails to connect once: uring PORT, where nobody listens at PORT + 1.
 * Says "ready" and waits for a line, as watch.py does; "done", and another line ends it. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/io_uring.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

struct ring {
	int fd;
	unsigned *sq_tail, *sq_mask, *sq_array, *cq_head, *cq_tail, *cq_mask;
	struct io_uring_sqe *sqes;
	struct io_uring_cqe *cqes;
};

static void must(int ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "uring: %s: %s\n", what, strerror(errno));
	exit(errno == EPERM || errno == ENOSYS ? 77 : 1);
}

static void *map(int fd, size_t size, off_t at)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd, at);

	must(p != MAP_FAILED, "mmap");
	return p;
}

static struct ring ring_open(void)
{
	struct io_uring_params p = { 0 };
	struct ring r = { .fd = (int)syscall(SYS_io_uring_setup, 8, &p) };

	must(r.fd >= 0, "io_uring_setup");
	char *sq = map(r.fd, p.sq_off.array + p.sq_entries * sizeof(unsigned), IORING_OFF_SQ_RING);
	char *cq = map(r.fd, p.cq_off.cqes + p.cq_entries * sizeof(struct io_uring_cqe), IORING_OFF_CQ_RING);
	r.sqes = map(r.fd, p.sq_entries * sizeof(struct io_uring_sqe), IORING_OFF_SQES);
	r.sq_tail = (unsigned *)(sq + p.sq_off.tail);
	r.sq_mask = (unsigned *)(sq + p.sq_off.ring_mask);
	r.sq_array = (unsigned *)(sq + p.sq_off.array);
	r.cq_head = (unsigned *)(cq + p.cq_off.head);
	r.cq_tail = (unsigned *)(cq + p.cq_off.tail);
	r.cq_mask = (unsigned *)(cq + p.cq_off.ring_mask);
	r.cqes = (struct io_uring_cqe *)(cq + p.cq_off.cqes);
	return r;
}

static void submit(struct ring *r, const struct io_uring_sqe *sqe)
{
	unsigned tail = *r->sq_tail, at = tail & *r->sq_mask;

	r->sqes[at] = *sqe;
	r->sq_array[at] = at;
	atomic_store((_Atomic unsigned *)r->sq_tail, tail + 1);
	must(syscall(SYS_io_uring_enter, r->fd, 1, 0, 0, NULL, 0) == 1, "io_uring_enter");
}

static int result(struct ring *r)
{
	must(syscall(SYS_io_uring_enter, r->fd, 0, 1, IORING_ENTER_GETEVENTS, NULL, 0) >= 0, "io_uring_enter");
	unsigned head = *r->cq_head;
	must(head != atomic_load((_Atomic unsigned *)r->cq_tail), "a result");
	int result = r->cqes[head & *r->cq_mask].res;
	atomic_store((_Atomic unsigned *)r->cq_head, head + 1);
	return result;
}

static void submit_connect(struct ring *r, int fd, const struct sockaddr_in *to)
{
	submit(r, &(struct io_uring_sqe){
	                  .opcode = IORING_OP_CONNECT, .fd = fd, .addr = (uintptr_t)to, .off = sizeof(*to) });
}

static void say(const char *word)
{
	char line[16];

	puts(word);
	fflush(stdout);
	must(fgets(line, sizeof(line), stdin) != NULL, "a line");
}

int main(int count, char **args)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) }, nobody;
	int listener = socket(AF_INET, SOCK_STREAM, 0), client = socket(AF_INET, SOCK_STREAM, 0), server = -1;
	struct ring r = ring_open();

	at.sin_port = htons((uint16_t)(count > 1 ? atoi(args[1]) : 0));
	nobody = at;
	nobody.sin_port = htons((uint16_t)(ntohs(at.sin_port) + 1));
	prctl(PR_SET_NAME, "uring");
	must(!bind(listener, (struct sockaddr *)&at, sizeof(at)) && !listen(listener, 8), "listen");
	say("ready");
	submit(&r, &(struct io_uring_sqe){ .opcode = IORING_OP_ACCEPT, .fd = listener });
	submit_connect(&r, client, &at);
	for (int i = 0; i < 2; i++) {
		int got = result(&r);
		must(got >= 0, "connect, accept");
		server = got > 0 ? got : server;
	}
	submit(&r, &(struct io_uring_sqe){ .opcode = IORING_OP_CLOSE, .fd = client });
	must(result(&r) == 0, "close");
	submit(&r, &(struct io_uring_sqe){ .opcode = IORING_OP_CLOSE, .fd = server });
	must(result(&r) == 0, "close");
	client = socket(AF_INET, SOCK_STREAM, 0);
	submit_connect(&r, client, &nobody);
	must(result(&r) == -ECONNREFUSED, "refused");
	say("done");
	return 0;
}
