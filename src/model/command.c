#include "command.h"

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

static bool has_only(const char *s, const char *allowed)
{
	return !s[strspn(s, allowed)];
}

/* systemd's VALID_CHARS; a backslash begins an escape. */
static bool is_unit_name(const char *name)
{
	return *name && *name != '-' && strlen(name) < 256 && has_only(name, LETTERS ":_.@-\\");
}

const char *command_restart(const struct process *p, struct arena *arena)
{
	const char *dot = p->unit ? strrchr(p->unit, '.') : NULL;

	if (!p->unit_is_system || p->container || !dot || !streq(dot, ".service") || !is_unit_name(p->unit))
		return NULL;
	/* The shell would take a backslash for itself. */
	return arena_printf(arena, strchr(p->unit, '\\') ? "systemctl restart '%s'" : "systemctl restart %s", p->unit);
}

bool command_path_is_plain(const char *path)
{
	return *path == '/' && has_only(path, LETTERS "/_.-");
}
