#include "users.h"
#include "base/parse.h"
#include <inttypes.h>

static int compare_users(const void *a, const void *b)
{
	return CMP(((const struct user_name *)a)->uid, ((const struct user_name *)b)->uid);
}

enum { NAME, PASSWORD, UID, GID, COMMENT, HOME, FIELDS };

struct field {
	const char *s;
	size_t length;
};

/* name:password:uid:gid:comment:home:shell */
static size_t split(const char *line, struct field fields[FIELDS])
{
	size_t count = 0;

	for (const char *s = line; count < FIELDS; s++) {
		fields[count] = (struct field){ s, strcspn(s, ":\n") };
		s += fields[count++].length;
		if (*s != ':')
			break;
	}
	return count;
}

static void take_line(struct users *u, const char *line, struct arena *arena)
{
	struct field f[FIELDS];
	char number[12] = { 0 };
	uint64_t uid;

	if (split(line, f) < FIELDS || !f[NAME].length || f[UID].length >= sizeof(number))
		return;
	memcpy(number, f[UID].s, f[UID].length);
	if (parse_u64(number, &uid) || uid > UINT32_MAX)
		return;
	*array_push(&u->names) = (struct user_name){
		.uid = (uint32_t)uid,
		.name = arena_strndup(arena, f[NAME].s, f[NAME].length),
		.home = arena_strndup(arena, f[HOME].s, f[HOME].length),
	};
}

void users_parse(struct users *u, const char *text, struct arena *arena)
{
	for (const char *line = text; *line;) {
		size_t length = strcspn(line, "\n");
		take_line(u, line, arena);
		line += length;
		line += *line == '\n';
	}
	array_sort(&u->names, compare_users);
}

static const struct user_name *find(const struct users *u, uint32_t uid)
{
	struct user_name key = { .uid = uid };

	return u->names.count ? bsearch(&key, u->names.items, u->names.count, sizeof(key), compare_users) : NULL;
}

const char *users_name(const struct users *u, uint32_t uid, struct arena *arena)
{
	const struct user_name *found = find(u, uid);

	return found ? found->name : arena_printf(arena, "%" PRIu32, uid);
}

const char *users_home(const struct users *u, uint32_t uid)
{
	const struct user_name *found = find(u, uid);

	return found ? found->home : NULL;
}

void users_free(struct users *u)
{
	array_free(&u->names);
}
