/* The tables of calls.c as a program for seccomp(2): one comparison and one answer a call. The kernel runs it once for
 * each number when it is installed, and keeps what it allows whatever the arguments; so its length costs nothing later
 * on. (libseccomp would do the same with 1.2 MB more to load, and 2 ms; see ARCHITECTURE.md.) */
#include "power.h"
#include "calls.h"
#include "base/array.h"
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#if defined(__x86_64__)
#define OWN_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define OWN_ARCH AUDIT_ARCH_AARCH64
#elif defined(__riscv)
#define OWN_ARCH AUDIT_ARCH_RISCV64
#endif

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif

#if defined(OWN_ARCH) && !defined(SANITIZED)

enum { X32_BIT = 0x40000000 };

typedef ARRAY(struct sock_filter) program;

static void program_add(program *p, uint16_t code, uint32_t value, uint8_t if_true, uint8_t if_false)
{
	*array_push(p) = (struct sock_filter){ code, if_true, if_false, value };
}

static void add_load(program *p, size_t offset)
{
	program_add(p, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, 0, 0);
}

static void add_answer(program *p, uint32_t action)
{
	program_add(p, BPF_RET | BPF_K, action, 0, 0);
}

static void add_if_equal(program *p, uint32_t value, uint32_t action)
{
	program_add(p, BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1);
	add_answer(p, action);
}

/* Another architecture has other numbers: nothing here would hold for it. */
static void add_head(program *p)
{
	add_load(p, offsetof(struct seccomp_data, arch));
	program_add(p, BPF_JMP | BPF_JEQ | BPF_K, OWN_ARCH, 1, 0);
	add_answer(p, SECCOMP_RET_KILL_PROCESS);
	add_load(p, offsetof(struct seccomp_data, nr));
	add_if_equal(p, UINT32_MAX, SECCOMP_RET_ALLOW); /* no call: a tracer has answered it */
#ifdef __x86_64__
	program_add(p, BPF_JMP | BPF_JGE | BPF_K, X32_BIT, 0, 1);
	add_answer(p, SECCOMP_RET_KILL_PROCESS);
#endif
}

/* Allowed if the first argument is one of these, and else as good as deadly. Its upper half is zero, or the kernel does
 * not look at it. */
static void add_first_of(program *p, int call, const uint32_t *values, size_t count)
{
	program of_call = { 0 };

	add_load(&of_call, offsetof(struct seccomp_data, args[0]));
	for (size_t i = 0; i < count; i++)
		add_if_equal(&of_call, values[i], SECCOMP_RET_ALLOW);
	add_answer(&of_call, SECCOMP_RET_KILL_PROCESS);
	program_add(p, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)call, 0, (uint8_t)of_call.count);
	for (size_t i = 0; i < of_call.count; i++)
		*array_push(p) = of_call.items[i];
	array_free(&of_call);
}

static void add_families(program *p, int call, unsigned needs)
{
	size_t count;
	const struct family_row *rows = calls_families(&count);
	ARRAY(uint32_t) values = { 0 };

	for (size_t i = 0; i < count; i++)
		if (rows[i].needs & needs)
			*array_push(&values) = (uint32_t)rows[i].family;
	add_first_of(p, call, values.items, values.count);
	array_free(&values);
}

static void add_allowed(program *p, unsigned needs)
{
	size_t count;
	const struct call_row *rows = calls_allowed(&count);

	for (size_t i = 0; i < count; i++) {
		if (rows[i].needs != CALLS_ALWAYS && !(rows[i].needs & needs))
			continue;
		if (rows[i].check == CHECK_FAMILY)
			add_families(p, rows[i].number, needs);
		else if (rows[i].check == CHECK_NO_DESCRIPTOR)
			add_first_of(p, rows[i].number, &(uint32_t){ UINT32_MAX }, 1);
		else
			add_if_equal(p, (uint32_t)rows[i].number, SECCOMP_RET_ALLOW);
	}
}

static void add_deadly(program *p)
{
	size_t count;
	const int *numbers = calls_deadly(&count);

	for (size_t i = 0; i < count; i++)
		add_if_equal(p, (uint32_t)numbers[i], SECCOMP_RET_KILL_PROCESS);
}

/* ENOSYS, not EPERM: a libc that meets it takes an older call instead. It can only make the filter stricter, so anybody
 * may ask for the other answer. */
static uint32_t answer_to_others(void)
{
	const char *asked = getenv("UNFIN_FILTER");

	return asked && streq(asked, "kill") ? SECCOMP_RET_KILL_PROCESS : SECCOMP_RET_ERRNO | ENOSYS;
}

int power_seal(unsigned needs)
{
	program p = { 0 };

	if (needs & POWER_ALL)
		return 0;
	add_head(&p);
	add_allowed(&p, needs);
	add_deadly(&p);
	add_answer(&p, answer_to_others());
	struct sock_fprog whole = { (unsigned short)p.count, p.items };
	int err = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &whole) ? -errno : 0;
	array_free(&p);
	return err;
}

unsigned power_filters(void)
{
	return 1;
}

#else

int power_seal(unsigned needs)
{
	return -ENOSYS;
}

unsigned power_filters(void)
{
	return 0;
}

#endif

void power_limit(unsigned needs)
{
	power_drop(needs);
	(void)power_seal(needs);
}
