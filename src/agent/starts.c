#include "starts.h"
#include "base/format.h"
#include "source/identity.h"
#include <inttypes.h>

static bool is_service(const struct process *p)
{
	size_t length = p->unit ? strlen(p->unit) : 0;

	return p->container || (length > 8 && streq(p->unit + length - 8, ".service"));
}

/* Where it runs, and what it calls itself; of scripts that nobody supervises, which one. */
static char *program_key(const struct process *p)
{
	TEXT_CLEANUP t = { 0 };

	text_printf(&t, "%s|%s|%s", p->container_name ?: p->container ?: "", is_service(p) && !p->container ? p->unit : "",
	            p->comm);
	if (!is_service(p))
		text_printf(&t, "|%" PRIu32 "|%s", p->uid, p->script ?: "");
	return memory_strdup(t.bytes);
}

static bool same_file(const struct program_file *a, const struct program_file *b)
{
	if (!a->known || !b->known)
		return true;
	return a->content && b->content ? a->content == b->content
	                                : a->bytes == b->bytes && a->changed_ms == b->changed_ms;
}

/* What is different, for a person; NULL: nothing is, as far as it can be told. */
static const char *difference(const struct program *was, const struct process *p)
{
	if (p->image && was->image && !streq(p->image, was->image))
		return "another image";
	if (p->exe && was->exe && !streq(p->exe, was->exe))
		return "another executable";
	if (!same_file(&was->exe_file, &p->exe_file))
		return "another build";
	if (!same_text(was->script, p->script) || !same_file(&was->script_file, &p->script_file))
		return "another version of its script";
	if (is_service(p) && p->cmdline && was->cmdline && !streq(p->cmdline, was->cmdline))
		return "another command line";
	return NULL;
}

static void add_file(struct text *t, const char *path, const struct program_file *f)
{
	text_add_shown(t, path ?: "-");
	if (!f->known)
		return;
	text_printf(t, " (%" PRIu64 " bytes, of ", f->bytes);
	format_rfc3339(t, f->changed_ms);
	text_add_char(t, ')');
}

static const char *identity_text(const char *image, const char *exe, const struct program_file *exe_file,
                                 const char *script, const struct program_file *script_file, const char *cmdline,
                                 struct arena *arena)
{
	TEXT_CLEANUP t = { 0 };

	if (image) {
		text_add_shown(&t, image);
		text_add(&t, ": ");
	}
	add_file(&t, exe, exe_file);
	if (script) {
		text_add(&t, " running ");
		add_file(&t, script, script_file);
	}
	text_add(&t, ": ");
	text_add_shown(&t, cmdline ?: "-");
	return arena_strdup(arena, t.bytes);
}

static const char *name_of(const struct process *p)
{
	return p->container_name ?: is_service(p) && p->unit ? p->unit : p->comm;
}

static void add_release(struct starts *s, uint32_t program, const struct process *p, const char *what, uint64_t at_ms)
{
	const struct program *was = &s->programs.items.items[program].is;
	struct arena *arena = arena_new();

	*array_push(&s->recent) = (struct started){
		.program = program,
		.arena = arena,
		.release = {
			.at_ms = p->start_unix_ms && p->start_unix_ms < at_ms ? p->start_unix_ms : at_ms,
			.program = arena_strdup(arena, name_of(p)),
			.pid = p->pid,
			.what = what,
			.was = identity_text(was->image, was->exe, &was->exe_file, was->script, &was->script_file, was->cmdline,
		                             arena),
			.now = identity_text(p->image, p->exe, &p->exe_file, p->script, &p->script_file, p->cmdline, arena),
		},
	};
}

void starts_resume(struct starts *s, const struct program *programs, size_t count, uint64_t looked_ms)
{
	s->looked_ms = looked_ms;
	for (size_t i = 0; i < count; i++)
		if (program_find(&s->programs, programs[i].key) == INDEX_NONE)
			program_put(&s->programs, &programs[i]);
}

