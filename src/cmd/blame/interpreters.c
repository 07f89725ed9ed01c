#include "interpreters.h"
#include "decode.h"
#include "base/file.h"
#include "base/parse.h"
#include <inttypes.h>

enum { MAPS_BYTES = 16 << 20 };

/* Before a child is started for it: most processes are something else. */
static bool may_be_python(uint32_t pid)
{
	TEXT_CLEANUP maps = { 0 };
	char path[64];

	snprintf(path, sizeof(path), "/proc/%" PRIu32 "/maps", pid);
	return !file_read(path, MAPS_BYTES, &maps) && maps.bytes &&
	       (strstr(maps.bytes, "/python3") || strstr(maps.bytes, "/libpython3"));
}

static void tell(struct captures *c, uint32_t pid)
{
	struct record_walk walk;

	if (may_be_python(pid) && !decode_walk(pid, c, &walk))
		captures_walk(c, pid, &walk);
}

void interpreters_tell_running(struct captures *c, uint32_t only_pid)
{
	cleanup(cleanup_closedir) DIR *proc = only_pid ? NULL : file_open_dir(-1, "/proc");
	const char *name;
	uint64_t pid;
	int err = 0;

	if (only_pid)
		tell(c, only_pid);
	while (proc && (name = file_next_name(proc, &err)))
		if (!parse_u64(name, &pid) && pid <= UINT32_MAX)
			tell(c, (uint32_t)pid);
}

void interpreters_tell_started(struct captures *c)
{
	started_list started = captures_started(c);

	array_each (&started, one)
		tell(c, one->tgid);
	array_free(&started);
}
