#include "lines.h"
#include "beside.h"
#include "lines_record.h"
#include "base/clock.h"
#include "base/file.h"
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>

enum { TIME_MS = 8000, LIFE_S = 10, ANSWER_BYTES = 4 << 20, OF_A_FINDING = 64 };

static bool is_followed(const struct options *o)
{
	return o->window.given && o->window.value;
}

/* Nothing is read here but that something has come. */
static void child_begin(int socket, const char *program, const void *context)
{
	const struct options *o = context;
	bool follow = is_followed(o);
	char name[] = "unfin", verb[] = "stacks", netns[] = "--netns", state[] = "--state", word[] = "follow";
	char *argv[8] = { name, verb };
	unsigned count = 2;
	char byte;

	signal(SIGINT, SIG_IGN); /* it ends the watch, not what comes after */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (follow && o->netns) {
		argv[count++] = netns;
		argv[count++] = (char *)(uintptr_t)o->netns;
	}
	if (follow && o->state_dir) {
		argv[count++] = state;
		argv[count++] = (char *)(uintptr_t)o->state_dir;
	}
	if (follow)
		argv[count] = word;
	else if (recv(socket, &byte, 1, MSG_PEEK) != 1)
		_exit(0);
	if (!follow)
		alarm(LIFE_S);
	beside_become(socket, program, argv);
}

void lines_prepare(struct helper *h, const struct options *o)
{
	*h = (struct helper){ -1, !options_kept(o), is_followed(o) };
	if (h->wanted)
		h->to = beside_fork("unfin-blame", SOCK_STREAM, child_begin, o);
}

void lines_end(struct helper *h)
{
	cleanup_close(&h->to);
	h->to = -1;
}

/* Numbers of processes and of sockets in the moment, in the order of the question. */
typedef ARRAY(uint32_t) number_list;

struct asked {
	number_list processes, sockets;
	number_list too_many; /* processes for which the question has no room */
};

static void ask_thread(struct asked *asked, struct lines_question *q, const struct moment *m, uint32_t process)
{
	const struct process *p = &m->processes.items[process];
	const struct activity *a = &p->activity;

	if (q->thread_count == LINES_THREADS) {
		*array_push(&asked->too_many) = process;
		return;
	}
	q->threads[q->thread_count++] = (struct lines_thread){
		.pid = p->pid,
		.start_boot_ns = p->start_boot_ns,
		.tid = a->known && a->tid ? a->tid : p->pid,
		.spins = a->known && a->spins && !p->stopped && !p->frozen,
	};
	*array_push(&asked->processes) = process;
}

static void ask_socket(struct asked *asked, struct lines_question *q, const struct moment *m, uint32_t number)
{
	const struct socket *s = &m->sockets.items[number];
	const struct process *p = &m->processes.items[m->holders.items[s->first_holder].process];

	q->sockets[q->socket_count++] = (struct lines_socket){
		.cookie = s->cookie,
		.pid = p->pid,
		.start_boot_ns = p->start_boot_ns,
		.accepted = s->role == ROLE_SERVER,
		.local = s->local,
		.peer = s->peer,
	};
	*array_push(&asked->sockets) = number;
}

/* Of those that were opened in the window the line is known; of those from before it may be that of the others. */
static void ask_sockets(struct asked *asked, struct lines_question *q, const struct moment *m, const struct finding *f,
                        bool new)
{
	unsigned left = OF_A_FINDING;

	array_each (&f->sockets, number) {
		const struct socket *s = &m->sockets.items[*number];
		if (!left || q->socket_count == LINES_SOCKETS)
			return;
		if (s->first_holder == HOLDER_NONE || s->state == STATE_LISTEN || socket_has(s, SOCKET_NEW) != new)
			continue;
		ask_socket(asked, q, m, *number);
		left--;
	}
}

static void find_asked(const struct judgement *j, const struct moment *m, bool follows, struct asked *asked,
                       struct lines_question *q)
{
	array_each (&j->findings, f) {
		if (finding_hangs(f)) {
			ask_thread(asked, q, m, f->subject);
		} else if (follows) {
			ask_sockets(asked, q, m, f, true);
			ask_sockets(asked, q, m, f, false);
		}
	}
}

static bool ask(const struct helper *h, const struct lines_question *q)
{
	signal(SIGPIPE, SIG_IGN); /* it may have been ended */
	int err = file_write(h->to, q, sizeof(*q));
	signal(SIGPIPE, SIG_DFL);
	return !err;
}

