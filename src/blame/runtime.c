#include "runtime.h"

static const struct {
	const char *prefix; /* of the file's name */
	bool program;       /* it is the program itself, else any file that is mapped */
	const char *name, *why;
} unread[] = {
	{ "libjvm.so", false, "java", "frames of HotSpot are not read yet" },
	{ "libj9vm", false, "java", "frames of OpenJ9 are not read yet" },
	{ "libcoreclr.so", false, "dotnet", "frames of .NET are not read yet" },
	{ "libmonosgen", false, "mono", "frames of Mono are not read yet" },
	{ "node", true, "node", "frames of JavaScript are not read yet" },
	{ "libnode.so", false, "node", "frames of JavaScript are not read yet" },
	{ "bun", true, "bun", "frames of JavaScript are not read yet" },
	{ "deno", true, "deno", "frames of JavaScript are not read yet" },
	{ "php", true, "php", "frames of PHP are not read yet" },
	{ "libphp", false, "php", "frames of PHP are not read yet" },
	{ "perl", true, "perl", "frames of Perl are not read yet" },
	{ "libperl.so", false, "perl", "frames of Perl are not read yet" },
	{ "ruby", true, "ruby", "frames of Ruby are not read yet" },
	{ "libruby", false, "ruby", "frames of Ruby are not read yet" },
	{ "beam.smp", true, "erlang", "frames of Erlang are not read yet" },
	{ "luajit", true, "lua", "frames of Lua are not read yet" },
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

/* "3.11" in "libpython3.11.so.1.0" and "python3.11"; plain "python3" leaves it open. */
static bool is_python(const char *name, unsigned *ret_minor)
{
	const char *at = starts_with(name, "lib") ? name + 3 : name;
	char *end;

	if (!starts_with(at, "python3"))
		return false;
	*ret_minor = at[7] == '.' ? (unsigned)strtoul(at + 8, &end, 10) : 0;
	return true;
}

/* A shared libpython has the runtime; the program beside it has none. */
static bool find_python(const struct image *image, struct runtime *ret)
{
	unsigned minor = 0;

	array_each (&image->files, f) {
		bool shared = starts_with(name_of(f->path), "libpython");
		if (!f->runs || !is_python(name_of(f->path), &minor) || (!shared && !is_program(image, f)))
			continue;
		*ret = (struct runtime){ RUNTIME_PYTHON, "python 3", NULL, f, minor };
		if (shared)
			return true;
	}
	return ret->kind == RUNTIME_PYTHON;
}

static bool find_unread(const struct image *image, struct runtime *ret)
{
	for (size_t i = 0; i < ARRAY_SIZE(unread); i++) {
		array_each (&image->files, f) {
			if (!f->runs || !starts_with(name_of(f->path), unread[i].prefix) ||
			    (unread[i].program && !is_program(image, f)))
				continue;
			*ret = (struct runtime){ RUNTIME_UNREAD, unread[i].name, unread[i].why, f, 0 };
			return true;
		}
	}
	return false;
}

struct runtime runtime_of(const struct image *image)
{
	struct runtime r = { .kind = RUNTIME_NATIVE, .name = "native" };

	if (!find_python(image, &r))
		find_unread(image, &r);
	return r;
}
