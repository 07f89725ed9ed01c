#include "host.h"
#include "base/clock.h"
#include "base/file.h"
#include "bpf/pid_namespace.h"
#include "unknown.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/utsname.h>

int host_self_netns(uint64_t *ret)
{
	struct stat st;

	if (stat("/proc/thread-self/ns/net", &st))
		return -errno;
	*ret = st.st_ino;
	return 0;
}

static void read_boot_id(struct moment *m)
{
	static const char path[] = "/proc/sys/kernel/random/boot_id";
	TEXT_CLEANUP id = { 0 };
	int err = file_read(path, 64, &id);

	m->boot_id = err ? "" : arena_strndup(m->arena, id.bytes, strcspn(id.bytes, "\n"));
	unknown_tell(m, UNKNOWN_BOOT, path, err);
}

void host_describe(struct moment *m)
{
	struct utsname names;

	clock_now(&m->taken_boot_ns, &m->taken_unix_ms);
	if (!m->host && !uname(&names)) {
		m->host = arena_strdup(m->arena, names.nodename);
		m->kernel = arena_strdup(m->arena, names.release);
	}
	unknown_tell(m, UNKNOWN_BOOT, "uname()", m->host ? 0 : -errno);
	if (!m->boot_id || !*m->boot_id)
		read_boot_id(m);
}

bool host_sees_all_processes(void)
{
	struct stat st;

	return !stat("/proc/self/ns/pid", &st) && st.st_ino == PID_NAMESPACE_INITIAL;
}

int host_root_error(void)
{
	cleanup(cleanup_close) int root = open("/proc/1/root", O_PATH | O_DIRECTORY | O_CLOEXEC);

	return root < 0 ? -errno : 0;
}

int host_open_root(void)
{
	int root = open("/proc/1/root", O_PATH | O_DIRECTORY | O_CLOEXEC);

	return root >= 0 ? root : open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
}
