#include "features.h"
#include "base/file.h"
#include "bpf/record.h"
#include "bpf/since.h"
#include "conntrack.h"
#include "source/diag/diag.h"
#include "hiding.load.h"
#include "host.h"
#include "netns_read.h"
#include "privilege.h"
#include "proc.h"
#include "source.h"
#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>

static const char *errno_text(struct arena *arena, const char *what, int err)
{
	return arena_printf(arena, "%s: %s", what, strerror(err < 0 ? -err : err));
}

static bool probe_proc(struct arena *arena, struct feature *f)
{
	uint64_t inode;
	int err = host_self_netns(&inode);

	f->why = err ? errno_text(arena, "/proc/thread-self/ns/net", err) : NULL;
	f->mend = "sudo mount -t proc proc /proc";
	return !err;
}

static bool probe_pid_namespace(struct arena *arena, struct feature *f)
{
	f->why = host_sees_all_processes() ? NULL : "this is not the host's pid namespace";
	f->mend = privilege_mend(arena);
	return !f->why;
}

static bool probe_processes(struct arena *arena, struct feature *f)
{
	uint32_t unreadable = 0;
	int err = proc_count_unreadable(&unreadable);

	if (err)
		f->why = errno_text(arena, "reading /proc", err);
	else if (proc_hides())
		f->why = "/proc is mounted so that it hides processes of other users (hidepid)";
	else if (unreadable)
		f->why = arena_printf(arena,
		                      unreadable == 1 ? "the descriptors of %u process may not be read: it is "
		                                        "another user's, or has more rights than this one"
		                                      : "the descriptors of %u processes may not be read: they are "
		                                        "another user's, or have more rights than this one",
		                      unreadable);
	f->mend = privilege_mend(arena);
	return !f->why;
}

static bool probe_namespaces(struct arena *arena, struct feature *f)
{
	cleanup(cleanup_close) int own = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	bool ok = own >= 0 && !setns(own, CLONE_NEWNET);

	f->why = ok ? NULL : errno_text(arena, "setns()", errno);
	f->mend = privilege_mend(arena);
	return ok;
}

static bool probe_bpf(struct arena *arena, struct feature *f)
{
	cleanup(cleanup_close) int map = bpf_map_create(BPF_MAP_TYPE_ARRAY, "unfin_probe", 4, 4, 1, NULL);

	f->why = map < 0 ? errno_text(arena, "bpf()", map) : NULL;
	f->mend = privilege_mend(arena);
	return map >= 0;
}

static bool probe_iterators(struct arena *arena, struct feature *f)
{
	struct source_request request = { 0 };
	struct gap why;
	void *state;
	int err = source_bpf.open(&request, arena, &state, &why);

	f->why = err ? why.why : NULL;
	f->mend = err ? why.mend : NULL;
	if (!err)
		source_bpf.close(state);
	return !err;
}

/* A kernel that places the programs itself need not let us read its types. */
static bool probe_btf(struct arena *arena, struct feature *f)
{
	bool readable = !access("/sys/kernel/btf/vmlinux", R_OK);
	const char *why = readable ? NULL : errno_text(arena, "/sys/kernel/btf/vmlinux", errno);
	bool ok = readable || probe_iterators(arena, f);

	f->why = ok ? NULL : why;
	f->mend = "boot a kernel built with CONFIG_DEBUG_INFO_BTF=y";
	return ok;
}

static bool probe_hiding(struct arena *arena, struct feature *f)
{
	struct hiding_bpf *programs = hiding_bpf__open();
	int err = programs ? hiding_bpf__load(programs) : -ENOMEM;

	const char *since = err ? programs_since(PROGRAMS_HIDING) : NULL;
	hiding_bpf__destroy(programs);
	f->why = since ? arena_printf(arena, "this kernel cannot walk the queues they wait in: since %s", since)
	         : err ? errno_text(arena, "the kernel refused the program", err)
	               : NULL;
	f->mend = since ? arena_printf(arena, "boot %s or newer", since) : err == -EPERM ? privilege_mend(arena) : NULL;
	return !err;
}

