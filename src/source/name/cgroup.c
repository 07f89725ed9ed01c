#include "cgroup.h"
#include "base/memory.h"
#include <ctype.h>

enum { ID_LENGTH = 64, POD_UID_LENGTH = 36 };

/* A piece of a path, not ended by a NUL byte. */
struct piece {
	const char *s;
	size_t length;
};

static bool piece_starts(struct piece p, const char *prefix)
{
	return p.length >= strlen(prefix) && !memcmp(p.s, prefix, strlen(prefix));
}

static bool piece_ends(struct piece p, const char *suffix)
{
	size_t n = strlen(suffix);

	return p.length > n && !memcmp(p.s + p.length - n, suffix, n);
}

static struct piece piece_cut(struct piece p, size_t front, size_t back)
{
	return (struct piece){ p.s + front, p.length - front - back };
}

static bool is_id(struct piece p)
{
	if (p.length != ID_LENGTH)
		return false;
	for (size_t i = 0; i < p.length; i++)
		if (!isxdigit((unsigned char)p.s[i]))
			return false;
	return true;
}

/* `docker-ID.scope`, `cri-containerd-ID.scope`, `libpod-ID.scope`, `…:cri-containerd:ID`, `ID`. The monitor
 * beside a container (conmon) carries the container's id and is none. */
static struct piece find_id(struct piece p)
{
	if (piece_ends(p, ".scope"))
		p = piece_cut(p, 0, strlen(".scope"));
	if (p.length < ID_LENGTH)
		return (struct piece){ 0 };
	struct piece id = piece_cut(p, p.length - ID_LENGTH, 0);
	struct piece before = { p.s, p.length - ID_LENGTH };
	bool joint = !before.length || piece_ends(before, "-") || piece_ends(before, ":");

	if (!is_id(id) || !joint || piece_ends(before, "conmon-"))
		return (struct piece){ 0 };
	return id;
}

/* The byte that `\xHH` stands for; 0 if this is something else (systemd never writes \x00). */
static char escaped_byte(const char *s)
{
	char hex[3] = { 0 };

	if (s[0] != '\\' || s[1] != 'x' || !isxdigit((unsigned char)s[2]) || !isxdigit((unsigned char)s[3]))
		return '\0';
	memcpy(hex, s + 2, 2);
	return (char)strtoul(hex, NULL, 16);
}

/* systemd writes bytes that a unit's name may not hold as \xHH. NULL: there is no name. */
static char *unescape(struct arena *arena, struct piece p)
{
	char *out = arena_strndup(arena, p.s, p.length), *w = out;

	for (const char *r = out; *r; w++) {
		char byte = escaped_byte(r);
		*w = byte ? byte : *r;
		r += byte ? 4 : 1;
	}
	*w = '\0';
	return *out ? out : NULL;
}

/* Containers that are known by name: lxc, lxd, nspawn. `next` is the path's next piece. */
static char *find_name(struct arena *arena, struct piece p, struct piece next)
{
	static const char nspawn[] = "systemd-nspawn@", machine[] = "machine-", payload[] = "lxc.payload.";

	if (piece_starts(p, payload) && p.length > strlen(payload))
		return unescape(arena, piece_cut(p, strlen(payload), 0));
	if (next.length && ((p.length == 3 && piece_starts(p, "lxc")) ||
	                    (p.length == strlen(payload) - 1 && piece_starts(p, "lxc.payload"))))
		return unescape(arena, next);
	if (piece_starts(p, nspawn) && piece_ends(p, ".service"))
		return unescape(arena, piece_cut(p, strlen(nspawn), strlen(".service")));
	if (piece_starts(p, machine) && piece_ends(p, ".scope"))
		return unescape(arena, piece_cut(p, strlen(machine), strlen(".scope")));
	return NULL;
}

/* `pod2b1e….slice`, `kubepods-burstable-pod2b1e_….slice`: 8-4-4-4-12 hex digits behind "pod". A static pod of
 * kubelet has 32 digits in one piece. */
