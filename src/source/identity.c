#include "identity.h"
#include "base/clock.h"
#include "base/siphash.h"
#include "child.h"
#include "model/hash.h"
#include "model/keyed.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>

enum { PATIENCE_MS = 300, WORDS = 8, WORD_BYTES = 256, PIECE_BYTES = 64 * 1024, SLACK_MS = 100 };

struct answer {
	uint32_t item;
	struct program_file exe, script;
	uint32_t script_at, script_length; /* in the command line */
	char script_path[WORD_BYTES];      /* all links followed; empty: not known, or too long */
};

/* Many processes run one file. */
struct reading {
	struct keyed known; /* of a file: index into contents */
	ARRAY(uint32_t) contents;
	uint8_t bytes[2 * PIECE_BYTES];
};

static bool runs_scripts(const char *exe)
{
	static const char *const names[] = { "python", "perl", "ruby", "node", "php", "java",  "bash",
		                             "dash",   "sh",   "lua",  "deno", "bun", "dotnet" };
	const char *slash = exe ? strrchr(exe, '/') : NULL;
	const char *name = slash ? slash + 1 : exe;

	for (size_t i = 0; name && i < ARRAY_SIZE(names); i++) {
		size_t length = strlen(names[i]);
		if (starts_with(name, names[i]) && !name[length + strspn(name + length, "0123456789.-")])
			return true;
	}
	return false;
}

static uint64_t unix_ms(const struct timespec *t)
{
	return (uint64_t)t->tv_sec * MS_PER_S + (uint64_t)t->tv_nsec / NS_PER_MS;
}

/* Its length, its beginning and its end: a script is all in them; an executable has the number of its build near its
 * beginning, and an archive its table at its end. A file of 0 bytes or without a block on a disk is made while it is
 * read, which may take something from others (trace_pipe of tracefs). */
static uint32_t read_content(struct reading *r, int fd, const struct stat *st)
{
	static const uint8_t no_key[SIPHASH_KEY_BYTES];
	uint64_t size = (uint64_t)st->st_size, tail = size - MIN(size, (uint64_t)PIECE_BYTES);
	char path[40];

	if (!size || !st->st_blocks)
		return 0;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	cleanup(cleanup_close) int file = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	ssize_t first = file < 0 ? -1 : pread(file, r->bytes, PIECE_BYTES, 0);
	ssize_t last = first < 0 ? -1 : pread(file, r->bytes + first, PIECE_BYTES, (off_t)MAX(tail, (uint64_t)first));
	return last < 0 ? 0 : (uint32_t)hash_word(siphash(no_key, r->bytes, (size_t)(first + last)), size) ?: 1;
}

static uint32_t content_of(struct reading *r, int fd, const struct stat *st)
{
	uint64_t key = hash_word(hash_word(hash_word(1, st->st_dev), st->st_ino), unix_ms(&st->st_ctim)) ?: 1;
	uint32_t at = keyed_find(&r->known, key);

	if (at == INDEX_NONE) {
		at = (uint32_t)r->contents.count;
		*array_push(&r->contents) = read_content(r, fd, st);
		keyed_add(&r->known, key, at);
	}
	return r->contents.items[at];
}

static void describe_file(int fd, struct stat *st, struct program_file *ret)
{
	if (fd < 0 || fstat(fd, st) || !S_ISREG(st->st_mode))
		return;
	*ret = (struct program_file){
		.known = true,
		.bytes = (uint64_t)st->st_size,
		.changed_ms = unix_ms(&st->st_mtim),
	};
}

static int open_below(const struct process *p, const char *place, const char *word, size_t length, int flags)
{
	char path[WORD_BYTES + 40];

	snprintf(path, sizeof(path), "/proc/%u/%s/%.*s", p->pid, place, (int)length, word);
	return open(path, O_PATH | O_CLOEXEC | flags);
}

/* Start times are as exact as the clock was. */
static bool is_changed(const struct process *p, const struct stat *st)
{
	return p->start_unix_ms && unix_ms(&st->st_ctim) > p->start_unix_ms + SLACK_MS;
}

/* A link on the way to it may lead to another release by now. */
static bool is_moved(const struct process *p, const char *place, const char *word, size_t length)
{
	struct stat st;

	for (size_t i = 1; i <= length; i++) {
		if (i < length && word[i] != '/')
			continue;
		cleanup(cleanup_close) int fd = open_below(p, place, word, i, O_NOFOLLOW);
		if (fd >= 0 && !fstat(fd, &st) && S_ISLNK(st.st_mode) && is_changed(p, &st))
			return true;
	}
	return false;
}