/* Who ran already while an agent before looked is no news. */
static bool is_start(const struct starts *s, const struct process *p)
{
	return !s->looked_ms || s->began || p->start_unix_ms > s->looked_ms;
}

/* What is at this place now is another program. */
static void forget_program(struct starts *s, uint32_t at)
{
	array_each (&s->recent, r)
		r->program = r->program == at ? INDEX_NONE : r->program;
}

/* Start times are as exact as the clock was then. */
static bool is_last_start(const struct program *was, const struct process *p)
{
	enum { APART_MS = 2000 };
	uint64_t a = was->started_ms, b = p->start_unix_ms;

	return was->pid == p->pid && (a > b ? a - b : b - a) < APART_MS;
}

/* One mark a process: it has sockets. A moment keeps processes that are gone. The caller frees them. */
static bool *mark_holders(const struct moment *m)
{
	bool *holds = memory_zeroed(m->processes.count + 1);

	array_each (&m->sockets, socket)
		moment_each_holder (m, socket, h)
			holds[h->process] = true;
	return holds;
}

/* Who was started last is there still. */
static bool runs_on(const struct moment *m, const bool *holds, const struct program *was)
{
	uint32_t at = 0;

	while (at < m->processes.count && !is_last_start(was, &m->processes.items[at]))
		at++;
	return at < m->processes.count && holds[at];
}

/* One more of a program that runs already is no restart: whoever began first stays the one that is known. */
static void note_start(struct program *now, const struct program *was, const struct process *p, bool beside)
{
	if (beside || is_last_start(was, p) || p->start_unix_ms <= was->started_ms) {
		now->pid = was->pid;
		now->started_ms = was->started_ms;
		now->before_ms = was->before_ms;
	} else {
		now->before_ms = was->started_ms;
	}
}

/* Its program's index; INDEX_NONE: there are too many. */
static uint32_t take_start(struct starts *s, const struct moment *m, const bool *holds, const struct process *p,
                           uint64_t at_ms)
{
	cleanup(cleanup_free) char *key = program_key(p);
	uint32_t was = program_find(&s->programs, key);
	bool known = was != INDEX_NONE;
	const char *what = known && is_start(s, p) ? difference(&s->programs.items.items[was].is, p) : NULL;
	struct program now = {
		.key = key,
		.exe = p->exe,
		.script = p->script,
		.cmdline = p->cmdline,
		.image = p->image,
		.exe_file = p->exe_file,
		.script_file = p->script_file,
		.pid = p->pid,
		.started_ms = p->start_unix_ms,
	};

	if (known)
		note_start(&now, &s->programs.items.items[was].is, p,
		           runs_on(m, holds, &s->programs.items.items[was].is));
	if (what)
		add_release(s, was, p, what, at_ms);
	uint32_t at = program_put(&s->programs, &now);
	if (!known)
		forget_program(s, at);
	return at;
}

struct by_pid {
	uint32_t pid, index;
};
typedef ARRAY(struct by_pid) pid_list;

static int compare_pids(const void *a, const void *b)
{
	const struct by_pid *x = a, *y = b;

	return CMP(x->pid, y->pid);
}

static bool is_worker(const struct moment *m, const pid_list *pids, const struct process *p)
{
	const struct by_pid key = { .pid = p->ppid };
	const struct by_pid *parent =
	        p->ppid ? bsearch(&key, pids->items, pids->count, sizeof(key), compare_pids) : NULL;

	return parent && streq(m->processes.items[parent->index].comm, p->comm);
}

static void find_new(const struct starts *s, const struct moment *m, process_list *ret)
{
	pid_list pids = { 0 };

	for (uint32_t i = 0; i < m->processes.count; i++)
		*array_push(&pids) = (struct by_pid){ m->processes.items[i].pid, i };
	array_sort(&pids, compare_pids);
	array_each (&m->processes, p)
		if (p->exe && !keyed_has(&s->seen, p->key) && !is_worker(m, &pids, p))
			*array_push(ret) = p;
	array_free(&pids);
}

