#include "privilege.h"
#include "base/file.h"
#include "host.h"
#include "power/power.h"
#include <errno.h>
#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

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

/* Runtimes give a root of layers, from which no host boots, or a part of a file system (vfs, btrfs), from which some
 * hosts do: that proves it only where docker has left its mark, which alone proves nothing either, for a virtual
 * machine may have been made from an image. */
static bool root_is_given(void)
{
	bool marked = !access("/.dockerenv", F_OK), given = false;
	TEXT_CLEANUP mounts = { 0 };
	char *rest = NULL, root[256], point[3];

	if (file_read("/proc/self/mountinfo", 16 * 1024 * 1024, &mounts))
		return false;
	for (char *line = strtok_r(mounts.bytes, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
		if (sscanf(line, "%*s %*s %*s %255s %2s", root, point) == 2 && streq(point, "/"))
			given |= strstr(line, " - overlay ") || strstr(line, " - fuse.fuse-overlayfs ") ||
			         (marked && !streq(root, "/"));
	return given;
}

static bool is_podman(void)
{
	return !access("/run/.containerenv", F_OK);
}

bool privilege_in_container(void)
{
	return !host_sees_all_processes() || is_podman() || root_is_given();
}

/* Rights in another user namespace (rootless podman) are none over what is outside of it. */
static bool in_user_namespace(void)
{
	TEXT_CLEANUP map = { 0 };
	unsigned inside, outside, count;

	return !file_read("/proc/self/uid_map", 4096, &map) &&
	       (sscanf(map.bytes, "%u %u %u", &inside, &outside, &count) != 3 || inside || outside ||
	        count != UINT32_MAX);
}

/* By AppArmor or SELinux, as runtimes do it. */
static bool is_confined(void)
{
	TEXT_CLEANUP label = { 0 };

	return !file_read("/proc/self/attr/current", 4096, &label) &&
	       (strstr(label.bytes, "(enforce)") || strstr(label.bytes, ":container_t:"));
}

bool privilege_is_filtered(void)
{
	TEXT_CLEANUP status = { 0 };
	unsigned filters;
	int err = file_read("/proc/self/status", 64 * 1024, &status);
	const char *row = err ? NULL : strstr(status.bytes, "\nSeccomp_filters:");

	return row && sscanf(row, "\nSeccomp_filters: %u", &filters) == 1 && filters > power_filters();
}

static const char *own_path(struct arena *arena)
{
	char path[4096];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path));

	return n > 0 ? arena_strndup(arena, path, (size_t)n) : "unfin";
}

/* The line that starts the container anew, with what this one lacks; NULL if it lacks nothing: another would see no
 * more. */
static const char *container_line(struct arena *arena, bool net)
{
	bool rootless = in_user_namespace(), net_now = privilege_has(CAP_NET_ADMIN);

	if (!rootless && host_sees_all_processes() && privilege_has(CAP_SYS_ADMIN) && privilege_has(CAP_SYS_PTRACE) &&
	    (net_now || !net) && !is_confined() && !privilege_is_filtered())
		return NULL;
	return arena_printf(arena,
	                    "%s%s run --rm -it --pid=host --net=host --cap-add=SYS_ADMIN --cap-add=SYS_PTRACE%s "
	                    "--security-opt apparmor=unconfined IMAGE unfin check",
	                    rootless ? "sudo " : "", is_podman() ? "podman" : "docker",
	                    net || net_now ? " --cap-add=NET_ADMIN" : "");
}

/* In order: a filter first, for nothing else helps against it. */
static const char *mend_here(struct arena *arena, bool net)
{
	bool container = privilege_in_container();

	if (container && getenv("KUBERNETES_SERVICE_HOST"))
		return "kubectl debug node/NAME -it --profile=sysadmin --image=IMAGE -- unfin check";
	if (container)
		return container_line(arena, net);
	if (!geteuid() || privilege_is_filtered())
		return arena_printf(arena, "sudo systemd-run --pty --wait --collect %s check", own_path(arena));
	return arena_printf(arena, "sudo setcap " CAPS "+ep %s", own_path(arena));
}

const char *privilege_mend(struct arena *arena)
{
	return mend_here(arena, false);
}

const char *privilege_mend_net(struct arena *arena)
{
	return mend_here(arena, true);
}

const char *privilege_mend_of(int err, struct arena *arena)
{
	return err == -EPERM || err == -EACCES ? privilege_mend(arena) : NULL;
}
