#include "sites.h"
#include "decode.h"
#include "listened.h"
#include "base/clock.h"
#include "model/hash.h"
#include "model/keyed.h"
#include "model/event.h"
#include "source/proc.h"

enum {
	DECODE_MS = 30000,
	FAILED_MS = 5000,
	ENDS_MS = 5000,
	FAILED_ASKED = 64, /* processes and destinations */
	PORTS_APART = 4,   /* of one place */
};

static bool has_finished(const struct socket *s)
{
	return s->state == STATE_CLOSE_WAIT ||
	       (s->state == STATE_CLOSE && socket_has(s, SOCKET_WAS_CONNECTED) && socket_has(s, SOCKET_FIN_CAME));
}

/* At the least: what a look tells of it, or what was seen to come. */
static uint64_t finished_for_ms(const struct moment *m, const struct socket *s, const struct captures *captures)
{
	uint64_t came_ns = captures_finished_boot_ns(captures, s->cookie), age_ms = socket_finished_age(s).min_ms;

	return came_ns ? MAX(age_ms, (m->taken_boot_ns - MIN(came_ns, m->taken_boot_ns)) / NS_PER_MS) : age_ms;
}

/* The first one; where one process is asked for, that one. */
static const struct holder *find_holder(const struct moment *m, const struct socket *s, uint32_t pid)
{
	moment_each_holder (m, s, h)
		if (!pid || m->processes.items[h->process].pid == pid)
			return h;
	return NULL;
}

static bool has_opened(const struct captures *captures, const struct socket *s, uint32_t pid)
{
	const struct record_capture *c = captures_find(captures, s->cookie);

	return c && c->tgid == pid;
}

static void find_held(struct sites *to, struct moment *m, const struct captures *captures, const struct filter *filter,
                      uint64_t held_ms, leak_list *leaks)
{
	array_each (&m->sockets, s) {
		if (!has_finished(s) || s->first_holder == HOLDER_NONE || s->netns == NETNS_UNKNOWN ||
		    !m->netns.items[s->netns].in_scope || !filter_match(filter, m, s))
			continue;
		const struct holder *holder = find_holder(m, s, to->pid);
		if (!holder && !has_opened(captures, s, to->pid))
			continue;
		uint64_t age_ms = finished_for_ms(m, s, captures);
		if (age_ms < held_ms) {
			to->young++;
			continue;
		}
		struct leak *l = array_push(leaks);
		l->age_ms = age_ms;
		l->local = s->local;
		l->peer = s->peer;
		l->accepted = s->role == ROLE_SERVER;
		l->unread = socket_eof_unread(s);
		l->cookie = s->cookie;
		l->process = (holder ?: moment_holder(m, s->first_holder))->process;
	}
}

static int compare_leaks(const void *a, const void *b)
{
	const struct leak *x = a, *y = b;
	int order = CMP(x->process, y->process);

	return order ?: CMP(y->age_ms, x->age_ms);
}

static bool is_to_decode(struct leak *l, const struct early *early)
{
	l->stack = l->capture ? early_find(early, l->cookie) : NULL;
	return l->capture && !l->stack;
}

/* Those of one process at once: its files are opened once, and one child reads them. */
static void decode(const struct early *early, leak_list *leaks, struct moment *m, struct captures *captures)
{
	uint64_t end_ns = clock_monotonic_ns() + DECODE_MS * NS_PER_MS;
	decode_list jobs = { 0 };

	for (size_t from = 0, to; from < leaks->count; from = to) {
		uint32_t process = leaks->items[from].process;
		size_t taken = 0;
		jobs.count = 0;
		for (to = from; to < leaks->count && leaks->items[to].process == process; to++)
			if (is_to_decode(&leaks->items[to], early))
				*array_push(&jobs) = (struct decode_job){ .capture = leaks->items[to].capture };
		if (jobs.count)
			decode_process(m->processes.items[process].pid, &jobs, end_ns, captures, m->arena);
		for (struct leak *l = &leaks->items[from]; taken < jobs.count; l++)
			if (l->capture && !l->stack)
				l->stack = jobs.items[taken++].stack;
	}
	array_free(&jobs);
}

