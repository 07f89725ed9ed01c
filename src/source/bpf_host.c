#include "bpf_host.h"
#include "bpf/since.h"
#include "privilege.h"
#include <errno.h>
#include <linux/capability.h>

struct gap bpf_host_why(int err, struct arena *arena)
{
	bool bpf = privilege_has(CAP_SYS_ADMIN) || privilege_has(CAP_BPF);

	if (!bpf || !(privilege_has(CAP_SYS_ADMIN) || privilege_has(CAP_PERFMON)))
		return (struct gap){ "all sockets of all processes",
			             "loading a BPF program needs root, or CAP_BPF and CAP_PERFMON",
			             privilege_mend(arena) };
	if (access("/sys/kernel/btf/vmlinux", R_OK))
		return (struct gap){ "all sockets of all processes",
			             "this kernel gives no type information (/sys/kernel/btf/vmlinux): BPF programs "
			             "cannot find its structures",
			             "boot a kernel built with CONFIG_DEBUG_INFO_BTF=y" };
	const char *since = programs_since(PROGRAMS_SNAPSHOT);
	if (since)
		return (struct gap){ "all sockets of all processes",
			             arena_printf(arena, "this kernel's iterators do not tell all we ask: since %s",
			                          since),
			             arena_printf(arena, "boot %s or newer", since) };
	return (struct gap){ "all sockets of all processes",
		             arena_printf(arena, "the kernel refused the BPF program: %s", strerror(-err)),
		             err == -EPERM ? privilege_mend(arena) : NULL };
}
