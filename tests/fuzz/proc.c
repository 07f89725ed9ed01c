/* Texts of /proc, of sysctls and of /etc/passwd: the first byte chooses the reader, the rest is its text. */
#include "fuzz.h"
#include "base/parse.h"
#include "source/name/cgroup.h"
#include "source/doors.h"
#include "source/proc.h"
#include "source/proc_text.h"
#include "source/sysctl_files.h"
#include "source/thread_wait.h"
#include "source/name/users.h"

static void read_stat(const char *text, struct arena *arena)
{
	struct proc_stat stat;
	uint64_t limit;

	proc_stat_parse(text, &stat);
	proc_limit_parse(text, "Max open files", &limit);
}

static void read_net(const char *text, struct arena *arena)
{
	uint64_t numbers[4];

	proc_pair(text, "TCP:", "inuse", numbers);
	proc_pair(text, "TCP:", "mem", numbers);
	proc_table(text, "Tcp:", "PassiveOpens", numbers);
	proc_table(text, "TcpExt:", "ListenDrops", numbers);
	proc_numbers(text, numbers, ARRAY_SIZE(numbers));
}

static void read_ports(const char *text, struct arena *arena)
{
	uint64_t *bits;

	proc_port_list(text, arena, &bits);
}

static void read_cgroup(const char *text, struct arena *arena)
{
	struct cgroup cgroup;

	cgroup_parse(text, arena, &cgroup);
	if (cgroup.container && !*cgroup.container)
		abort();
}

static void read_users(const char *text, struct arena *arena)
{
	struct users users = { 0 };

	users_parse(&users, text, arena);
	users_name(&users, 0, arena);
	users_home(&users, 1000);
	users_free(&users);
}

static void read_mounts(const char *text, struct arena *arena)
{
	struct doors doors;

	if (doors_open(&doors))
		return;
	doors_add_mounts(&doors, text, "");
	doors_close(&doors);
}

static void read_wait(const char *text, struct arena *arena)
{
	struct thread_call call = { .number = -1 };

	thread_wait_parse(text, (uint32_t)getpid(), 'S', &call);
	thread_wait_syscall(call.number);
}

static void read_sysctl_file(const char *text, struct arena *arena)
{
	sysctl_text_turns_on(text, "net.ipv4.tcp_tw_recycle");
}

static void read_numbers(const char *text, struct arena *arena)
{
	uint64_t number;

	parse_u64(text, &number);
	parse_u64_hex(text, &number);
	parse_duration_ms(text, &number);
	parse_rfc3339_ms(text, &number);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	static void (*const readers[])(const char *, struct arena *) = {
		read_stat,   read_net,  read_ports,   read_cgroup,      read_users,
		read_mounts, read_wait, read_numbers, read_sysctl_file,
	};
	struct fuzz_input in = { bytes, length };
	size_t which = fuzz_number(&in, 1) % ARRAY_SIZE(readers);
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	cleanup(cleanup_free) char *text = fuzz_text(&in, SIZE_MAX);

	readers[which](text, arena);
	return 0;
}
