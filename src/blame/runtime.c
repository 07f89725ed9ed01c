#include "runtime.h"

/* A library before the program that has it: it has the code. */
static const struct row {
	const char *prefix; /* of the file's name */
	bool program;       /* it is the program itself, else any file that is mapped */
	const char *name;
	const struct interpreter_kind *interpreter; /* NULL: */
	const char *why;
	bool node; /* or it is Node, whose calls are kept by node.bpf.c */
} rows[] = {
	{ "libpython3", false, "python", &interpreter_python },
	{ "python3", true, "python", &interpreter_python },
	{ "libjvm.so", false, "java", NULL, "this version of HotSpot is not known here: 11 to 21 and 25 are" },
	{ "libj9vm", false, "java", NULL, "frames of OpenJ9 are not read yet" },
	{ "libcoreclr.so", false, "dotnet", NULL, "frames of .NET are not read yet" },
	{ "libmonosgen", false, "mono", NULL, "frames of Mono are not read yet" },
	{ "libnode.so", false, "node", .node = true },
	{ "node", true, "node", .node = true },
	{ "bun", true, "bun", NULL, "frames of JavaScript are not read yet" },
	{ "deno", true, "deno", NULL, "frames of JavaScript are not read yet" },
	{ "libphp", false, "php", &interpreter_php },
	{ "php", true, "php", &interpreter_php },
	{ "libperl.so", false, "perl", &interpreter_perl },
	{ "perl", true, "perl", &interpreter_perl },
	{ "libruby", false, "ruby", &interpreter_ruby },
	{ "ruby", true, "ruby", &interpreter_ruby },
	{ "beam.smp", true, "erlang", NULL, "frames of Erlang are not read yet" },
	{ "luajit", true, "lua", NULL, "frames of Lua are not read yet" },
};

static const char *name_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static bool is_program(const struct image *image, const struct image_file *f)
{
	return image->exe && streq(image->exe, f->path);
}

static const struct image_file *find_file(const struct image *image, const struct row *row)
{
	array_each (&image->files, f)
		if (f->runs && starts_with(name_of(f->path), row->prefix) && (!row->program || is_program(image, f)))
			return f;
	return NULL;
}

struct runtime runtime_of(const struct image *image)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct image_file *f = find_file(image, &rows[i]);
		if (f)
			return (struct runtime){ rows[i].interpreter ? RUNTIME_INTERPRETED
				                 : rows[i].node      ? RUNTIME_NODE
				                                     : RUNTIME_UNREAD,
				                 rows[i].name, rows[i].why, rows[i].interpreter, f };
	}
	return (struct runtime){ .kind = RUNTIME_NATIVE, .name = "native" };
}

bool runtime_may_be_interpreted(const char *maps)
{
	char name[64];

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		snprintf(name, sizeof(name), "/%s", rows[i].prefix);
		if ((rows[i].interpreter || rows[i].node) && strstr(maps, name))
			return true;
	}
	return false;
}
