#include "entry.h"
#include "base/file.h"
#include "base/parse.h"
#include "base/text.h"
#include <bpf/bpf.h>
#include <errno.h>
#include <linux/perf_event.h>
#include <sys/syscall.h>

/* Of events that are uprobes. */
static int type_read(uint32_t *ret)
{
	TEXT_CLEANUP t = { 0 };
	uint64_t type = 0;
	int err = file_read("/sys/bus/event_source/devices/uprobe/type", 32, &t);

	if (err)
		return err;
	t.bytes[strcspn(t.bytes, "\n")] = '\0';
	err = parse_u64(t.bytes, &type);
	*ret = (uint32_t)type;
	return err;
}

int entry_hook(uint32_t pid, const char *path, uint64_t offset, int program)
{
	struct perf_event_attr attr = { .size = sizeof(attr) };
	LIBBPF_OPTS(bpf_link_create_opts, opts);
	int err = type_read(&attr.type);

	if (err)
		return err;
	attr.config1 = (uint64_t)(uintptr_t)path;
	attr.config2 = offset;
	cleanup(cleanup_close) int event =
	        (int)syscall(SYS_perf_event_open, &attr, (pid_t)pid, -1, -1, PERF_FLAG_FD_CLOEXEC);
	if (event < 0)
		return -errno;
	int link = bpf_link_create(program, event, BPF_PERF_EVENT, &opts);
	return link < 0 ? -errno : link;
}
