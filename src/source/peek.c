#include "peek.h"
#include "child.h"
#include "proc.h"
#include "base/clock.h"
#include "base/file.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/uio.h>

enum { STEP_MS = 50, WAIT_MS = 200, STARVED_MS = 3000, LOST_MOST = 4, PATH_MOST = 256 };

struct question {
	uint64_t from;
	uint32_t bytes; /* to be read at most */
	uint32_t tid;   /* in whose memory; 0: in a file */
	char path[PATH_MOST];
};

struct answer {
	int32_t err;
	uint32_t length;
};

static int read_memory(const struct question *q, struct text *out)
{
	text_reserve(out, q->bytes);
	struct iovec here = { out->bytes, q->bytes }, there = { (void *)(uintptr_t)q->from, q->bytes };
	ssize_t got = process_vm_readv((pid_t)q->tid, &here, 1, &there, 1, 0);

	if (got < 0)
		return -errno;
	out->length = (size_t)got;
	return 0;
}

static int read_file(const struct question *q, struct text *out)
{
	int err = file_read(q->path, q->bytes, out);

	return err == -EFBIG ? 0 : err; /* the beginning is asked for */
}

static void answer_all(int from, int to, pid_t parent)
{
	struct question q;

	child_begin(from, to);
	child_end_with(parent);
	while (read(from, &q, sizeof(q)) == sizeof(q)) {
		TEXT_CLEANUP said = { 0 }, whole = { 0 };
		struct answer a = { .err = q.tid ? read_memory(&q, &said) : read_file(&q, &said) };
		a.length = a.err ? 0 : (uint32_t)said.length;
		text_add_bytes(&whole, (const char *)&a, sizeof(a));
		text_add_bytes(&whole, said.bytes, a.length);
		if (text_flush(&whole, to))
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
	close(answers[1]);
	p->held = questions[0];
	p->to = questions[1];
	p->from = answers[0];
	if (p->child < 0)
		peek_end(p);
	return p->child > 0;
}

/* It has what it needs, but no processor: this host is busy, and nobody keeps it waiting. */
static bool is_starved(const struct peek *p)
{
	char path[32];
	struct proc_stat stat;

	snprintf(path, sizeof(path), "/proc/%d", p->child);
	cleanup(cleanup_close) int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return dir >= 0 && !proc_read_stat(dir, &stat) && stat.state == 'R';
}

static bool wait_for_answer(const struct peek *p)
{
	struct pollfd ready = { .fd = p->from, .events = POLLIN };

	for (int ms = 0, waited = 0; ms < STARVED_MS && waited < WAIT_MS; ms += STEP_MS) {
		int n = poll(&ready, 1, STEP_MS);
		if (n == 1)
			return true;
		if (n < 0 && errno != EINTR)
			return false;
		waited += is_starved(p) ? 0 : STEP_MS;
	}
	return false;
}

static bool read_all(const struct peek *p, void *to, size_t bytes)
{
	for (size_t have = 0; have < bytes;) {
		ssize_t got = wait_for_answer(p) ? read(p->from, (char *)to + have, bytes - have) : 0;
		if (got <= 0)
			return false;
		have += (size_t)got;
	}
	return true;
}

/* Appends what it says. 0 or -errno. */
static int ask(struct peek *p, const struct question *q, struct text *out)
{
	struct answer a;

	if (p->lost >= LOST_MOST)
		return -ETIME;
	if (!peek_begin(p))
		return -EAGAIN;
	bool said = write(p->to, q, sizeof(*q)) == sizeof(*q) && read_all(p, &a, sizeof(a)) && a.length <= q->bytes;
	if (said) {
		text_reserve(out, a.length);
		said = read_all(p, out->bytes + out->length, a.length);
	}
	if (!said) {
		p->lost++;
		p->lost_tid = q->tid;
		peek_end(p);
		return -ETIME;
	}
	out->length += a.length;
	out->bytes[out->length] = '\0';
	return a.err;
}

bool peek_read(struct peek *p, uint32_t tid, unsigned long from, void *to, size_t bytes)
{
	const struct question q = { .tid = tid, .from = from, .bytes = (uint32_t)bytes };
	TEXT_CLEANUP said = { 0 };

	if (!from || bytes > PEEK_MOST || ask(p, &q, &said) || said.length != bytes)
		return false;
	memcpy(to, said.bytes, bytes);
	return true;
}

/* By its path, for the child has no such descriptor. If the process is still there afterwards, it was no later one. */
int peek_file(struct peek *p, int dir, const char *name, size_t most, struct text *out)
{
	struct question q = { .bytes = (uint32_t)most };
	char self[32];

	snprintf(self, sizeof(self), "/proc/self/fd/%d", dir);
	ssize_t n = readlink(self, q.path, sizeof(q.path));
	if (n < 0)
		return -errno;
	if ((size_t)n + strlen(name) + 2 > sizeof(q.path))
		return -ENAMETOOLONG;
	snprintf(q.path + n, sizeof(q.path) - (size_t)n, "/%s", name);
	int err = ask(p, &q, out);
	return !err && faccessat(dir, "stat", F_OK, 0) ? -errno : err;
}

void peek_end(struct peek *p)
{
	if (!p->child)
		return;
	close(p->held);
	close(p->to);
	close(p->from);
	if (p->child > 0)
		child_end(p->child);
	p->child = 0;
}