static void receive(const struct helper *h, struct text *ret)
{
	uint64_t now_ns = clock_monotonic_ns(), end_ns = now_ns + TIME_MS * NS_PER_MS;
	struct pollfd wait = { .fd = h->to, .events = POLLIN };
	enum { PIECE = 64 << 10 };

	for (; now_ns < end_ns && ret->length < ANSWER_BYTES; now_ns = clock_monotonic_ns()) {
		if (poll(&wait, 1, (int)((end_ns - now_ns) / NS_PER_MS) + 1) <= 0)
			continue;
		text_reserve(ret, PIECE);
		ssize_t got = read(h->to, ret->bytes + ret->length, PIECE);
		if (got <= 0)
			return;
		ret->length += (size_t)got;
	}
}

/* What is left of the answer. */
struct rest {
	const char *bytes;
	size_t length;
};

static bool take_bytes(struct rest *r, void *ret, size_t length)
{
	if (r->length < length)
		return false;
	memcpy(ret, r->bytes, length);
	r->bytes += length;
	r->length -= length;
	return true;
}

static struct stack *take_stack(struct rest *r, struct arena *arena)
{
	cleanup(cleanup_free) struct stack *stack = memory_zeroed(sizeof(*stack));
	size_t taken = stack_take(r->bytes, r->length, stack);

	r->bytes += taken;
	r->length -= taken;
	return taken ? stack_copy(arena, stack) : NULL;
}

static bool take_standing(struct rest *r, const struct asked *asked, struct moment *m)
{
	struct standing s;

	if (!take_bytes(r, &s, sizeof(s)) || s.process >= asked->processes.count)
		return false;
	s.process = asked->processes.items[s.process];
	s.thread[sizeof(s.thread) - 1] = '\0';
	s.stack = take_stack(r, m->arena);
	if (s.stack)
		*array_push(&m->standings) = s;
	return s.stack;
}

static void count_socket(struct site *site, const struct socket *s)
{
	site->count++;
	site->unread += socket_eof_unread(s);
	site->oldest_ms = MAX(site->oldest_ms, socket_finished_age(s).min_ms);
}

/* The numbers of a site's sockets: all of them, or none. */
static bool take_numbers(struct rest *r, uint32_t count, const struct asked *asked, number_list *ret)
{
	uint32_t number;

	for (uint32_t i = 0; i < count; i++) {
		if (!take_bytes(r, &number, sizeof(number)) || number >= asked->sockets.count)
			return false;
		*array_push(ret) = asked->sockets.items[number];
	}
	return true;
}

static void add_openings(struct moment *m, const number_list *sockets)
{
	uint32_t at = (uint32_t)m->sites.count - 1;

	array_each (sockets, number) {
		*array_push(&m->openings) = (struct opening){ *number, at };
		count_socket(&m->sites.items[at], &m->sockets.items[*number]);
	}
}

/* Who holds no socket is not in the moment yet. */
static uint32_t take_process(struct moment *m, const struct lines_site *s)
{
	uint32_t index = moment_process(m, s->pid, s->start_boot_ns);
	struct process *p = &m->processes.items[index];

	if (!*p->comm)
		snprintf(p->comm, sizeof(p->comm), "%.*s", (int)sizeof(s->comm), s->comm);
	return index;
}

static bool take_site(struct rest *r, uint32_t count, const struct asked *asked, struct moment *m)
{
	struct lines_site s;
	number_list sockets = { 0 };

	if (!take_bytes(r, &s, sizeof(s)))
		return false;
	struct stack *stack = take_stack(r, m->arena);
	struct stack *told = s.told && stack ? take_stack(r, m->arena) : NULL;
	struct stack *listened = s.listened && stack ? take_stack(r, m->arena) : NULL;
	if (!stack || (s.told && !told) || (s.listened && !listened) || !take_numbers(r, count, asked, &sockets)) {
		array_free(&sockets);
		return false;
	}
	*array_push(&m->sites) = (struct site){ .process = take_process(m, &s),
		                                .newest_process = PROCESS_NONE,
		                                .holder = PROCESS_NONE,
		                                .accepted = s.accepted,
		                                .inferred = MIN(s.inferred, count),
		                                .stack = stack,
		                                .told = told,
		                                .listened = listened,
		                                .listened_port = (uint16_t)s.listened_port };
	add_openings(m, &sockets);
	array_free(&sockets);
	return true;
}

