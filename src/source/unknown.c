#include "unknown.h"
#include "privilege.h"
#include "proc.h"
#include <errno.h>

static const struct {
	const char *what;
	bool names_only;
} kinds[] = {
	[UNKNOWN_SETTINGS] = { "settings of network namespaces" },
	[UNKNOWN_COUNTERS] = { "counters of network namespaces" },
	[UNKNOWN_HOST_LIMITS] = { "limits of this host" },
	[UNKNOWN_NAMESPACES] = { "network namespaces that only a mount keeps" },
	[UNKNOWN_PROCESSES] = { "descriptors, limits or state of processes" },
	[UNKNOWN_THREADS] = { "what threads of processes do" },
	[UNKNOWN_NAMES] = { "command lines or names of processes", .names_only = true },
	[UNKNOWN_BOOT] = { "which boot of which host this is", .names_only = true },
	[UNKNOWN_FILES] = { "files that set sysctls at boot", .names_only = true },
};

static bool unknown_is_told(const struct moment *m, const char *what)
{
	array_each (&m->coverage.gaps, g)
		if (streq(g->what, what))
			return true;
	return false;
}

void unknown_tell(struct moment *m, enum unknown kind, const char *where, int err)
{
	bool denied = err == -EPERM || err == -EACCES;
	const char *what = kinds[kind].what, *why;

	if (!err || unknown_is_told(m, what))
		return;
	why = arena_printf(m->arena, "%s: %s", where, strerror(-err));
	if (kinds[kind].names_only)
		moment_gap_names(m, what, why);
	else
		moment_gap(m, what, why, denied ? privilege_mend(m->arena) : NULL);
}

void unknown_tell_process(struct moment *m, enum unknown kind, uint32_t pid, const char *file, int err)
{
	char where[64];

	if (!err || err == -ENOENT || err == -ESRCH)
		return;
	snprintf(where, sizeof(where), "/proc/%u/%s", pid, file);
	unknown_tell(m, kind, where, err);
}