static bool is_known(const struct stack *s)
{
	return s && s->how != SITE_NONE;
}

static bool is_same_listened(const struct stack *a, const struct stack *b)
{
	return a && b ? stack_same_place(a, b) : a == b;
}

static bool is_at(const struct site *site, const struct leak *l)
{
	return site->accepted == l->accepted && stack_same_place(site->stack, l->stack) &&
	       is_same_listened(site->listened, l->listened);
}

/* One line mostly sets up all listeners of a program, and their ports tell them apart; of those that come and go there
 * are too many. */
static bool is_port(const struct site *site, const struct leak *l, unsigned *others)
{
	return !site->accepted || site->listened_port == l->local.port || ++*others == PORTS_APART;
}

static struct site *find_site(struct sites *s, const struct leak *l)
{
	unsigned ports = 0;

	array_each (&s->list, site)
		if (site->process == l->process && site->holder == l->holder && is_at(site, l) &&
		    is_port(site, l, &ports))
			return site;
	return NULL;
}

static struct site *add_site(struct sites *s, const struct leak *l)
{
	struct site *site = array_push(&s->list);

	*site = (struct site){ .process = l->process,
		               .newest_process = PROCESS_NONE,
		               .accepted = l->accepted,
		               .outlived = l->outlived,
		               .holder = l->holder,
		               .first_boot_ns = l->at_boot_ns,
		               .stack = l->stack,
		               .listened = l->listened,
		               .listened_port = l->local.port };
	return site;
}

static void count_port(struct site *site, const struct leak *l)
{
	if (site->listened_port != l->local.port)
		site->listened_port = 0;
}

static void count_leak(struct site *site, const struct leak *l)
{
	site->count++;
	site->unread += l->unread;
	count_port(site, l);
	site->oldest_ms = MAX(site->oldest_ms, l->age_ms);
	site->first_boot_ns = MIN(site->first_boot_ns, l->at_boot_ns);
	site->last_boot_ns = MAX(site->last_boot_ns, l->at_boot_ns);
}

static void add_seen(struct sites *s, struct leak *l)
{
	struct site *site = find_site(s, l) ?: add_site(s, l);

	count_leak(site, l);
	l->site = (uint32_t)(site - s->list.items);
}

/* Nothing was frozen as it was opened. One whose stack tells no place is another matter: it was not opened at any of
 * the known ones. */
static bool is_unseen(const struct leak *l)
{
	return !l->capture || l->capture->flags & CAPTURE_SKIPPED;
}

/* To the same destination; or by a listener at the same port, for the peers of what is accepted are each client's own.
 */
static bool is_same_end(const struct leak *a, const struct leak *b)
{
	if (a->accepted != b->accepted)
		return false;
	return a->accepted ? a->local.port == b->local.port : endpoint_same(&a->peer, &b->peer);
}

static bool is_same_place(const struct leak *a, const struct leak *b)
{
	return stack_same_place(a->stack, b->stack) && is_same_listened(a->listened, b->listened);
}

/* The one place where this process was seen opening what goes to the same end; NULL: none, or several, and then it may
 * have been any of them. */
static const struct leak *find_like(const leak_list *leaks, const struct leak *l, bool *ret_several)
{
	const struct leak *like = NULL;

	*ret_several = false;

	array_each (leaks, other) {
		if (other->process != l->process || is_unseen(other) || !is_same_end(other, l))
			continue;
		if (!is_known(other->stack) || (like && !is_same_place(like, other))) {
			*ret_several = true;
			return NULL;
		}
		like = like ?: other;
	}
	return like;
}

/* The same of what came to nothing: the stack, or NULL. One that was opened there, and closed in time, says nothing of
 * those that are left. */
static struct stack *find_failed_like(const struct leak *l, struct moment *m, struct captures *captures)
{
	const struct record_capture *found[CAPTURES_ALIKE];
	uint32_t pid = m->processes.items[l->process].pid;
	size_t count = captures_failed_alike(captures, pid, l->peer.addr.bytes, l->peer.port, found);
	decode_list jobs = { 0 };
	struct stack *like = NULL;