/* Those that were there before keep their program. */
static void note_others(struct starts *s, const struct moment *m, struct keyed *now)
{
	array_each (&m->processes, p)
		if (p->key && !keyed_has(now, p->key) && (keyed_has(&s->seen, p->key) || p->exe)) {
			uint32_t program = keyed_find(&s->seen, p->key);
			program_runs(&s->programs, program);
			keyed_add(now, p->key, program);
		}
	keyed_free(&s->seen);
	s->seen = *now;
}

static void forget_old(struct starts *s, uint64_t at_ms)
{
	size_t kept = 0;

	array_each (&s->recent, r) {
		if (r->release.at_ms + STARTS_BESIDE_MS < at_ms)
			arena_free(r->arena);
		else
			s->recent.items[kept++] = *r;
	}
	s->recent.count = kept;
}

/* Those that are new are in the order of their starts: a later one is what the program is now. */
static int compare_starts(const void *a, const void *b)
{
	const struct process *const *x = a, *const *y = b;

	return CMP((*x)->start_boot_ns, (*y)->start_boot_ns);
}

void starts_take(struct starts *s, const struct moment *m, uint64_t at_ms)
{
	process_list new = { 0 };
	struct keyed now = { 0 };

	forget_old(s, at_ms);
	program_look(&s->programs);
	find_new(s, m, &new);
	array_sort(&new, compare_starts);
	cleanup(cleanup_free) bool *holds = new.count ? mark_holders(m) : NULL;
	array_each (&new, p)
		keyed_add(&now, (*p)->key, take_start(s, m, holds, *p, at_ms));
	note_others(s, m, &now);
	s->began = true;
	array_free(&new);
}

static bool has_release(const struct life *l, const struct release *r)
{
	array_each (&l->releases, is)
		if (is->at_ms == r->at_ms && is->pid == r->pid)
			return true;
	return false;
}

static void add_beside(struct life *l, const struct release *r)
{
	if (has_release(l, r))
		return;
	*array_push(&l->releases) = (struct release){
		.at_ms = r->at_ms,
		.program = arena_strdup(l->arena, r->program),
		.pid = r->pid,
		.what = arena_strdup(l->arena, r->what),
		.was = arena_strdup(l->arena, r->was),
		.now = arena_strdup(l->arena, r->now),
	};
	l->changed = true;
}

static bool is_of(const struct starts *s, const struct moment *m, uint32_t process, const struct started *r)
{
	return process < m->processes.count && r->program != INDEX_NONE &&
	       keyed_find(&s->seen, m->processes.items[process].key) == r->program;
}

void starts_beside(const struct starts *s, const struct moment *m, const struct finding *f, struct life *l)
{
	const uint32_t ends[] = { f->subject, f->holder, f->other_end };

	array_each (&s->recent, r) {
		bool concerned = false;
		for (size_t i = 0; i < ARRAY_SIZE(ends); i++)
			concerned |= is_of(s, m, ends[i], r);
		array_each (&f->others, o)
			concerned |= is_of(s, m, *o, r);
		if (concerned)
			add_beside(l, &r->release);
	}
}

static uint64_t shifted(uint64_t at_ms, int64_t by_ms)
{
	return at_ms ? (uint64_t)MAX((int64_t)at_ms + by_ms, (int64_t)1) : 0;
}

void starts_shift(struct starts *s, int64_t by_ms)
{
	array_each (&s->recent, r)
		r->release.at_ms = shifted(r->release.at_ms, by_ms);
	array_each (&s->programs.items, p) {
		p->is.started_ms = shifted(p->is.started_ms, by_ms);
		p->is.before_ms = shifted(p->is.before_ms, by_ms);
		p->changed = true;
	}
}

void starts_free(struct starts *s)
{
	program_table_free(&s->programs);
	array_each (&s->recent, r)
		arena_free(r->arena);
	array_free(&s->recent);
	keyed_free(&s->seen);
}
