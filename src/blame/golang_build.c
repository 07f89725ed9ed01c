#include "golang_build.h"
#include "own.h"

enum {
	HEAD = 32, /* "\xff Go buildinf:", bytes of a pointer, flags; then two pointers, or nothing */
	POINTER_AT = 14,
	FLAGS_AT = 15,
	INLINE = 2, /* of the flags: the texts follow, since Go 1.18 */
	TEXT_MOST = 1 << 20,
	MARK = 16, /* around the modules stand 16 bytes that a search would find */
};

static char *take_text(const struct memory *m, uint64_t at, uint64_t length)
{
	cleanup(cleanup_free) char *text = NULL;

	if (!at || !length || length > TEXT_MOST)
		return NULL;
	text = memory_zeroed(length + 1);
	return memory_read(m, at, text, length) ? NULL : take_ptr(text);
}

/* A string of Go: where it points, and its length. */
static char *take_string(const struct memory *m, uint64_t at)
{
	uint64_t words[2];

	return !at || memory_read(m, at, words, sizeof(words)) ? NULL : take_text(m, words[0], words[1]);
}

/* A length in groups of seven bits, then so many bytes. */
static char *take_inline(const struct memory *m, uint64_t *at)
{
	uint64_t length = 0;
	uint8_t byte = 0x80;

	for (unsigned shift = 0; byte & 0x80 && shift < 28; shift += 7) {
		if (memory_read(m, (*at)++, &byte, 1))
			return NULL;
		length |= (uint64_t)(byte & 0x7f) << shift;
	}
	char *text = take_text(m, *at, length);
	*at += length;
	return text;
}

/* The value of "build\tKEY=VALUE", and how long it is. */
static const char *find_setting(const char *modules, const char *key, size_t *ret_length)
{
	for (const char *line = modules; line && *line; line += strcspn(line, "\n"), line += *line == '\n') {
		if (!starts_with(line, "build\t") || !starts_with(line + 6, key) || line[6 + strlen(key)] != '=')
			continue;
		const char *value = line + 6 + strlen(key) + 1;
		*ret_length = strcspn(value, "\n");
		return value;
	}
	return NULL;
}

static void read_revision(struct golang_build *b)
{
	size_t length = 0;
	const char *value = find_setting(b->modules, "vcs.revision", &length);

	if (value && length < sizeof(b->revision) && strspn(value, "0123456789abcdef") >= length)
		memcpy(b->revision, value, length);
	value = find_setting(b->modules, "vcs.modified", &length);
	b->modified = value && length == 4 && !memcmp(value, "true", 4);
}

void golang_build_read(const struct memory *m, const struct elf_place *place, struct golang_build *ret)
{
	static const char magic[] = "\xff Go buildinf:";
	uint8_t head[HEAD];
	uint64_t pointers[2], at = place->offset + HEAD;

	*ret = (struct golang_build){ .modified = false };
	if (place->bytes < HEAD || memory_read(m, place->offset, head, HEAD) || memcmp(head, magic, sizeof(magic) - 1))
		return;
	memcpy(pointers, head + 16, sizeof(pointers));
	bool follows = head[FLAGS_AT] & INLINE;
	if (!follows && head[POINTER_AT] != sizeof(*pointers))
		return;
	cleanup(cleanup_free) char *version = follows ? take_inline(m, &at) : take_string(m, pointers[0]);
	cleanup(cleanup_free) char *modules = follows ? take_inline(m, &at) : take_string(m, pointers[1]);
	if (version && starts_with(version, "go"))
		snprintf(ret->version, sizeof(ret->version), "%.*s", (int)strcspn(version + 2, " -\t\n"), version + 2);
	size_t length = modules ? strlen(modules) : 0;
	if (length > 2 * MARK)
		ret->modules = memory_strndup(modules + MARK, length - 2 * MARK);
	read_revision(ret);
}

/* "example.com/shop/db" of "example.com/shop/db.(*Pool).Get[go.shape.int]" */
static size_t package_length(const char *function)
{
	size_t length = strcspn(function, "[("), at = 0;

	for (size_t i = 0; i < length; i++)
		if (function[i] == '/')
			at = i + 1;
	return at + strcspn(function + at, ".");
}

static bool is_within(const char *package, size_t length, const char *module, size_t module_length)
{
	return module_length && length >= module_length && !memcmp(package, module, module_length) &&
	       (length == module_length || package[module_length] == '/');
}

/* The module that this package is of. `ret_own`: it is what was built, or stands in a folder beside it. */
static size_t find_module(const char *modules, const char *package, size_t length, const char **ret, bool *ret_own)
{
	size_t best = 0;

	for (const char *line = modules; line && *line; line += strcspn(line, "\n"), line += *line == '\n') {
		bool built = starts_with(line, "mod\t");
		if (!built && !starts_with(line, "dep\t"))
			continue;
		const char *path = line + 4, *next = line + strcspn(line, "\n");
		size_t path_length = strcspn(path, "\t\n");
		if (path_length <= best || !is_within(package, length, path, path_length))
			continue;
		best = path_length;
		*ret = path;
		*ret_own = built || starts_with(path + path_length, "\t(devel)") || starts_with(next, "\n=>\t.") ||
		           starts_with(next, "\n=>\t/");
	}
	return best;
}

void golang_judge(const struct golang_build *b, struct frame *f)
{
	size_t length = package_length(f->function), module;
	const char *name = f->function;

	f->own = length == 4 && !memcmp(name, "main", 4);
	if (*f->file == '<') { /* what the compiler puts between a method and its caller */
		f->own = false;
		snprintf(f->library, sizeof(f->library), "%.*s", STACK_LIBRARY - 1, f->file);
	} else if (!f->own && !b->modules) {
		own_judge_native(f, "", NULL);
	} else if (!f->own) {
		bool own = false;
		module = find_module(b->modules, f->function, length, &name, &own);
		f->own = module && own;
		if (!f->own)
			snprintf(f->library, sizeof(f->library), "%.*s", (int)(module ?: length), name);
	}
}
