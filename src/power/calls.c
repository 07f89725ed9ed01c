#include "calls.h"
#include "power.h"
#include <sys/socket.h>
#include <sys/syscall.h>

/* Files are opened at every stage but the last one. */
#define OPENS  (POWER_LOOK | POWER_OPEN | POWER_KEEP | POWER_RESOLVE | POWER_HISTORY | POWER_SERVE | POWER_SEND)
#define WRITES (POWER_KEEP | POWER_REMEMBER)
#define TALKS  (POWER_LOOK | POWER_PROBE | POWER_RESOLVE | POWER_SEND)

static const struct call_row allowed[] = {
	/* Memory, time, what is open already. */
	{ SYS_read, CALLS_ALWAYS },
	{ SYS_write, CALLS_ALWAYS },
	{ SYS_readv, CALLS_ALWAYS },
	{ SYS_writev, CALLS_ALWAYS },
	{ SYS_pread64, CALLS_ALWAYS },
	{ SYS_lseek, CALLS_ALWAYS },
	{ SYS_close, CALLS_ALWAYS },
	{ SYS_fstat, CALLS_ALWAYS },
	{ SYS_newfstatat, CALLS_ALWAYS }, /* how glibc asks for fstat() */
	{ SYS_mmap, CALLS_ALWAYS },
	{ SYS_munmap, CALLS_ALWAYS },
	{ SYS_mremap, CALLS_ALWAYS },
	{ SYS_mprotect, CALLS_ALWAYS },
	{ SYS_madvise, CALLS_ALWAYS },
	{ SYS_brk, CALLS_ALWAYS },
	{ SYS_futex, CALLS_ALWAYS },
	{ SYS_getrandom, CALLS_ALWAYS },
	{ SYS_ioctl, CALLS_ALWAYS }, /* the width of the terminal */
	{ SYS_fcntl, CALLS_ALWAYS },
	{ SYS_poll, CALLS_ALWAYS },
	{ SYS_ppoll, CALLS_ALWAYS },
	{ SYS_clock_gettime, CALLS_ALWAYS },
	{ SYS_clock_getres, CALLS_ALWAYS },
	{ SYS_clock_nanosleep, CALLS_ALWAYS },
	{ SYS_nanosleep, CALLS_ALWAYS },
	{ SYS_gettimeofday, CALLS_ALWAYS },
	{ SYS_rt_sigaction, CALLS_ALWAYS },
	{ SYS_rt_sigprocmask, CALLS_ALWAYS },
	{ SYS_rt_sigreturn, CALLS_ALWAYS },
	{ SYS_restart_syscall, CALLS_ALWAYS },
	{ SYS_getpid, CALLS_ALWAYS },
	{ SYS_gettid, CALLS_ALWAYS },
	{ SYS_geteuid, CALLS_ALWAYS },
	{ SYS_getuid, POWER_HISTORY },
	{ SYS_getgid, POWER_HISTORY },
	{ SYS_getegid, POWER_HISTORY },
	{ SYS_umask, POWER_HISTORY | POWER_REMEMBER },
	{ SYS_flock, POWER_REMEMBER },
	{ SYS_fchown, POWER_OPEN | POWER_REMEMBER | POWER_HISTORY }, /* SQLite, as root: its files are of one owner */
	{ SYS_pwrite64, POWER_REMEMBER },
	{ SYS_rt_sigtimedwait, POWER_REMEMBER },
	{ SYS_setpgid, POWER_REMEMBER }, /* who keeps the page: without a filter, for it starts programs */
	{ SYS_tgkill, CALLS_ALWAYS },    /* abort() */
	{ SYS_exit, CALLS_ALWAYS },
	{ SYS_exit_group, CALLS_ALWAYS },
	/* Less power, and less again. */
	{ SYS_capget, CALLS_ALWAYS },
	{ SYS_capset, CALLS_ALWAYS },
	{ SYS_prctl, CALLS_ALWAYS },
	{ SYS_seccomp, CALLS_ALWAYS },
	{ SYS_landlock_create_ruleset, POWER_HISTORY | POWER_LISTEN },
	{ SYS_landlock_add_rule, POWER_LISTEN },
	{ SYS_landlock_restrict_self, POWER_HISTORY | POWER_LISTEN },
	/* Files. */
	{ SYS_openat, OPENS },
	{ SYS_openat2, OPENS },
	{ SYS_readlinkat, OPENS },
	{ SYS_getdents64, OPENS },
	{ SYS_statx, OPENS },
	{ SYS_faccessat, OPENS },
	{ SYS_faccessat2, OPENS },
	{ SYS_dup, OPENS },
	{ SYS_dup3, OPENS },
	{ SYS_uname, OPENS },
	{ SYS_getcwd, OPENS },
	{ SYS_prlimit64, OPENS },
	{ SYS_sysinfo, CALLS_ALWAYS }, /* qsort() asks for the memory there is */
	{ SYS_fsync, WRITES | POWER_RECLAIM },
	{ SYS_fdatasync, WRITES },
	{ SYS_ftruncate, WRITES },
	{ SYS_fchmod, WRITES },
	{ SYS_linkat, WRITES },
	{ SYS_renameat, WRITES },
	{ SYS_renameat2, WRITES },
	{ SYS_unlinkat, WRITES },
#ifdef SYS_open /* older names, that newer architectures do not have */
	{ SYS_open, OPENS },
	{ SYS_stat, OPENS },
	{ SYS_lstat, OPENS },
	{ SYS_access, OPENS },
	{ SYS_readlink, OPENS | POWER_DECODE }, /* libdw asks what its descriptor is called */
	{ SYS_getdents, OPENS },
	{ SYS_dup2, OPENS },
	{ SYS_time, CALLS_ALWAYS },
	{ SYS_unlink, WRITES },
	{ SYS_mkdir, POWER_RECLAIM | POWER_REMEMBER },
	{ SYS_rename, POWER_REMEMBER },
	{ SYS_pipe, POWER_LOOK },
	{ SYS_fork, POWER_LOOK },
	{ SYS_vfork, POWER_LOOK },
	{ SYS_alarm, POWER_LOOK },
	{ SYS_epoll_wait, POWER_RESOLVE | POWER_FOLLOW | POWER_SERVE },
	{ SYS_chmod, POWER_LISTEN },
#endif
	/* The kernel's tables, and its answers. */
	{ SYS_bpf, POWER_LOOK },
	{ SYS_perf_event_open, POWER_LOOK },
	{ SYS_kcmp, POWER_LOOK },
	{ SYS_pidfd_open, POWER_LOOK },
	{ SYS_pidfd_getfd, POWER_LOOK },
	{ SYS_process_vm_readv, POWER_LOOK },
	{ SYS_sched_getaffinity, POWER_LOOK },
	{ SYS_sched_setaffinity, POWER_LOOK },
	{ SYS_kill, POWER_LOOK },
	{ SYS_setns, POWER_ENTER | POWER_PROBE },
	{ SYS_fsopen, POWER_ENTER },
	{ SYS_fsconfig, POWER_ENTER },
	{ SYS_fsmount, POWER_ENTER },
	/* The trial of what destroys sockets, the gentler way, and the audit file. */
	{ SYS_unshare, POWER_RECLAIM },
	{ SYS_listen, POWER_RECLAIM | POWER_LISTEN },
	{ SYS_accept4, POWER_RECLAIM | POWER_SERVE },
	{ SYS_shutdown, POWER_RECLAIM | POWER_SERVE },
	{ SYS_mkdirat, POWER_RECLAIM | POWER_REMEMBER },
	{ SYS_getuid, POWER_RECLAIM },
	/* The child that looks for names as somebody else. */
	{ SYS_clone, POWER_LOOK | POWER_SERVE | POWER_SEND },
	{ SYS_clone3, POWER_SERVE | POWER_SEND }, /* threads */
	{ SYS_set_robust_list, POWER_LOOK | POWER_SERVE | POWER_SEND },
	{ SYS_rseq, POWER_LOOK | POWER_SERVE | POWER_SEND },
	{ SYS_wait4, POWER_LOOK },
	{ SYS_pipe2, POWER_LOOK },
	{ SYS_socketpair, POWER_LOOK }, /* to the child that reads stacks */
	{ SYS_close_range, POWER_LOOK },
	{ SYS_getppid, POWER_LOOK },
	{ SYS_setitimer, POWER_LOOK },
	{ SYS_setresuid, POWER_LOOK },
	{ SYS_setresgid, POWER_LOOK },
	{ SYS_setgroups, POWER_LOOK },
	/* Is the end of these seen? See src/trace/call_hooks.c. */
	{ SYS_listen, POWER_LOOK, CHECK_NO_DESCRIPTOR },
	{ SYS_accept, POWER_LOOK, CHECK_NO_DESCRIPTOR },
	{ SYS_accept4, POWER_LOOK, CHECK_NO_DESCRIPTOR },
	/* Sockets: of netlink, of a probe, of a resolver. */
	{ SYS_socket, TALKS | POWER_LISTEN, CHECK_FAMILY },
	{ SYS_bind, TALKS | POWER_LISTEN },
	{ SYS_connect, TALKS | POWER_LISTEN },
	{ SYS_getsockname, TALKS | POWER_SERVE },
	{ SYS_getpeername, TALKS | POWER_SERVE },
	{ SYS_setsockopt, TALKS | POWER_SERVE },
	{ SYS_getsockopt, TALKS | POWER_SERVE },
	{ SYS_sendto, TALKS | POWER_SERVE },
	{ SYS_sendmsg, TALKS | POWER_SERVE },
	{ SYS_sendmmsg, POWER_RESOLVE | POWER_SEND },
	{ SYS_socketpair, POWER_SEND, CHECK_FAMILY }, /* libcurl wakes itself by it */
	{ SYS_memfd_create, POWER_SEND },             /* keys, for libraries that want a path */
	{ SYS_recvfrom, TALKS | POWER_SERVE },
	{ SYS_recvmsg, TALKS | POWER_SERVE },
	{ SYS_epoll_create1, POWER_RESOLVE | POWER_FOLLOW | POWER_SERVE },
	{ SYS_epoll_ctl, POWER_RESOLVE | POWER_FOLLOW | POWER_SERVE },
	{ SYS_epoll_pwait, POWER_RESOLVE | POWER_FOLLOW | POWER_SERVE },
	{ SYS_eventfd2, POWER_RESOLVE | POWER_SERVE },
	{ SYS_timerfd_create, POWER_RESOLVE },
	{ SYS_timerfd_settime, POWER_RESOLVE },
};