/* A word of a command line is whatever its user wants it to be: what he may not read says nothing through us. */
static bool may_read(const struct process *p, const struct stat *st)
{
	return st->st_mode & S_IROTH || (st->st_uid == p->uid && st->st_mode & S_IRUSR);
}

static void read_path(int fd, char ret[WORD_BYTES])
{
	char link[40];

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	ssize_t length = readlink(link, ret, WORD_BYTES);
	ret[length > 0 && length < WORD_BYTES ? length : 0] = '\0';
}

/* False: it is no file. What is there now need not be what the process was started with: then no more is told than its
 * word. */
static bool take_script(struct reading *r, const struct process *p, const char *word, size_t length, struct answer *a)
{
	const char *place = *word == '/' ? "root" : "cwd";
	cleanup(cleanup_close) int fd = open_below(p, place, word, length, 0);
	struct stat st;

	describe_file(fd, &st, &a->script);
	if (!a->script.known || is_changed(p, &st) || is_moved(p, place, word, length))
		return a->script.known;
	read_path(fd, a->script_path);
	if (may_read(p, &st))
		a->script.content = content_of(r, fd, &st);
	return true;
}

/* The first word that is a file: what stands before it are options and their values. */
static void find_script(struct reading *r, const struct process *p, struct answer *a)
{
	const char *s = p->cmdline ?: "";
	bool found = false;

	s += strcspn(s, " ");
	for (int i = 0; i < WORDS && !found && *s; i++) {
		s += strspn(s, " ");
		size_t length = strcspn(s, " ");
		found = length && length < WORD_BYTES && *s != '-' && take_script(r, p, s, length, a);
		a->script_at = (uint32_t)(s - p->cmdline);
		a->script_length = (uint32_t)length;
		s += length;
	}
}

static void answer_all(const process_list *processes, int to)
{
	struct reading *r = memory_zeroed(sizeof(*r));

	for (size_t i = 0; i < processes->count; i++) {
		const struct process *p = processes->items[i];
		struct answer a = { .item = (uint32_t)i };
		struct stat st;
		char path[40];
		if (!p->exe)
			continue;
		snprintf(path, sizeof(path), "/proc/%u/exe", p->pid);
		cleanup(cleanup_close) int fd = open(path, O_PATH | O_CLOEXEC);
		describe_file(fd, &st, &a.exe);
		if (a.exe.known)
			a.exe.content = content_of(r, fd, &st);
		if (runs_scripts(p->exe))
			find_script(r, p, &a);
		if (write(to, &a, sizeof(a)) != sizeof(a))
			return;
	}
}

/* The child is of our own making, and what it says still fits what was asked. */
static void take_answer(const process_list *processes, const struct answer *a, struct arena *arena)
{
	if (a->item >= processes->count)
		return;
	struct process *p = processes->items[a->item];
	p->exe_file = a->exe;
	p->script_file = a->script;
	p->script_path = *a->script_path ? arena_strdup(arena, a->script_path) : NULL;
	if (a->script.known && p->cmdline && a->script_at + a->script_length <= strlen(p->cmdline))
		p->script = arena_strndup(arena, p->cmdline + a->script_at, a->script_length);
}

static void take_answers(const process_list *processes, int from, struct arena *arena)
{
	uint64_t end_ns = clock_monotonic_ns() + PATIENCE_MS * NS_PER_MS, now_ns;
	struct answer a;

	while ((now_ns = clock_monotonic_ns()) < end_ns) {
		struct pollfd ready = { .fd = from, .events = POLLIN };
		if (poll(&ready, 1, (int)((end_ns - now_ns) / NS_PER_MS) + 1) <= 0)
			continue;
		if (read(from, &a, sizeof(a)) != sizeof(a)) /* shorter than PIPE_BUF: whole, or the end */
			return;
		take_answer(processes, &a, arena);
	}
}

void identities_read(const process_list *processes, struct arena *arena)
{
	int ends[2];
	pid_t parent = getpid();

	if (!processes->count || pipe2(ends, O_CLOEXEC))
		return;
	pid_t child = fork();
	if (!child) {
		child_begin(ends[1], ends[1]);
		child_end_with(parent);
		answer_all(processes, ends[1]);
		_exit(0);
	}
	close(ends[1]);
	if (child > 0) {
		take_answers(processes, ends[0], arena);
		child_end(child);
	}
	close(ends[0]);
}
