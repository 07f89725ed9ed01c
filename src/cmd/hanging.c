#include "hanging.h"
#include "beside.h"
#include "base/clock.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>

enum { ASKED_MOST = 12, WORD_BYTES = 64, TIME_MS = 6000, LIFE_S = 8, ANSWER_BYTES = 1 << 20, PATH_BYTES = 4096 };

/* PID:START:TID:SPINS each, the rest empty. */
struct request_of {
	char words[ASKED_MOST][WORD_BYTES];
};

/* Nothing is read here but that it is whole. */
static void child_wait(int in, int out, const char *program)
{
	char name[] = "unfin", verb[] = "stacks";
	struct request_of r;
	char *argv[ASKED_MOST + 3] = { name, verb };

	signal(SIGINT, SIG_IGN); /* it ends the watch, not what comes after */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (read(in, &r, sizeof(r)) != sizeof(r))
		_exit(0);
	for (size_t i = 0; i < ASKED_MOST && *r.words[i]; i++) {
		r.words[i][WORD_BYTES - 1] = '\0';
		argv[2 + i] = r.words[i];
	}
	alarm(LIFE_S);
	/* Where nothing can be written, and nothing comes: an empty root has no /dev/null. */
	if (dup2(in, STDIN_FILENO) < 0 || dup2(in, STDERR_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0)
		_exit(1);
	execv(program, argv);
	_exit(1);
}

void hanging_prepare(struct helper *h)
{
	char program[PATH_BYTES];
	int ask[2], answer[2];

	*h = (struct helper){ -1, -1 };
	if (beside_find("unfin-blame", program, sizeof(program)) || pipe2(ask, O_CLOEXEC))
		return;
	if (pipe2(answer, O_CLOEXEC)) {
		close(ask[0]);
		close(ask[1]);
		return;
	}
	pid_t child = fork();
	if (!child) {
		close(ask[1]);
		child_wait(ask[0], answer[1], program);
	}
	close(ask[0]);
	close(answer[1]);
	*h = (struct helper){ ask[1], answer[0] };
	if (child < 0)
		hanging_end(h);
}

void hanging_end(struct helper *h)
{
	cleanup_close(&h->to);
	cleanup_close(&h->from);
	*h = (struct helper){ -1, -1 };
}

static bool asks_for(const struct finding *f)
{
	return streq(f->id, "hung-owner") && f->subject != PROCESS_NONE;
}

typedef ARRAY(uint32_t) process_list;

static void find_asked(const struct judgement *j, process_list *ret)
{
	array_each (&j->findings, f)
		if (asks_for(f) && ret->count < ASKED_MOST)
			*array_push(ret) = f->subject;
}

static void send(const struct helper *h, const struct moment *m, const process_list *asked)
{
	struct request_of r = { 0 };

	for (size_t i = 0; i < asked->count; i++) {
		const struct process *p = &m->processes.items[asked->items[i]];
		const struct activity *a = &p->activity;
		bool runs = a->known && a->spins && !p->stopped && !p->frozen;
		snprintf(r.words[i], WORD_BYTES, "%" PRIu32 ":%" PRIu64 ":%" PRIu32 ":%d", p->pid, p->start_boot_ns,
		         a->known && a->tid ? a->tid : p->pid, runs);
	}
	signal(SIGPIPE, SIG_IGN); /* it may have been ended */
	(void)!write(h->to, &r, sizeof(r));
	signal(SIGPIPE, SIG_DFL);
}

static void receive(const struct helper *h, struct text *ret)
{
	uint64_t now_ns = clock_monotonic_ns(), end_ns = now_ns + TIME_MS * NS_PER_MS;
	struct pollfd wait = { .fd = h->from, .events = POLLIN };
	enum { PIECE = 64 << 10 };

	for (; now_ns < end_ns && ret->length < ANSWER_BYTES; now_ns = clock_monotonic_ns()) {
		if (poll(&wait, 1, (int)((end_ns - now_ns) / NS_PER_MS) + 1) <= 0)
			continue;
		text_reserve(ret, PIECE);
		ssize_t got = read(h->from, ret->bytes + ret->length, PIECE);
		if (got <= 0)
			return;
		ret->length += (size_t)got;
	}
}

/* Whole rows alone, of processes that were asked for. */
static void take(const struct text *answer, const process_list *asked, struct moment *m)
{
	cleanup(cleanup_free) struct stack *stack = memory_zeroed(sizeof(*stack));
	const char *bytes = answer->bytes ?: "";
	struct standing s;

	for (size_t at = 0, taken; answer->length - at > sizeof(s); at += taken) {
		memcpy(&s, bytes + at, sizeof(s));
		at += sizeof(s);
		taken = stack_take(bytes + at, answer->length - at, stack);
		if (!taken || s.process >= asked->count)
			return;
		s.process = asked->items[s.process];
		s.thread[sizeof(s.thread) - 1] = '\0';
		s.stack = stack_copy(m->arena, stack);
		*array_push(&m->standings) = s;
	}
}

static bool is_answered(const struct moment *m, uint32_t process)
{
	array_each (&m->standings, s)
		if (s->process == process)
			return true;
	return false;
}

static void tell_missing(const struct helper *h, const process_list *asked, struct moment *m)
{
	const char *why = h->to < 0 ? "unfin-blame, which reads stacks, is not beside unfin"
	                            : "reading its stacks ended before its time";

	array_each (asked, process)
		if (!is_answered(m, *process))
			*array_push(&m->standings) =
			        (struct standing){ .process = *process, .stack = stack_none(m->arena, why) };
}

bool hanging_ask(struct helper *h, const struct judgement *j, struct moment *m)
{
	process_list asked = { 0 };
	TEXT_CLEANUP answer = { 0 };

	find_asked(j, &asked);
	bool any = asked.count;
	if (any && h->to >= 0) {
		send(h, m, &asked);
		receive(h, &answer);
		take(&answer, &asked, m);
	}
	tell_missing(h, &asked, m);
	array_free(&asked);
	return any;
}
