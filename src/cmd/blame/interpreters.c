#include "interpreters.h"
#include "decode.h"
#include "blame/runtime.h"
#include "base/file.h"
#include "base/parse.h"
#include <inttypes.h>
#include <sys/stat.h>

enum { MAPS_BYTES = 16 << 20 };

/* Before a child is started for it: most processes are something else. */
static bool may_be_interpreted(uint32_t pid)
{
	TEXT_CLEANUP maps = { 0 };
	char path[64];

	snprintf(path, sizeof(path), "/proc/%" PRIu32 "/maps", pid);
	return !file_read(path, MAPS_BYTES, &maps) && maps.bytes && runtime_may_be_interpreted(maps.bytes);
}

static void tell(struct captures *c, uint32_t pid)
{
	struct record_walk walk;

	if (may_be_interpreted(pid) && !decode_walk(pid, c, &walk))
		captures_walk(c, pid, &walk);
}

static bool is_in(uint32_t pid, uint64_t netns)
{
	char path[64];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%" PRIu32 "/ns/net", pid);
	return !netns || (!stat(path, &st) && st.st_ino == netns);
}

void interpreters_tell_running(struct captures *c, const struct capture_scope *scope)
{
	cleanup(cleanup_closedir) DIR *proc = scope->pid ? NULL : file_open_dir(-1, "/proc");
	const char *name;
	uint64_t pid;
	int err = 0;

	if (scope->pid)
		tell(c, scope->pid);
	while (proc && (name = file_next_name(proc, &err)))
		if (!parse_u64(name, &pid) && pid <= UINT32_MAX && is_in((uint32_t)pid, scope->netns))
			tell(c, (uint32_t)pid);
}

void interpreters_tell_started(struct captures *c)
{
	started_list started = captures_started(c);

	array_each (&started, one)
		tell(c, one->tgid);
	array_free(&started);
}