	for (size_t i = 0; i < count; i++)
		*array_push(&jobs) = (struct decode_job){ found[i], NULL };
	if (count)
		decode_process(pid, &jobs, clock_monotonic_ns() + FAILED_MS * NS_PER_MS, captures, m->arena);
	for (size_t i = 0; i < count; i++) {
		bool same = is_known(jobs.items[i].stack) && (!i || stack_same_place(like, jobs.items[i].stack));
		like = same ? jobs.items[i].stack : NULL;
		if (!same)
			break;
	}
	array_free(&jobs);
	if (like)
		like->how = SITE_INFERRED;
	return like;
}

static void add_unseen(struct sites *s, struct leak *l)
{
	if (!l->stack) {
		s->unattributed++;
		return;
	}
	struct site *site = find_site(s, l) ?: add_site(s, l);
	site->count++;
	site->inferred++;
	site->unread += l->unread;
	count_port(site, l);
	site->oldest_ms = MAX(site->oldest_ms, l->age_ms);
	l->site = (uint32_t)(site - s->list.items);
}

static uint64_t end_key(const struct leak *l)
{
	uint64_t key = hash_word(hash_word(1, l->process), l->accepted);

	return (l->accepted ? hash_word(key, l->local.port) : hash_endpoint(key, &l->peer)) | 1;
}

/* What is said of all that one process opened to the same end. */
struct answer {
	struct stack *stack, *listened; /* NULL: not known */
};

static struct answer find_answer(const leak_list *leaks, const struct leak *l, unsigned *left, struct moment *m,
                                 struct captures *captures)
{
	bool several;
	const struct leak *like = find_like(leaks, l, &several);

	if (like)
		return (struct answer){ like->stack, like->listened };
	if (l->accepted || several || !*left)
		return (struct answer){ 0 };
	--*left;
	return (struct answer){ find_failed_like(l, m, captures), NULL };
}

static void add_all_unseen(struct sites *s, leak_list *leaks, struct moment *m, struct captures *captures)
{
	ARRAY(struct answer) answers = { 0 };
	unsigned left = FAILED_ASKED;
	struct keyed asked = { 0 };

	array_each (leaks, l) {
		if (!is_unseen(l))
			continue;
		uint32_t at = keyed_find(&asked, end_key(l));
		if (at == INDEX_NONE) {
			at = (uint32_t)answers.count;
			*array_push(&answers) = find_answer(leaks, l, &left, m, captures);
			keyed_add(&asked, end_key(l), at);
		}
		l->stack = answers.items[at].stack;
		l->listened = answers.items[at].listened;
		add_unseen(s, l);
	}
	keyed_free(&asked);
	array_free(&answers);
}

static int compare_sites(const void *a, const void *b)
{
	const struct site *x = a, *y = b;

	return CMP(y->count, x->count) ?: CMP(y->oldest_ms, x->oldest_ms) ?: CMP(x->process, y->process);
}

/* Of one socket of each place where the program was told of the end; NULL: of none. */
static void find_ends(const struct sites *s, const struct moment *m, const struct captures *captures,
                      const leak_list *leaks, const struct record_capture **ends)
{
	array_each (leaks, l) {
		const struct record_capture *end =
		        l->site == SITES_NONE ? NULL : captures_find_eof(captures, l->cookie);
		if (end && end->tgid == m->processes.items[s->list.items[l->site].process].pid)
			ends[l->site] = end;
	}
}

/* Those of one process at once, as above. Takes what it decodes out of `ends`. */
static void decode_ends_of(struct sites *s, uint32_t pid, const struct record_capture **ends, uint64_t end_ns,
                           struct moment *m, struct captures *captures)
{
	decode_list jobs = { 0 };
	ARRAY(struct site *) sites = { 0 };

	for (size_t i = 0; i < s->list.count; i++) {
		if (!ends[i] || ends[i]->tgid != pid)
			continue;
		*array_push(&jobs) = (struct decode_job){ ends[i], NULL };
		*array_push(&sites) = &s->list.items[i];
		ends[i] = NULL;
	}
	decode_process(pid, &jobs, end_ns, captures, m->arena);
	for (size_t i = 0; i < jobs.count; i++)
		if (stack_place(jobs.items[i].stack))
			sites.items[i]->told = jobs.items[i].stack;
	array_free(&jobs);
	array_free(&sites);
}

