#include "identity.h"
#include "base/clock.h"
#include "child.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>

enum { PATIENCE_MS = 300, WORDS = 8, WORD_BYTES = 256 };

struct answer {
	uint32_t item;
	struct program_file exe, script;
	uint32_t script_at, script_length; /* in the command line */
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

static void describe_file(int fd, struct program_file *ret)
{
	struct stat st;

	if (fd < 0 || fstat(fd, &st) || !S_ISREG(st.st_mode))
		return;
	*ret = (struct program_file){
		.known = true,
		.bytes = (uint64_t)st.st_size,
		.changed_ms = (uint64_t)st.st_mtim.tv_sec * MS_PER_S + (uint64_t)st.st_mtim.tv_nsec / NS_PER_MS,
	};
}

static int open_below(const struct process *p, const char *place, const char *word, size_t length)
{
	char path[WORD_BYTES + 40];

	snprintf(path, sizeof(path), "/proc/%u/%s/%.*s", p->pid, place, (int)length, word);
	return open(path, O_PATH | O_CLOEXEC);
}

/* The first word that is a file: what stands before it are options and their values. */
static void find_script(const struct process *p, struct answer *a)
{
	const char *s = p->cmdline ?: "";

	s += strcspn(s, " ");
	for (int i = 0; i < WORDS && !a->script.known && *s; i++) {
		s += strspn(s, " ");
		size_t length = strcspn(s, " ");
		if (length && length < WORD_BYTES && *s != '-') {
			cleanup(cleanup_close) int fd = open_below(p, *s == '/' ? "root" : "cwd", s, length);
			describe_file(fd, &a->script);
			a->script_at = (uint32_t)(s - p->cmdline);
			a->script_length = (uint32_t)length;
		}
		s += length;
	}
}

static void answer_all(const struct identity *items, size_t count, int to)
{
	for (size_t i = 0; i < count; i++) {
		const struct process *p = items[i].process;
		struct answer a = { .item = (uint32_t)i };
		char path[40];
		snprintf(path, sizeof(path), "/proc/%u/exe", p->pid);
		cleanup(cleanup_close) int fd = open(path, O_PATH | O_CLOEXEC);
		describe_file(fd, &a.exe);
		if (runs_scripts(p->exe))
			find_script(p, &a);
		if (write(to, &a, sizeof(a)) != sizeof(a))
			return;
	}
}

/* The child is of our own making, and what it says still fits what was asked. */
static void take_answer(struct identity *items, size_t count, const struct answer *a, struct arena *arena)
{
	if (a->item >= count)
		return;
	struct identity *i = &items[a->item];
	const char *cmdline = i->process->cmdline;
	i->exe = a->exe;
	i->script = a->script;
	if (a->script.known && cmdline && a->script_at + a->script_length <= strlen(cmdline))
		i->script_path = arena_strndup(arena, cmdline + a->script_at, a->script_length);
}

static void take_answers(struct identity *items, size_t count, int from, struct arena *arena)
{
	uint64_t end_ns = clock_monotonic_ns() + PATIENCE_MS * NS_PER_MS, now_ns;
	struct answer a;

	while ((now_ns = clock_monotonic_ns()) < end_ns) {
		struct pollfd ready = { .fd = from, .events = POLLIN };
		if (poll(&ready, 1, (int)((end_ns - now_ns) / NS_PER_MS) + 1) <= 0)
			continue;
		if (read(from, &a, sizeof(a)) != sizeof(a)) /* shorter than PIPE_BUF: whole, or the end */
			return;
		take_answer(items, count, &a, arena);
	}
}

void identities_read(struct identity *items, size_t count, struct arena *arena)
{
	int ends[2];
	pid_t parent = getpid();

	if (!count || pipe2(ends, O_CLOEXEC))
		return;
	pid_t child = fork();
	if (!child) {
		child_begin(ends[1], ends[1]);
		child_end_with(parent);
		answer_all(items, count, ends[1]);
		_exit(0);
	}
	close(ends[1]);
	if (child > 0) {
		take_answers(items, count, ends[0], arena);
		child_end(child);
	}
	close(ends[0]);
}
