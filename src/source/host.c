#include "host.h"
#include "base/clock.h"
#include "base/file.h"
#include "bpf/pid_namespace.h"
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

static const char *boot_id(struct arena *arena)
{
	TEXT_CLEANUP id = { 0 };

	if (file_read("/proc/sys/kernel/random/boot_id", 64, &id))
		return "";
	return arena_strndup(arena, id.bytes, strcspn(id.bytes, "\n"));
}

void host_describe(struct moment *m)
{
	struct utsname names;

	clock_now(&m->taken_boot_ns, &m->taken_unix_ms);
	if (m->host)
		return;
	if (!uname(&names)) {
		m->host = arena_strdup(m->arena, names.nodename);
		m->kernel = arena_strdup(m->arena, names.release);
	}
	m->boot_id = boot_id(m->arena);
}

bool host_sees_all_processes(void)
{
	struct stat st;

	return !stat("/proc/self/ns/pid", &st) && st.st_ino == PID_NAMESPACE_INITIAL;
}

int host_open_root(void)
{
	int root = open("/proc/1/root", O_PATH | O_DIRECTORY | O_CLOEXEC);

	return root >= 0 ? root : open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
}