static const int deadly[] = {
	SYS_execve,       SYS_execveat,       SYS_ptrace,       SYS_process_vm_writev,
	SYS_mount,        SYS_umount2,        SYS_pivot_root,   SYS_chroot,
	SYS_unshare,      SYS_init_module,    SYS_finit_module, SYS_delete_module,
	SYS_kexec_load,   SYS_reboot,         SYS_swapon,       SYS_swapoff,
	SYS_settimeofday, SYS_clock_settime,  SYS_sethostname,  SYS_quotactl,
	SYS_keyctl,       SYS_add_key,        SYS_request_key,  SYS_open_by_handle_at,
	SYS_userfaultfd,  SYS_io_uring_setup, SYS_mknodat,      SYS_acct,
	SYS_personality,  SYS_move_mount,     SYS_open_tree,    SYS_listen,
	SYS_accept,       SYS_accept4,
};

static const struct family_row families[] = {
	{ AF_NETLINK, POWER_LOOK },
	{ AF_INET, POWER_PROBE | POWER_RESOLVE | POWER_RECLAIM | POWER_LISTEN | POWER_SEND },
	{ AF_INET6, POWER_PROBE | POWER_RESOLVE | POWER_RECLAIM | POWER_LISTEN | POWER_SEND },
	{ AF_UNIX, POWER_RESOLVE | POWER_RECLAIM | POWER_LISTEN | POWER_SEND }, /* the journal's; its own */
	{ AF_NETLINK, POWER_RESOLVE | POWER_SEND }, /* glibc asks it which addresses the host has */
};

const struct call_row *calls_allowed(size_t *ret_count)
{
	*ret_count = ARRAY_SIZE(allowed);
	return allowed;
}

const int *calls_deadly(size_t *ret_count)
{
	*ret_count = ARRAY_SIZE(deadly);
	return deadly;
}

const struct family_row *calls_families(size_t *ret_count)
{
	*ret_count = ARRAY_SIZE(families);
	return families;
}
