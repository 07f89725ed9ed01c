/* Which capabilities are kept, and what for: rows. "At need" are those that the work needs for one call only, and that
 * would be much to hold: they are permitted and not in force. */
#include "power.h"
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

/* What is left out one at a time, and what fails then: measured on Linux 6.18 as a user with the others. */
static const struct power_row rows[] = {
	{ "bpf", CAP_BPF, POWER_LOOK, .why = "loads the kernel programs that look" },
	{ "perfmon", CAP_PERFMON, POWER_LOOK, .why = "these programs read the kernel's own records" },
	{ "sys_ptrace", CAP_SYS_PTRACE, POWER_LOOK,
	  .why = "descriptors, programs and waits of other users' processes" },
	{ "dac_read_search", CAP_DAC_READ_SEARCH, POWER_LOOK,
	  .why = "files of tracefs, of container runtimes and of other users' processes" },
	{ "dac_override", CAP_DAC_OVERRIDE, POWER_LOOK, .stands_in = true,
	  .why = "descriptors of other users' processes, where dac_read_search was not given (docker gives this one)" },
	{ "sys_admin", CAP_SYS_ADMIN, POWER_ENTER,
	  .why = "enters network namespaces, mounts tracefs for itself alone" },
	{ "net_admin", CAP_NET_ADMIN, POWER_ENTER | POWER_TRACK,
	  .why = "asks a socket for its namespace, where nothing else leads there; reads conntrack's table" },
	{ "net_admin", CAP_NET_ADMIN, POWER_RECLAIM, .why = "destroys the sockets that a plan names" },
	{ "sys_admin", CAP_SYS_ADMIN, POWER_RECLAIM,
	  .why = "makes the network namespace in which that is tried before" },
	{ "setuid", CAP_SETUID, POWER_LISTEN, .at_need = true, .why = "becomes another user before it serves" },
	{ "setgid", CAP_SETGID, POWER_LISTEN, .at_need = true, .why = "the same, for its group" },
	{ "chown", CAP_CHOWN, POWER_LISTEN, .at_need = true, .why = "the folder of a hub becomes that user's" },
	{ "chown", CAP_CHOWN, POWER_FETCH, .at_need = true,
	  .why = "the folder of fetched debugging information becomes the user's who fetches it" },
	{ "setuid", CAP_SETUID, POWER_LOOK, .at_need = true,
	  .why = "a child takes on a container's user before it reads that user's files" },
	{ "setgid", CAP_SETGID, POWER_LOOK, .at_need = true, .why = "the same child, for its group" },
	{ "dac_read_search", CAP_DAC_READ_SEARCH, POWER_FOREIGN, .at_need = true,
	  .why = "opens the file that was named" },
	{ "dac_override", CAP_DAC_OVERRIDE, POWER_KEEP, .at_need = true, .why = "writes the file that was named" },
	{ 0 },
};

const struct power_row *power_rows(void)
{
	return rows;
}

struct sets {
	struct __user_cap_header_struct header;
	struct __user_cap_data_struct data[2];
};

static bool sets_read(struct sets *s)
{
	*s = (struct sets){ .header.version = _LINUX_CAPABILITY_VERSION_3 };
	return !syscall(SYS_capget, &s->header, s->data);
}

bool power_is_kept(unsigned capability)
{
	struct sets s;

	return sets_read(&s) && s.data[capability / 32].permitted >> capability % 32 & 1;
}

/* The kernel lets a process look into those alone that have no right more than itself, unless it has CAP_SYS_PTRACE. So
 * in a container that was not given it, all is kept while we look: what is dropped would hide who holds the sockets. */
static bool looks_as_an_equal(const struct sets *s, unsigned needs)
{
	return needs & POWER_LOOK && !(s->data[0].permitted >> CAP_SYS_PTRACE & 1);
}

static void sets_keep(struct sets *s, unsigned needs)
{
	struct __user_cap_data_struct keep[2] = { 0 };
	bool reads = s->data[0].permitted >> CAP_DAC_READ_SEARCH & 1;

	for (const struct power_row *row = rows; row->name; row++) {
		if (row->stands_in && reads)
			continue;
		uint32_t bit = needs & row->needs ? 1U << row->capability % 32 : 0;
		keep[row->capability / 32].permitted |= bit;
		keep[row->capability / 32].effective |= row->at_need ? 0 : bit;
	}
	for (size_t i = 0; i < ARRAY_SIZE(keep); i++) {
		s->data[i].permitted &= keep[i].permitted;
		s->data[i].effective = s->data[i].permitted & keep[i].effective;
		s->data[i].inheritable = 0;
	}
}

void power_drop(unsigned needs)
{
	struct sets s;

	if (needs & POWER_ALL)
		return;
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	if (!sets_read(&s) || looks_as_an_equal(&s, needs))
		return;
	sets_keep(&s, needs);
	syscall(SYS_capset, &s.header, s.data);
}

static bool is_aside(unsigned capability)
{
	bool aside = false;

	for (const struct power_row *row = rows; row->name; row++)
		aside |= row->capability == capability && row->at_need;
	return aside;
}

static void aside_set(bool raise)
{
	struct sets s;

	if (!sets_read(&s))
		return;
	for (unsigned c = 0; c < 64; c++) {
		uint32_t bit = is_aside(c) ? 1U << c % 32 : 0;
		if (raise)
			s.data[c / 32].effective |= s.data[c / 32].permitted & bit;
		else
			s.data[c / 32].effective &= ~bit;
	}
	syscall(SYS_capset, &s.header, s.data);
}

void power_raise(void)
{
	aside_set(true);
}

void power_lower(void)
{
	aside_set(false);
}
