#include "peek.h"
#include "child.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/uio.h>

enum { ANSWER_MS = 50, LOST_MOST = 4 };

struct question {
	uint64_t from, bytes;
	uint32_t tid;
};

/* Less than a pipe takes at once: an answer is there whole, or not at all. */
struct answer {
	bool complete;
	char bytes[PEEK_MOST];
};

static void answer_all(int from, int to, pid_t parent)
{
	struct question q;

	child_begin(from, to);
	child_end_with(parent);
	while (read(from, &q, sizeof(q)) == sizeof(q)) {
		struct answer a = { 0 };
		struct iovec here = { a.bytes, q.bytes }, there = { (void *)(uintptr_t)q.from, q.bytes };
		a.complete = process_vm_readv((pid_t)q.tid, &here, 1, &there, 1, 0) == (ssize_t)q.bytes;
		if (write(to, &a, sizeof(a)) != sizeof(a))
			break;
	}
	_exit(0);
}

static bool peek_begin(struct peek *p)
{
	pid_t parent = getpid();
	int questions[2], answers[2];

	if (p->child > 0)
		return true;
	if (pipe2(questions, O_CLOEXEC))
		return false;
	if (pipe2(answers, O_CLOEXEC)) {
		close(questions[0]);
		close(questions[1]);
		return false;
	}
	p->child = fork();
	if (!p->child)
		answer_all(questions[0], answers[1], parent);
	close(questions[0]);
	close(answers[1]);
	p->to = questions[1];
	p->from = answers[0];
	if (p->child < 0)
		peek_end(p);
	return p->child > 0;
}

bool peek_read(struct peek *p, uint32_t tid, unsigned long from, void *to, size_t bytes)
{
	const struct question q = { .tid = tid, .from = from, .bytes = bytes };
	struct answer a;

	if (!from || bytes > PEEK_MOST || p->lost >= LOST_MOST || !peek_begin(p))
		return false;
	struct pollfd ready = { .fd = p->from, .events = POLLIN };
	if (write(p->to, &q, sizeof(q)) != sizeof(q) || poll(&ready, 1, ANSWER_MS) != 1 ||
	    read(p->from, &a, sizeof(a)) != sizeof(a)) {
		p->lost++;
		p->lost_tid = tid;
		peek_end(p);
		return false;
	}
	if (a.complete)
		memcpy(to, a.bytes, bytes);
	return a.complete;
}

void peek_end(struct peek *p)
{
	if (!p->child)
		return;
	close(p->to);
	close(p->from);
	if (p->child > 0)
		child_end(p->child);
	p->child = 0;
}
