#include "privilege.h"
#include "base/file.h"
#include "host.h"
#include <linux/capability.h>
#include <sys/syscall.h>

/* setcap replaces what was there: so always the whole list. */
#define CAPS "cap_bpf,cap_perfmon,cap_sys_admin,cap_sys_ptrace,cap_dac_read_search,cap_net_admin"

bool privilege_has(unsigned cap)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = { 0 };

	if (syscall(SYS_capget, &header, data))
		return false;
	return data[cap / 32].effective >> cap % 32 & 1;
}

/* Runtimes give a root file system of layers; no host boots from one. */
static bool root_is_layered(void)
{
	TEXT_CLEANUP mounts = { 0 };
	char *rest = NULL;

	if (file_read("/proc/self/mountinfo", 16 * 1024 * 1024, &mounts))
		return false;
	for (char *line = strtok_r(mounts.bytes, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
		if (strstr(line, " / / ") && strstr(line, " - overlay "))
			return true;
	return false;
}

bool privilege_in_container(void)
{
	return !host_sees_all_processes() || root_is_layered();
}

bool privilege_is_filtered(void)
{
	TEXT_CLEANUP status = { 0 };

	return !file_read("/proc/self/status", 64 * 1024, &status) && strstr(status.bytes, "\nSeccomp:\t2");
}

static const char *own_path(struct arena *arena)
{
	char path[4096];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path));

	return n > 0 ? arena_strndup(arena, path, (size_t)n) : "unfin";
}

/* In order: a filter first, for nothing else helps against it. */
const char *privilege_mend(struct arena *arena)
{
	bool container = privilege_in_container();

	if (container && getenv("KUBERNETES_SERVICE_HOST"))
		return "kubectl debug node/NAME -it --profile=sysadmin --image=IMAGE -- unfin check";
	if (container)
		return "docker run --rm -it --pid=host --net=host --cap-add=SYS_ADMIN --cap-add=SYS_PTRACE "
		       "--security-opt apparmor=unconfined IMAGE unfin check";
	if (!geteuid() || privilege_is_filtered())
		return arena_printf(arena, "sudo systemd-run --pty --wait --collect %s check", own_path(arena));
	return arena_printf(arena, "sudo setcap " CAPS "+ep %s", own_path(arena));
}
