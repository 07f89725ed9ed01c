#include "bpf_host.h"
#include <bpf/libbpf.h>
#include <errno.h>
#include <sys/syscall.h>
#include <linux/capability.h>

static int silent(enum libbpf_print_level level, const char *format, va_list args)
{
	return 0;
}

void bpf_host_quiet(void)
{
	libbpf_set_print(silent);
}

static bool capable(unsigned cap)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = { 0 };

	if (syscall(SYS_capget, &header, data))
		return false;
	return data[cap / 32].effective >> cap % 32 & 1;
}

struct gap bpf_host_why(int err, struct arena *arena)
{
	bool bpf = capable(CAP_SYS_ADMIN) || capable(CAP_BPF);

	if (!bpf || !(capable(CAP_SYS_ADMIN) || capable(CAP_PERFMON)))
		return (struct gap){ "all sockets of all processes",
			             "loading a BPF program needs root, or CAP_BPF and CAP_PERFMON",
			             "sudo unfin check" };
	if (access("/sys/kernel/btf/vmlinux", R_OK))
		return (struct gap){ "all sockets of all processes",
			             "this kernel gives no type information (/sys/kernel/btf/vmlinux): BPF programs "
			             "cannot find its structures",
			             "boot a kernel built with CONFIG_DEBUG_INFO_BTF=y" };
	return (struct gap){ "all sockets of all processes",
		             arena_printf(arena, "the kernel refused the BPF program: %s", strerror(-err)), NULL };
}
