#include "commits.h"
#include "blame/history.h"
#include "power/confined.h"
#include "power/power.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/stat.h>

enum { SITES_MOST = 16, TIME_MS = 5000, FILE_BYTES = 8 << 20, PATH_BYTES = 4096 };

/* One place, and all that is asked of it. */
struct search {
	struct captures *captures;
	struct history_question question;
	struct text bytes;
	char repository[PATH_BYTES], path[PATH_BYTES];
	uint32_t uid, gid;  /* whose the repository is */
	uint64_t changed_s; /* when the file was last changed; 0: it is not there */
	uint64_t built_s;   /* and the program */
};

static void forget(void *context)
{
	const struct search *s = context;

	captures_leave(s->captures);
}

static void ask(void *context, int out)
{
	const struct search *s = context;
	struct history_answer a;

	history_ask(&s->question, &a);
	confined_write(out, &a, sizeof(a));
}

/* The file as the process sees it. A plain one: to open another would already do something. */
static void read_file(struct search *s, uint32_t pid, const char *path)
{
	char name[PATH_BYTES + 32];
	struct stat st;

	snprintf(name, sizeof(name), "/proc/%" PRIu32 "/exe", pid);
	s->built_s = stat(name, &st) ? 0 : (uint64_t)st.st_mtim.tv_sec;
	snprintf(name, sizeof(name), "/proc/%" PRIu32 "/root%s", pid, path);
	if (stat(name, &st) || !S_ISREG(st.st_mode) || st.st_size > FILE_BYTES)
		return;
	cleanup(cleanup_close) int fd = open(name, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0 || fstat(fd, &st) || !S_ISREG(st.st_mode))
		return;
	text_reserve(&s->bytes, (size_t)st.st_size);
	ssize_t got = pread(fd, s->bytes.bytes, (size_t)st.st_size, 0);
	s->bytes.length = got > 0 ? (size_t)got : 0;
	s->changed_s = (uint64_t)st.st_mtim.tv_sec;
}

static bool is_same_root(uint32_t pid)
{
	char name[64];
	struct stat theirs, ours;

	snprintf(name, sizeof(name), "/proc/%" PRIu32 "/root/.", pid);
	return !stat(name, &theirs) && !stat("/", &ours) && theirs.st_dev == ours.st_dev &&
	       theirs.st_ino == ours.st_ino;
}

static bool has_git(const char *folder, struct search *s)
{
	char name[PATH_BYTES + 8];
	struct stat st;

	snprintf(name, sizeof(name), "%s/.git", folder);
	if (stat(name, &st) && (snprintf(name, sizeof(name), "%s/objects", folder) < 0 || stat(name, &st)))
		return false;
	s->uid = st.st_uid;
	s->gid = st.st_gid;
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

static bool find_repository(struct search *s, uint32_t pid, const text_list *repositories, const char *path)
{
	array_each (repositories, given)
		if (find_given(s, *given, path))
			return true;
	s->question.by_suffix = false;
	return *path == '/' && is_same_root(pid) && find_above(s, path);
}

static const char *doubt(const struct search *s, const struct site *site, const struct process *p)
{
	bool compiled = !starts_with(site->stack->runtime, "python");

	if (!s->changed_s)
		return "the file is not where it was built or started: taken as HEAD has it";
	if (compiled && s->built_s && s->changed_s > s->built_s)
		return "the file was changed after the program was built: what runs may be older";
	if (!compiled && p->start_unix_ms && s->changed_s > p->start_unix_ms / MS_PER_S)
		return "the file was changed after the process was started: what runs may be older";
	return NULL;
}

static void take_answer(struct site_commit *c, struct history_answer *a, const char *doubt, struct arena *arena)
{
	a->id[HISTORY_ID - 1] = a->author[HISTORY_AUTHOR - 1] = a->subject[HISTORY_SUBJECT - 1] = '\0';
	a->why[HISTORY_WHY - 1] = '\0';
	*c = (struct site_commit){ .unix_s = (uint64_t)a->unix_s, .offset_min = a->offset_min, .behind = a->behind };
	c->uncommitted = a->found == HISTORY_UNCOMMITTED;
	if (a->found == HISTORY_COMMIT) {
		c->id = arena_strdup(arena, a->id);
		c->author = arena_strdup(arena, a->author);
		c->subject = arena_strdup(arena, a->subject);
	}
	c->why = *a->why ? arena_strdup(arena, a->why) : a->found != HISTORY_NOTHING ? doubt : NULL;
}

static void run_search(struct search *s, struct site *site, const struct process *p, struct arena *arena)
{
	TEXT_CLEANUP said = { 0 };
	struct history_answer a;
	struct confined c = { .work = ask,
		              .forget = forget,
		              .context = s,
		              .time_ms = TIME_MS,
		              .most = sizeof(a),
		              .needs = POWER_HISTORY,
		              .uid = s->uid,
		              .gid = s->gid };
	int err = confined_run(&c, &said);

	if (!err && said.length == sizeof(a)) {
		memcpy(&a, said.bytes, sizeof(a));
		take_answer(&site->commit, &a, doubt(s, site, p), arena);
	} else {
		site->commit.why = err == -ETIMEDOUT ? "the history is too long to be read in 5 s"
		                                     : "reading the repository ended before its time";
	}
}

static void find_commit(struct site *site, const struct moment *m, const text_list *repositories,
                        struct captures *captures)
{
	const struct frame *f = &site->stack->frames[site->stack->own];
	const struct process *p = &m->processes.items[site->process];
	cleanup(cleanup_free) struct search *s = memory_zeroed(sizeof(*s));

	s->captures = captures;
	s->question.line = f->line;
	if (find_repository(s, p->pid, repositories, f->file)) {
		read_file(s, p->pid, f->file);
		s->question.repository = s->repository;
		s->question.path = s->path;
		s->question.bytes = s->bytes.length ? s->bytes.bytes : NULL;
		s->question.length = s->bytes.length;
		run_search(s, site, p, m->arena);
	} else {
		site->commit.why = "the file lies in no git repository here: name it with --repo DIR[=PREFIX]";
	}
	text_free(&s->bytes);
}

void commits_find(site_list *sites, const struct moment *m, const text_list *repositories, struct captures *captures)
{
	size_t left = SITES_MOST;

	array_each (sites, site) {
		if (site->stack->how == SITE_NONE || !site->stack->frames[site->stack->own].line)
			continue;
		if (!left--)
			break;
		find_commit(site, m, repositories, captures);
	}
}
