#include "naming.h"
#include "base/clock.h"
#include "base/parse.h"
#include "base/text.h"
#include "power/power.h"
#include "source/child.h"
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

enum { DEADLINE_MS = 200, TEXT_MOST = 256, NOBODY = 65534, CHILD_SECONDS_MOST = 2 };

/* One child: all of `items` that it is about. */
struct asking {
	struct container_place where;
	struct naming *items;
	size_t count;
	bool beside;
	uint64_t end_ns;
};

static bool is_about(const struct asking *a, const struct naming *n)
{
	if (a->beside)
		return n->beside && !n->found.name;
	return !a->where.home || (!n->done && !n->found.name && n->home && n->uid == a->where.owner);
}

/* Only what a look at the host's own files needs, or nothing. */
static void drop_capabilities(bool may_read)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = { 0 };

	if (syscall(SYS_capget, &header, data))
		memset(data, 0, sizeof(data));
	for (size_t i = 0; i < ARRAY_SIZE(data); i++) {
		data[i].effective &= may_read && i == 0 ? 1U << CAP_DAC_READ_SEARCH : 0;
		data[i].permitted = data[i].effective;
		data[i].inheritable = 0;
	}
	syscall(SYS_capset, &header, data);
}

/* With nobody's group: what only a group may read is not the user's to show. */
static bool become_user(uid_t uid)
{
	return uid == geteuid() ||
	       (!setgroups(0, NULL) && !setresgid(NOBODY, NOBODY, NOBODY) && !setresuid(uid, uid, uid));
}

/* Who may not become another looks as himself: without power, that shows less and risks nothing. */
static void become(const struct container_place *where)
{
	prctl(PR_SET_DUMPABLE, 0);
	power_raise(); /* to become another */
	bool is_user = where->home && become_user(where->owner);
	drop_capabilities(!where->home && !is_user);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

/* name, pod, image and errno, each with its NUL byte; in the order of the items. */
static void answer(const struct asking *a, const struct naming *n, int to)
{
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	TEXT_CLEANUP line = { 0 };
	struct container found = { 0 };
	struct container_place where = a->where;

	where.owner = a->beside ? n->uid : where.owner;
	int err = a->beside ? container_describe_beside(&where, n->id, n->beside, arena, &found)
	                    : container_describe(&where, n->id, arena, &found);

	text_printf(&line, "%.*s%c%.*s%c%.*s%c%d%c", TEXT_MOST, found.name ?: "", 0, TEXT_MOST, found.pod ?: "", 0,
	            TEXT_MOST, found.image ?: "", 0, -err, 0);
	if (text_flush(&line, to))
		_exit(1);
}

static void child_run(const struct asking *a, pid_t parent, int to)
{
	child_begin(a->where.root, to);
	become(&a->where);
	child_end_with(parent);
	alarm(CHILD_SECONDS_MOST);
	for (size_t i = 0; i < a->count && getppid() == parent; i++)
		if (is_about(a, &a->items[i]))
			answer(a, &a->items[i], to);
	_exit(0);
}

static int left_ms(uint64_t end_ns)
{
	uint64_t now = clock_monotonic_ns();

	return now < end_ns ? (int)((end_ns - now) / NS_PER_MS) + 1 : 0;
}

/* Until the child has said all or the time is over. */
static void names_read(int from, uint64_t end_ns, size_t most, struct text *out)
{
	char piece[4096];

	while (left_ms(end_ns) && out->length < most) {
		struct pollfd ready = { .fd = from, .events = POLLIN };
		int n = poll(&ready, 1, left_ms(end_ns));
		ssize_t got = n == 1 ? read(from, piece, sizeof(piece)) : n;
		if (got > 0)
			text_add_bytes(out, piece, (size_t)got);
		else if (got == 0 || errno != EINTR)
			return;
	}
}

/* The next text of the answer; NULL: it was not said to its end. */
static const char *next_text(const char **at, const char *last)
{
	const char *s = *at, *nul = s < last ? memchr(s, '\0', (size_t)(last - s)) : NULL;

	if (nul)
		*at = nul + 1;
	return nul ? s : NULL;
}

static void take_answer(struct naming *n, const char **at, const char *last, struct arena *arena)
{
	const char *name = next_text(at, last), *pod = next_text(at, last);
	const char *image = next_text(at, last), *err = next_text(at, last);
	uint64_t number = ETIMEDOUT;

	if (err && parse_u64(err, &number))
		number = EBADMSG;
	if (err && *name)
		n->found.name = arena_strdup(arena, name);
	if (err && *pod)
		n->found.pod = arena_strdup(arena, pod);
	if (err && *image)
		n->found.image = arena_strdup(arena, image);
	if (n->found.name)
		n->err = 0;
	else if (number)
		n->err = -(int)number;
}

static void take_answers(const struct asking *a, const struct text *said, struct arena *arena)
{
	const char *at = said->bytes ? said->bytes : "", *last = at + said->length;

	for (size_t i = 0; i < a->count; i++) {
		if (!is_about(a, &a->items[i]))
			continue;
		take_answer(&a->items[i], &at, last, arena);
		a->items[i].done |= a->where.home != NULL;
	}
}

static void names_ask(const struct asking *a, struct arena *arena)
{
	TEXT_CLEANUP said = { 0 };
	pid_t parent = getpid(), child = -1;
	int ends[2];

	if (left_ms(a->end_ns) && !pipe2(ends, O_CLOEXEC)) {
		child = fork();
		if (!child)
			child_run(a, parent, ends[1]);
		close(ends[1]);
		if (child > 0)
			names_read(ends[0], a->end_ns, a->count * 4 * TEXT_MOST, &said);
		close(ends[0]);
		if (child > 0)
			child_end(child);
	}
	take_answers(a, &said, arena);
}

void naming_lookup(int root, struct naming *items, size_t count, struct arena *arena)
{
	struct asking a = { .where = { .root = root }, .items = items, .count = count };

	if (!count)
		return;
	a.end_ns = clock_monotonic_ns() + DEADLINE_MS * NS_PER_MS;
	names_ask(&a, arena);
	for (size_t i = 0; i < count; i++) {
		a.where = (struct container_place){ root, items[i].home, items[i].uid };
		if (a.where.home && is_about(&a, &items[i]))
			names_ask(&a, arena);
	}
}

void naming_lookup_beside(int root, struct naming *items, size_t count, struct arena *arena)
{
	struct asking a = { .where = { .root = root }, .items = items, .count = count, .beside = true };
	bool any = false;

	for (size_t i = 0; i < count; i++)
		any |= is_about(&a, &items[i]);
	a.end_ns = clock_monotonic_ns() + DEADLINE_MS * NS_PER_MS;
	if (any)
		names_ask(&a, arena);
}

const char *naming_why(const struct naming *n)
{
	static const struct {
		int err;
		const char *why;
	} whys[] = {
		{ ETIMEDOUT, "the files that may tell it did not answer within 200 ms" },
		{ ELOOP, "there is a symbolic link in the way, which is not followed" },
		{ EXDEV, "its file is on another file system than its runtime's directory" },
		{ EPERM, "its file is another user's, or no plain file" },
		{ EFBIG, "its file has more than 1 MB" },
		{ EBADMSG, "its file is no JSON" },
		{ ENOSYS, "reading such files safely needs Linux 5.6" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(whys); i++)
		if (whys[i].err == -n->err)
			return whys[i].why;
	return strerror(-n->err);
}
