/* Which source works here, and one look through it. */
#include "source.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/parse.h"
#include <errno.h>
#include <sys/utsname.h>

struct source {
	const struct source_kind *kind;
	struct source_request request;
	void *state;
};

/* Best first. */
static const struct source_kind *const kinds[] = { &source_bpf };

int source_open(const struct source_request *request, struct arena *arena, struct source **ret, struct gap *ret_why)
{
	int err = -ENOENT;

	*ret_why = (struct gap){ "the sockets of this host", "there is no source of that name", NULL };
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		void *state;
		if (request->force && !streq(request->force, kinds[i]->name))
			continue;
		err = kinds[i]->open(request, arena, &state, ret_why);
		if (err)
			continue;
		struct source *s = memory_zeroed(sizeof(*s));
		*s = (struct source){ .kind = kinds[i], .request = *request, .state = state };
		*ret = s;
		return 0;
	}
	return err;
}

static const char *boot_id(struct arena *arena)
{
	TEXT_CLEANUP id = { 0 };

	if (file_read("/proc/sys/kernel/random/boot_id", 64, &id) || !id.length)
		return NULL;
	return arena_strndup(arena, id.bytes, strcspn(id.bytes, "\n"));
}

int source_look(struct source *s, struct moment *m)
{
	struct utsname name;

	m->taken_unix_ms = clock_unix_ms();
	m->taken_boot_ns = clock_boot_ns();
	m->source = s->kind->name;
	m->scope_all = s->request.scope == SCOPE_ALL;
	m->boot_id = boot_id(m->arena);
	if (!uname(&name)) {
		m->host = arena_strdup(m->arena, name.nodename);
		m->kernel = arena_strdup(m->arena, name.release);
	}
	return s->kind->look(s->state, &s->request, m);
}

void source_close(struct source *s)
{
	if (!s)
		return;
	s->kind->close(s->state);
	free(s);
}

void source_cleanup(struct source **s)
{
	source_close(*s);
}