/* Its texts end. */
static const char *take_text(struct moment *m, char *text, size_t room)
{
	text[room - 1] = '\0';
	return *text ? arena_printf(m->arena, "%s", text) : NULL;
}

static struct site_commit commit_of(struct moment *m, struct lines_commit *c)
{
	return (struct site_commit){ .id = take_text(m, c->id, sizeof(c->id)),
		                     .author = take_text(m, c->author, sizeof(c->author)),
		                     .subject = take_text(m, c->subject, sizeof(c->subject)),
		                     .why = take_text(m, c->why, sizeof(c->why)),
		                     .unix_s = c->unix_s,
		                     .offset_min = c->offset_min,
		                     .behind = c->behind,
		                     .uncommitted = c->uncommitted };
}

static bool take_commit(struct rest *r, struct moment *m)
{
	struct lines_commit c;

	if (!take_bytes(r, &c, sizeof(c)) || c.site >= m->sites.count)
		return false;
	struct site *site = &m->sites.items[c.site];
	*(c.listened ? &site->listened_commit : &site->commit) = commit_of(m, &c);
	return true;
}

static bool take_changes(struct rest *r, uint32_t count, struct moment *m)
{
	struct lines_changes c;
	struct lines_commit commit;

	if (!take_bytes(r, &c, sizeof(c)) || c.site >= m->sites.count || count > c.count ||
	    count > r->length / sizeof(commit))
		return false;
	struct site_commit *commits = arena_alloc(m->arena, count * sizeof(*commits));
	for (uint32_t i = 0; i < count && take_bytes(r, &commit, sizeof(commit)); i++)
		commits[i] = commit_of(m, &commit);
	m->sites.items[c.site].changes = (struct site_changes){ .from_ms = c.from_ms,
		                                                .to_ms = c.to_ms,
		                                                .count = c.count,
		                                                .shown = count,
		                                                .commits = commits,
		                                                .why = take_text(m, c.why, sizeof(c.why)) };
	return true;
}

static bool take_row(struct rest *r, const struct lines_head *head, const struct asked *asked, struct moment *m)
{
	switch (head->kind) {
	case LINES_STANDING:
		return take_standing(r, asked, m);
	case LINES_SITE:
		return take_site(r, head->count, asked, m);
	case LINES_COMMIT:
		return take_commit(r, m);
	case LINES_CHANGES:
		return take_changes(r, head->count, m);
	default:
		return false;
	}
}

/* Whole rows alone, of what was asked for. */
static void take(const struct text *answer, const struct asked *asked, struct moment *m)
{
	struct rest r = { answer->bytes ?: "", answer->length };
	struct lines_head head;

	while (take_bytes(&r, &head, sizeof(head)) && take_row(&r, &head, asked, m))
		;
}

static bool is_answered(const struct moment *m, uint32_t process)
{
	array_each (&m->standings, s)
		if (s->process == process)
			return true;
	return false;
}

static void tell_missing(const number_list *processes, const char *why, struct moment *m)
{
	array_each (processes, process)
		if (!is_answered(m, *process))
			*array_push(&m->standings) =
			        (struct standing){ .process = *process, .stack = stack_none(m->arena, why) };
}

static void tell_unasked(const number_list *processes, struct moment *m)
{
	const char *why =
	        arena_printf(m->arena, "no more than %d processes are looked at, and others came first", LINES_THREADS);

	tell_missing(processes, why, m);
}

void lines_ask(struct helper *h, struct judgement *j, struct moment *m)
{
	struct asked asked = { 0 };
	TEXT_CLEANUP answer = { 0 };

	if (!h->wanted)
		return;
	cleanup(cleanup_free) struct lines_question *q = memory_zeroed(sizeof(*q));
	find_asked(j, m, h->follows, &asked, q);
	if ((q->thread_count || q->socket_count) && h->to >= 0 && ask(h, q)) {
		receive(h, &answer);
		take(&answer, &asked, m);
	}
	tell_missing(&asked.processes,
	             h->to < 0 ? "unfin-blame, which reads stacks, is not beside unfin"
	                       : "reading its stacks ended before its time",
	             m);
	tell_unasked(&asked.too_many, m);
	array_free(&asked.processes);
	array_free(&asked.sockets);
	array_free(&asked.too_many);
	judgement_locate(j, m);
}

void lines_add(struct helper *h, struct moment *m)
{
	cleanup(judgement_cleanup) struct judgement *j = h->wanted ? judge(m) : NULL;

	if (j)
		lines_ask(h, j, m);
}
