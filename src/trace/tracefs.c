#include "tracefs.h"
#include "base/file.h"
#include "base/parse.h"
#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <linux/perf_event.h>
#include <sys/syscall.h>

/* A descriptor of its root, or -errno. */
static int tracefs_open(void)
{
	cleanup(cleanup_close) int context = (int)syscall(SYS_fsopen, "tracefs", FSOPEN_CLOEXEC);

	if (context < 0)
		return -errno;
	if (syscall(SYS_fsconfig, context, FSCONFIG_CMD_CREATE, NULL, NULL, 0))
		return -errno;
	int mount = (int)syscall(SYS_fsmount, context, FSMOUNT_CLOEXEC, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV);
	return mount < 0 ? -errno : mount;
}

static int tracepoint_id(int tracefs, const char *name, uint64_t *ret)
{
	TEXT_CLEANUP text = { 0 };
	char path[128];

	snprintf(path, sizeof(path), "events/syscalls/%s/id", name);
	int err = file_read_at(tracefs, path, 32, &text);
	if (err)
		return err;
	text.bytes[strcspn(text.bytes, "\n")] = '\0';
	return parse_u64(text.bytes, ret);
}

static int attach_exit(int tracefs, const struct call_exit *exit, int program, int *ret_link)
{
	struct perf_event_attr attr = { .type = PERF_TYPE_TRACEPOINT, .size = sizeof(attr), .sample_period = 1 };
	LIBBPF_OPTS(bpf_link_create_opts, opts, .perf_event.bpf_cookie = exit->cookie);
	uint64_t id;
	int err = tracepoint_id(tracefs, exit->name, &id);

	if (err)
		return err;
	attr.config = id;
	/* One event on one CPU: a program on a tracepoint runs wherever it fires (perf_event_attach_bpf_prog). */
	cleanup(cleanup_close) int event = (int)syscall(SYS_perf_event_open, &attr, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);
	if (event < 0)
		return -errno;
	int link = bpf_link_create(program, event, BPF_PERF_EVENT, &opts);
	if (link < 0)
		return -errno;
	*ret_link = link;
	return 0;
}

int tracefs_attach_exits(int program, const struct call_exit *exits, size_t count, int *links)
{
	cleanup(cleanup_close) int tracefs = tracefs_open();
	int err = tracefs < 0 ? tracefs : 0;

	for (size_t i = 0; i < count && !err; i++)
		err = attach_exit(tracefs, &exits[i], program, &links[i]);
	return err;
}
