#include "operator.h"
#include "base/file.h"
#include "source/proc.h"

enum { ANCESTORS_MOST = 64, STAT_BYTES = 4096, ENVIRON_BYTES = 256 * 1024 };

/* "client 50122 server 22": sshd(8). */
static bool session_parse(const char *text, struct tie *ret)
{
	char here[64], there[64];
	unsigned here_port, there_port;

	if (sscanf(text, "%63s %u %63s %u", there, &there_port, here, &here_port) != 4)
		return false;
	*ret = (struct tie){ .here.port = (uint16_t)here_port, .there.port = (uint16_t)there_port };
	return !addr_parse(here, &ret->here.addr) && !addr_parse(there, &ret->there.addr);
}

static void add_session(struct reclaimer *r, const char *text)
{
	struct tie tie;

	if (session_parse(text, &tie))
		*array_push(&r->sessions) = tie;
}

/* Variables end with a NUL byte each. */
static void read_environ(struct reclaimer *r, uint32_t pid)
{
	static const char name[] = "SSH_CONNECTION=";
	TEXT_CLEANUP all = { 0 };
	char path[64];

	snprintf(path, sizeof(path), "/proc/%u/environ", pid);
	if (file_read(path, ENVIRON_BYTES, &all))
		return;
	for (size_t at = 0; at < all.length; at += strlen(all.bytes + at) + 1)
		if (starts_with(all.bytes + at, name))
			add_session(r, all.bytes + at + sizeof(name) - 1);
}

static uint32_t parent_of(uint32_t pid)
{
	TEXT_CLEANUP text = { 0 };
	struct proc_stat stat;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%u/stat", pid);
	return file_read(path, STAT_BYTES, &text) || proc_stat_parse(text.bytes, &stat) ? 0 : stat.ppid;
}

void reclaimer_find(struct reclaimer *ret)
{
	const char *session = getenv("SSH_CONNECTION");

	*ret = (struct reclaimer){ .uid = getuid(), .may_all = !getuid(), .pid = (uint32_t)getpid() };
	if (session)
		add_session(ret, session);
	for (uint32_t pid = parent_of(ret->pid); pid && ret->ancestors.count < ANCESTORS_MOST; pid = parent_of(pid)) {
		*array_push(&ret->ancestors) = pid;
		read_environ(ret, pid);
	}
}