static char *find_pod(struct arena *arena, struct piece p)
{
	const char *s = NULL;
	size_t length = 0;

	for (size_t i = 0; i + 3 < p.length && !s; i++)
		if (!memcmp(p.s + i, "pod", 3) && isxdigit((unsigned char)p.s[i + 3]) && (!i || p.s[i - 1] == '-'))
			s = p.s + i + 3;
	if (!s)
		return NULL;
	while (s + length < p.s + p.length && (isxdigit((unsigned char)s[length]) || strchr("-_", s[length])))
		length++;
	if (length != POD_UID_LENGTH && length != POD_UID_LENGTH - 4)
		return NULL;
	char *uid = arena_strndup(arena, s, length);
	for (char *c = uid; *c; c++)
		*c = *c == '_' ? '-' : *c;
	return uid;
}

static struct piece piece_at(const char *s)
{
	return (struct piece){ s, strcspn(s, "/") };
}

/* The system manager's own: below system.slice, with nothing but slices between. What is further below is made by the
 * unit, or by a user that it was given to, and may be called anything. */
static bool is_system_unit(const char *path, struct piece p)
{
	struct piece slice = piece_at(path + (*path == '/'));

	if (!piece_ends(p, ".service") || slice.length != strlen("system.slice") ||
	    !piece_starts(slice, "system.slice"))
		return false;
	while (slice.s != p.s && piece_ends(slice, ".slice"))
		slice = piece_at(slice.s + slice.length + 1);
	return slice.s == p.s;
}

/* A unit's name is the first in its path; only what holds another manager has more of them: a user's session, and a
 * container that is a unit. */
static bool holds_units(const char *unit)
{
	return !unit || starts_with(unit, "user@") || starts_with(unit, "systemd-nspawn@");
}

static void take_piece(struct cgroup *c, struct arena *arena, struct piece p, struct piece next)
{
	struct piece id = find_id(p);
	char *pod = find_pod(arena, p), *name = find_name(arena, p, next);

	if (pod)
		c->pod_uid = pod;
	if (id.s || name) {
		c->container = id.s ? arena_strndup(arena, id.s, id.length) : name;
		c->named = !id.s;
		c->unit = NULL; /* what is inside counts */
	}
	bool is_unit = piece_ends(p, ".service") || piece_ends(p, ".scope");
	if (id.s || !is_unit || !holds_units(c->unit) || (name && piece_starts(p, "machine-")))
		return;
	c->unit = arena_strndup(arena, p.s, p.length);
	c->unit_is_system = is_system_unit(c->path, p);
}

static void take_path(struct cgroup *c, struct arena *arena)
{
	for (const char *s = c->path; *s;) {
		s += *s == '/';
		struct piece p = piece_at(s);
		s += p.length;
		take_piece(c, arena, p, *s ? piece_at(s + 1) : (struct piece){ 0 });
	}
}

/* How much a hierarchy is worth: v2, then systemd's own, then one that any runtime uses. */
static int hierarchy_rank(const char *controllers)
{
	if (!*controllers)
		return 3;
	return streq(controllers, "name=systemd") ? 2 : 1;
}

static void take_line(char *line, struct arena *arena, struct cgroup *c, int *best)
{
	char *controllers = strchr(line, ':'), *path = controllers ? strchr(controllers + 1, ':') : NULL;
	struct cgroup here = { 0 };

	if (!path)
		return;
	*path++ = '\0';
	controllers++;
	if (streq(controllers, "freezer"))
		c->freezer = arena_strdup(arena, path);
	if (streq(path, "/"))
		return;
	here.path = path;
	take_path(&here, arena);
	/* A path that names a container beats one that does not; other v1 hierarchies name nothing else. */
	int worth = hierarchy_rank(controllers) + (here.container ? 4 : 0);
	if (worth <= *best || worth == 1)
		return;
	*best = worth;
	here.path = arena_strdup(arena, path);
	here.freezer = c->freezer;
	here.unified = !*controllers;
	*c = here;
}

void cgroup_parse(const char *text, struct arena *arena, struct cgroup *ret)
{
	cleanup(cleanup_free) char *copy = memory_strdup(text);
	char *rest = NULL;
	int best = 0;

	*ret = (struct cgroup){ 0 };
	for (char *line = strtok_r(copy, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
		take_line(line, arena, ret, &best);
}