static bool probe_sock_diag(struct arena *arena, struct feature *f)
{
	cleanup(diag_cleanup) struct diag *d = NULL;
	int err = diag_open(&d) ?: diag_probe(d);

	f->why = err ? errno_text(arena, "NETLINK_SOCK_DIAG", err) : NULL;
	f->mend = err == -ENOENT ? "sudo modprobe tcp_diag" : NULL;
	return !err;
}

/* Asked with a connection that nobody has: the kernel that can destroy says so. */
static bool probe_destroy(struct arena *arena, struct feature *f)
{
	cleanup(diag_cleanup) struct diag *d = NULL;
	int err = diag_open(&d) ?: diag_probe_destroy(d);

	/* The kernel asks for the right only when it has found the socket. */
	if (err == -ENOENT && !privilege_has(CAP_NET_ADMIN))
		err = -EPERM;
	bool ok = err == -ENOENT;
	f->why = ok ? NULL : errno_text(arena, "SOCK_DESTROY", err);
	f->mend = err == -EPERM        ? privilege_mend_net(arena)
	          : err == -EOPNOTSUPP ? "boot a kernel built with CONFIG_INET_DIAG_DESTROY=y"
	                               : NULL;
	return ok;
}

/* Where nothing is tracked there is no NAT, and nothing is lost. */
static bool probe_conntrack(struct arena *arena, struct feature *f)
{
	int err = netns_tracks() ? conntrack_probe() : 0;

	f->why = err ? errno_text(arena, "NETLINK_NETFILTER", err) : NULL;
	f->mend = err == -EINVAL ? "sudo modprobe nf_conntrack_netlink" : privilege_mend_net(arena);
	return !err;
}

static bool probe_lockdown(struct arena *arena, struct feature *f)
{
	TEXT_CLEANUP text = { 0 };
	bool strict =
	        !file_read("/sys/kernel/security/lockdown", 256, &text) && strstr(text.bytes, "[confidentiality]");

	f->why = strict ? "the kernel is locked down for confidentiality: BPF may not read its memory" : NULL;
	f->mend = "boot with lockdown=integrity";
	return !strict;
}

#define WITHOUT_BPF                                                                                                    \
	"how ports were bound (the budgets become intervals), namespaces that only a socket keeps, and speed: "        \
	"every descriptor is then read by itself"

/* In the order in which a person would mend them. */
static const struct {
	const char *id, *lost;
	bool (*probe)(struct arena *arena, struct feature *f);
} rows[] = {
	{ "proc", "everything: namespaces, processes and the kernel's counts are read there", probe_proc },
	{ "pid-namespace", "processes outside of this one: their sockets show without a holder", probe_pid_namespace },
	{ "processes", "without BPF, the holders of sockets of other users, and the namespaces they are in",
	  probe_processes },
	{ "namespaces", "what nobody holds in other network namespaces: unaccepted, TIME-WAIT, orphans",
	  probe_namespaces },
	{ "lockdown", "all that BPF tells", probe_lockdown },
	{ "bpf", WITHOUT_BPF, probe_bpf },
	{ "btf", WITHOUT_BPF, probe_btf },
	{ "iterators", WITHOUT_BPF, probe_iterators },
	{ "hiding", "descriptors in flight and those only an io_uring has are told as unknown", probe_hiding },
	{ "sock-diag", "the way to look without BPF", probe_sock_diag },
	{ "sock-destroy",
	  "one way to give ports back from outside (reclaim, ss -K); bpf_sock_destroy() may do it as well",
	  probe_destroy },
	{ "conntrack",
	  "the ports that NAT holds, and that it has none left; who is at the other end of what NAT translates",
	  probe_conntrack },
};

void features_probe(struct arena *arena, features *ret)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct feature f = { .id = rows[i].id };
		f.ok = rows[i].probe(arena, &f);
		f.lost = f.ok ? NULL : rows[i].lost;
		f.mend = f.ok ? NULL : f.mend;
		*array_push(ret) = f;
	}
}
