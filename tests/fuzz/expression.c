/* What people type: an expression, and a list of fields behind the first newline. */
#include "fuzz.h"
#include "../unit/scene.h"
#include "model/filter/filter.h"
#include "model/group.h"

static void match_all(const struct filter *f, const struct moment *m)
{
	filter_wants(f);
	array_each (&m->sockets, s)
		filter_match(f, m, s);
}

static void group_by(const char *list, const struct moment *m, struct arena *arena)
{
	field_list fields = { 0 };
	struct groups groups;
	const char *wrong = NULL;

	if (!field_list_parse(list, true, arena, &fields, &wrong) && fields.count) {
		groups_init(&groups, &fields);
		array_each (&m->sockets, s)
			groups_add(&groups, m, s);
		groups_sort(&groups, list, &wrong);
		groups_free(&groups);
	}
	array_free(&fields);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct fuzz_input in = { bytes, length };
	cleanup(moment_cleanup) struct moment *m = scene_new();
	cleanup(cleanup_free) char *text = fuzz_text(&in, SIZE_MAX);
	char *list = strchr(text, '\n');
	struct filter_error error = { 0 };
	struct filter *f = NULL;

	if (list)
		*list++ = '\0';
	if (!filter_compile(text, m->arena, &f, &error))
		match_all(f, m);
	else if (!error.message || !error.column || error.column > strlen(text) + 1)
		abort();
	if (list)
		group_by(list, m, m->arena);
	return 0;
}