static void decode_ends(struct sites *s, struct moment *m, struct captures *captures, const leak_list *leaks)
{
	uint64_t end_ns = clock_monotonic_ns() + ENDS_MS * NS_PER_MS;
	cleanup(cleanup_free) const struct record_capture **ends = memory_zeroed(s->list.count * sizeof(*ends));

	find_ends(s, m, captures, leaks, ends);
	for (size_t i = 0; i < s->list.count; i++)
		if (ends[i])
			decode_ends_of(s, ends[i]->tgid, ends, end_ns, m, captures);
}

/* Who holds nothing any more is known by its number alone. */
static void name_opener(struct process *p, const struct record_capture *c)
{
	cleanup(cleanup_close) int dir = -1;
	struct proc_stat stat;

	if (!*p->comm)
		snprintf(p->comm, sizeof(p->comm), "%.*s", (int)sizeof(c->comm),
		         proc_open(p->pid, p->start_boot_ns, &dir, &stat) ? c->comm : stat.comm);
}

static void take_capture(struct leak *l, struct moment *m, const struct record_capture *c)
{
	uint32_t holder = l->process;

	l->holder = PROCESS_NONE;
	l->site = SITES_NONE;
	l->capture = c;
	if (!c)
		return;
	l->accepted = c->opening == CAPTURE_ACCEPT;
	l->at_boot_ns = c->at_boot_ns;
	l->process = moment_process(m, c->tgid, c->start_boot_ns);
	l->holder = l->process == holder ? PROCESS_NONE : holder;
	name_opener(&m->processes.items[l->process], c);
}

static void find_listeners(const struct early *early, leak_list *leaks, struct moment *m, struct captures *captures)
{
	struct listened_places listeners = { .early = early };

	array_each (leaks, l)
		if (l->capture && l->accepted)
			l->listened = listened_find(&listeners, l->capture, captures, m->arena);
	listened_free(&listeners);
}

void sites_place(struct sites *s, struct moment *m, struct captures *captures, leak_list *leaks)
{
	array_each (leaks, l)
		take_capture(l, m, captures_find(captures, l->cookie));
	array_sort(leaks, compare_leaks);
	decode(s->early, leaks, m, captures);
	find_listeners(s->early, leaks, m, captures);
	array_each (leaks, l)
		if (!is_unseen(l))
			add_seen(s, l);
	add_all_unseen(s, leaks, m, captures);
	decode_ends(s, m, captures, leaks);
}

void sites_find(struct sites *s, struct moment *m, struct captures *captures, const struct filter *filter,
                uint64_t held_ms)
{
	leak_list leaks = { 0 };

	find_held(s, m, captures, filter, held_ms, &leaks);
	s->unfinished = leaks.count;
	sites_place(s, m, captures, &leaks);
	array_sort(&s->list, compare_sites);
	array_free(&leaks);
}

static bool is_same_name(const struct moment *m, uint32_t a, uint32_t b)
{
	if (a == b || a == PROCESS_NONE || b == PROCESS_NONE)
		return a == b;
	return streq(m->processes.items[a].comm, m->processes.items[b].comm);
}

static struct site *find_alike(struct sites *s, const struct moment *m, const struct leak *l)
{
	unsigned ports = 0;

	array_each (&s->list, site)
		if (site->outlived == l->outlived && is_same_name(m, site->process, l->process) &&
		    is_same_name(m, site->holder, l->holder) && is_at(site, l) && is_port(site, l, &ports))
			return site;
	return NULL;
}

void sites_gather(struct sites *s, struct moment *m, const leak_list *leaks)
{
	array_each (leaks, l) {
		struct site *site = find_alike(s, m, l) ?: add_site(s, l);
		site->processes += site->newest_process != l->process;
		site->newest_process = l->process;
		count_leak(site, l);
	}
	s->unfinished = leaks->count;
	array_sort(&s->list, compare_sites);
}

void sites_free(struct sites *s)
{
	array_free(&s->list);
}
