#include "commits.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/foreign.h"
#include "blame/history.h"
#include "power/confined.h"
#include "power/power.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/stat.h>

enum { LINES_MOST = 64, TIME_MS = 5000, ALL_MS = 20000, FILE_BYTES = 8 << 20, PATH_BYTES = 4096 };

/* Of fixed size: it comes from a child. */
struct found {
	uint64_t is_in_repository;
	uint64_t changed_s; /* when the file was last changed; 0: it is not there */
	uint64_t built_s;   /* and the program */
	struct history_answer answer;
};

/* One place, and all that is asked of it. What the child finds, it tells in `found`. */
struct search {
	struct captures *captures;
	const text_list *repositories;
	uint32_t pid;
	const char *file; /* as the process names it */
	struct history_question question;
	struct text bytes;
	char repository[PATH_BYTES], path[PATH_BYTES];
	struct confined_user owner; /* of the repository */
	struct found found;
};

static void forget(void *context)
{
	const struct search *s = context;

	if (s->captures)
		captures_leave(s->captures);
}

/* The file as the process sees it. */
static void read_file(struct search *s, int root)
{
	struct stat st;
	cleanup(cleanup_close) int fd = foreign_open_within(root, s->file);

	if (fd < 0 || fstat(fd, &st) || st.st_size > FILE_BYTES)
		return;
	text_reserve(&s->bytes, (size_t)st.st_size);
	ssize_t got = pread(fd, s->bytes.bytes, (size_t)st.st_size, 0);
	s->bytes.length = got > 0 ? (size_t)got : 0;
	s->found.changed_s = (uint64_t)st.st_mtim.tv_sec;
}

static bool is_our_root(int root)
{
	struct stat theirs, ours;

	return root >= 0 && !fstat(root, &theirs) && !stat("/", &ours) && theirs.st_dev == ours.st_dev &&
	       theirs.st_ino == ours.st_ino;
}

static bool has_git(const char *folder, struct search *s)
{
	char name[PATH_BYTES + 8];
	struct stat st;

	snprintf(name, sizeof(name), "%s/.git", folder);
	if (stat(name, &st) && (snprintf(name, sizeof(name), "%s/objects", folder) < 0 || stat(name, &st)))
		return false;
	s->owner = (struct confined_user){ st.st_uid, st.st_gid };
	return true;
}

/* Upward from where it lies. */
static bool find_above(struct search *s, const char *path)
{
	if (snprintf(s->repository, sizeof(s->repository), "%s", path) >= (int)sizeof(s->repository))
		return false;
	for (char *slash; (slash = strrchr(s->repository, '/')) && slash != s->repository;) {
		*slash = '\0';
		if (!has_git(s->repository, s))
			continue;
		snprintf(s->path, sizeof(s->path), "%s", path + strlen(s->repository) + 1);
		return true;
	}
	return false;
}

/* "/app" has "/app/a.py", and not "/apple/a.py". */
static bool is_below(const char *path, const char *prefix, size_t length)
{
	return starts_with(path, prefix) && (!length || prefix[length - 1] == '/' || path[length] == '/');
}

/* DIR=PREFIX: what stands below PREFIX in the process lies in DIR. DIR alone: by the end of its path. */
static bool find_given(struct search *s, const char *given, const char *path)
{
	const char *equals = strchr(given, '=');
	size_t length = equals ? (size_t)(equals - given) : strlen(given), prefix = equals ? strlen(equals + 1) : 0;

	if (length >= sizeof(s->repository) || (equals && !is_below(path, equals + 1, prefix)))
		return false;
	snprintf(s->repository, sizeof(s->repository), "%.*s", (int)length, given);
	s->question.by_suffix = !equals;
	path += prefix;
	snprintf(s->path, sizeof(s->path), "%s", equals ? path + strspn(path, "/") : path);
	return has_git(s->repository, s);
}

static bool find_repository(struct search *s, int root)
{
	array_each (s->repositories, given)
		if (find_given(s, *given, s->file))
			return true;
	s->question.by_suffix = false;
	return *s->file == '/' && is_our_root(root) && find_above(s, s->file);
}

