#include "interpreters.h"
#include "decode.h"
#include "blame/runtime.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/parse.h"
#include "base/stop.h"
#include "model/hash.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/stat.h>

enum { MAPS_BYTES = 16 << 20, SPENT_MS = 10000 };

/* Before a child is started for it: most processes are something else. */
static bool may_be_interpreted(struct interpreters *i, uint32_t pid)
{
	TEXT_CLEANUP maps = { 0 };
	char path[32];

	snprintf(path, sizeof(path), "/proc/%" PRIu32, pid);
	cleanup(cleanup_close) int dir = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	int err = dir < 0 ? -errno : peek_file(&i->peek, dir, "maps", MAPS_BYTES, &maps);
	i->unread += err == -ETIME;
	return !err && maps.length && runtime_may_be_interpreted(maps.bytes);
}

static int tell_walk(struct captures *c, uint32_t pid)
{
	struct record_walk walk;
	int err = decode_walk(pid, c, &walk);

	return err ?: captures_walk(c, pid, &walk);
}

static int tell_node(struct captures *c, uint32_t pid)
{
	struct record_node_program node;
	char path[DECODE_PATH];
	int err = decode_node(pid, c, &node, path);

	return err ?: nodes_add(captures_nodes(c), pid, path, &node);
}

/* Its program: the path, and whose root that begins at. Neither asks the file system. 0: not known. */
static uint64_t program_key(uint32_t pid)
{
	static const char *const links[] = { "exe", "ns/mnt" };
	char path[64], said[4096];
	uint64_t key = 1;

	for (size_t i = 0; i < ARRAY_SIZE(links); i++) {
		snprintf(path, sizeof(path), "/proc/%" PRIu32 "/%s", pid, links[i]);
		ssize_t length = readlink(path, said, sizeof(said));
		if (length < 0)
			return 0;
		for (ssize_t at = 0; at < length; at++)
			key = hash_word(key, (uint8_t)said[at]);
	}
	return key | 1;
}

/* A program that has no such places has none in its next process either: most run more than once. */
static int tell_bridge(struct captures *c, uint32_t pid)
{
	struct bridges *b = captures_bridges(c);
	uint64_t key = program_key(pid);
	struct record_bridge_program program;

	if (!key || bridges_has_none(b, key))
		return -ENOTSUP;
	int err = decode_bridge(pid, c, &program);
	if (err == -ENOTSUP)
		bridges_none(b, key);
	return err ?: bridges_add(b, pid, &program);
}

static int tell_interpreted(struct captures *c, uint32_t pid)
{
	int err = tell_walk(c, pid);

	return err == -ENOTSUP ? tell_node(c, pid) : err;
}

/* `again`: an interpreter may tell more now; what is compiled told all the first time. */
static void tell(struct interpreters *i, struct captures *c, uint32_t pid, bool again)
{
	uint64_t began_ns = clock_monotonic_ns();
	bool interpreted = may_be_interpreted(i, pid);
	int err = -ETIMEDOUT;

	if (i->spent_ns < SPENT_MS * NS_PER_MS && (interpreted || !again))
		err = interpreted ? tell_interpreted(c, pid) : tell_bridge(c, pid);
	i->unread += interpreted && err == -ETIMEDOUT;
	i->spent_ns += clock_monotonic_ns() - began_ns;
}

static bool is_in(uint32_t pid, uint64_t netns)
{
	char path[64];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%" PRIu32 "/ns/net", pid);
	return !netns || (!stat(path, &st) && st.st_ino == netns);
}

void interpreters_tell_running(struct interpreters *i, struct captures *c, const struct capture_scope *scope,
                               uint32_t first)
{
	cleanup(cleanup_closedir) DIR *proc = scope->pid ? NULL : file_open_dir(-1, "/proc");
	const char *name;
	uint64_t pid;
	int err = 0;

	if (first)
		tell(i, c, first, false);
	while (proc && !stop_asked() && (name = file_next_name(proc, &err)))
		if (!parse_u64(name, &pid) && pid <= UINT32_MAX && pid != first && is_in((uint32_t)pid, scope->netns))
			tell(i, c, (uint32_t)pid, false);
	peek_end(&i->peek);
}

static void tell_grown(struct interpreters *i, struct captures *c)
{
	enum { GROWN_MS = 300 };
	uint64_t now_ns = clock_monotonic_ns();
	uint32_t left = 0;

	for (uint32_t n = 0; n < i->young_count; n++) {
		if (now_ns - i->young[n].at_ns < GROWN_MS * NS_PER_MS)
			i->young[left++] = i->young[n];
		else
			tell(i, c, i->young[n].pid, true);
	}
	i->young_count = left;
}

void interpreters_tell_started(struct interpreters *i, struct captures *c)
{
	started_list started = captures_started(c);

	tell_grown(i, c);
	array_each (&started, one) {
		tell(i, c, one->tgid, false);
		if (i->young_count == ARRAY_SIZE(i->young))
			continue;
		i->young[i->young_count].pid = one->tgid;
		i->young[i->young_count++].at_ns = clock_monotonic_ns();
	}
	array_free(&started);
	peek_end(&i->peek);
}