/* A process that has ended (a test's) is taken to have had ours. */
static int open_root(int process)
{
	int root = openat(process, "root", O_PATH | O_DIRECTORY | O_CLOEXEC);

	return root < 0 && (process < 0 || errno == ENOENT || errno == ESRCH)
	               ? open("/", O_PATH | O_DIRECTORY | O_CLOEXEC)
	               : root;
}

static void open_all(void *context, struct confined_user *become)
{
	struct search *s = context;
	struct stat st;
	char name[32];

	snprintf(name, sizeof(name), "/proc/%" PRIu32, s->pid);
	cleanup(cleanup_close) int dir = open(name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	cleanup(cleanup_close) int root = open_root(dir);
	s->found.is_in_repository = find_repository(s, root);
	if (!s->found.is_in_repository)
		return;
	*become = s->owner;
	file_fold(s->path);
	s->found.built_s = fstatat(dir, "exe", &st, 0) ? 0 : (uint64_t)st.st_mtim.tv_sec;
	if (root >= 0)
		read_file(s, root);
}

static void ask(void *context, int out)
{
	struct search *s = context;

	s->question.repository = s->repository;
	s->question.path = s->path;
	s->question.bytes = s->bytes.length ? s->bytes.bytes : NULL;
	s->question.length = s->bytes.length;
	if (s->found.is_in_repository)
		history_ask(&s->question, &s->found.answer);
	confined_write(out, &s->found, sizeof(s->found));
}

/* What runs is its text, and not what was made of it. */
static bool is_script(const struct stack *stack)
{
	static const char *const languages[] = { "python", "php", "perl", "ruby", "node" };

	for (size_t i = 0; i < ARRAY_SIZE(languages); i++)
		if (starts_with(stack->runtime, languages[i]))
			return true;
	return false;
}

static const char *doubt(const struct found *found, const struct stack *stack, const struct process *p)
{
	bool compiled = !is_script(stack);

	if (*stack->revision)
		return stack->modified ? "it was built with changes that no commit has: the line may be another" : NULL;
	if (!found->changed_s)
		return "the file is not where it was built or started: taken as HEAD has it";
	if (compiled && found->built_s && found->changed_s > found->built_s)
		return "the file was changed after the program was built: what runs may be older";
	if (!compiled && p->start_unix_ms && found->changed_s > p->start_unix_ms / MS_PER_S)
		return "the file was changed after the process was started: what runs may be older";
	return stack->how == SITE_DEFINITION ? "that of the line where its function begins" : NULL;
}

static void take_answer(struct site_commit *c, struct history_answer *a, const char *doubt, struct arena *arena)
{
	a->id[HISTORY_ID - 1] = a->author[HISTORY_AUTHOR - 1] = a->subject[HISTORY_SUBJECT - 1] = '\0';
	a->why[HISTORY_WHY - 1] = a->change[HISTORY_CHANGE - 1] = '\0';
	*c = (struct site_commit){ .unix_s = (uint64_t)a->unix_s, .offset_min = a->offset_min, .behind = a->behind };
	c->uncommitted = a->found == HISTORY_UNCOMMITTED;
	if (a->found == HISTORY_COMMIT) {
		c->id = arena_strdup(arena, a->id);
		c->author = arena_strdup(arena, a->author);
		c->subject = arena_strdup(arena, a->subject);
		c->change = *a->change ? arena_strdup(arena, a->change) : NULL;
		c->change_cut = a->change_cut;
	}
	c->why = *a->why ? arena_strdup(arena, a->why) : a->found != HISTORY_NOTHING ? doubt : NULL;
}

static void take_changes(struct site_changes *c, struct history_answer *a, struct arena *arena)
{
	struct site_commit *commits = arena_alloc(arena, sizeof(a->between) / sizeof(*a->between) * sizeof(*commits));

	c->count = a->between_count;
	c->shown = MIN(c->count, (uint32_t)HISTORY_BETWEEN);
	c->commits = commits;
	for (uint32_t i = 0; i < c->shown; i++) {
		struct history_between *b = &a->between[i];
		b->id[HISTORY_ID - 1] = b->author[HISTORY_AUTHOR - 1] = b->subject[HISTORY_SUBJECT - 1] = '\0';
		commits[i] = (struct site_commit){ .id = arena_strdup(arena, b->id),
			                           .author = arena_strdup(arena, b->author),
			                           .subject = arena_strdup(arena, b->subject),
			                           .unix_s = (uint64_t)MAX(b->unix_s, (int64_t)0) };
	}
}

static const char *why_none(int err)
{
	if (err == -ETIMEDOUT)
		return "the history is too long to be read in 5 s, or its files are not there to be read";
	return err ? "reading the repository ended before its time"
	           : "the file lies in no git repository here: name it with --repo DIR[=PREFIX]";
}

static void run_search(struct search *s, const struct stack *stack, const struct process *p, struct arena *arena,
                       struct site_commit *ret, struct site_changes *changes)
{
	struct confined c = { .forget = forget,
		              .open = open_all,
		              .work = ask,
		              .context = s,
		              .time_ms = TIME_MS,
		              .most = sizeof(struct found),
		              .needs = POWER_HISTORY,
		              .become = { CONFINED_NOBODY, CONFINED_NOBODY } };
	TEXT_CLEANUP said = { 0 };
	struct found found = { 0 };
	int err = confined_run(&c, &said);

	if (!err && said.length != sizeof(found))
		err = -EIO;
	if (!err)
		memcpy(&found, said.bytes, sizeof(found));
	if (found.is_in_repository)
		take_answer(ret, &found.answer, doubt(&found, stack, p), arena);
	else
		ret->why = why_none(err);
	if (!changes || changes->why)
		return;
	if (found.is_in_repository)
		take_changes(changes, &found.answer, arena);
	else
		changes->why = ret->why;
}

/* What all searches of one call share. */
struct searching {
	const struct moment *m;
	const struct options *options;
	struct captures *captures;
	uint64_t end_ns;
	size_t left;
};

/* Why one more place has no turn; NULL: it has. */
static const char *why_ended(const struct searching *all)
{
	if (!all->left)
		return arena_printf(all->m->arena, "commits of %d places are looked for, and others came first",
		                    LINES_MOST);
	if (clock_monotonic_ns() > all->end_ns)
		return arena_printf(all->m->arena, "commits are looked for during %d s, and others came first",
		                    ALL_MS / (int)MS_PER_S);
	return NULL;
}

/* `changes`, or NULL: are asked for, too, where its span is known. */
static void find_commit(struct searching *all, const struct stack *stack, uint32_t process, struct site_commit *ret,
                        struct site_changes *changes)
{
	const struct frame *f = stack ? stack_place(stack) : NULL;
	const struct process *p = &all->m->processes.items[process];

	if (!f || !f->line)
		return;
	const char *why = why_ended(all);
	if (why) {
		ret->why = why;
		if (changes && changes->to_ms)
			changes->why = changes->why ?: why;
		return;
	}
	all->left--;
	cleanup(cleanup_free) struct search *s = memory_zeroed(sizeof(*s));
	s->captures = all->captures;
	s->repositories = &all->options->repo;
	s->question.change = all->options->show_change;
	s->pid = p->pid;
	s->file = f->file;
	s->question.line = f->line;
	s->question.revision = stack->revision;
	if (changes && !changes->why) {
		s->question.from_s = (int64_t)(changes->from_ms / MS_PER_S);
		s->question.to_s = (int64_t)(changes->to_ms / MS_PER_S);
	}
	run_search(s, stack, p, all->m->arena, ret, changes);
}

void commits_find(site_list *sites, const struct moment *m, const struct options *o, struct captures *captures)
{
	struct searching all = { m, o, captures, clock_monotonic_ns() + ALL_MS * NS_PER_MS, LINES_MOST };

	array_each (sites, site) {
		bool listened = !stack_place(site->stack); /* then that line is all there is */
		find_commit(&all, site->stack, site->process, &site->commit, &site->changes);
		find_commit(&all, site->listened, site->process, &site->listened_commit,
		            listened ? &site->changes : NULL);
	}
}
