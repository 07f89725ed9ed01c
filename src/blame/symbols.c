#include "symbols.h"
#include "elf.h"
#include <errno.h>

static bool is_libc(const struct image_file *f)
{
	const char *slash = strrchr(f->path, '/');

	return slash &&
	       (starts_with(slash, "/libc.so") || starts_with(slash, "/libc-2.") || starts_with(slash, "/libpthread"));
}

static int find_in(const struct image_file *f, const char *name, uint64_t *ret_address)
{
	uint64_t offset;
	int err = elf_symbol_find(f->fd, name, &offset);

	if (!err)
		*ret_address = f->start + offset;
	return err;
}

static int find(void *context, bool of_libc, const char *name, uint64_t *ret_address)
{
	const struct symbol_files *files = context;

	if (!of_libc)
		return find_in(files->file, name, ret_address);
	array_each (&files->image->files, f)
		if (is_libc(f) && !find_in(f, name, ret_address))
			return 0;
	return -ENOENT;
}

static int find_thread_variable(void *context, const char *name, uint64_t *ret_slot, uint64_t *ret_offset)
{
	const struct symbol_files *files = context;
	uint64_t slot;
	int err = elf_thread_variable_find(files->file->fd, name, &slot, ret_offset);

	if (!err)
		*ret_slot = files->file->start + slot;
	return err;
}

/* Offsets in the file into addresses. */
struct moved {
	uint64_t start;
	void (*take)(void *to, const char *name, uint64_t address);
	void *to;
};

static void take_moved(void *context, const char *name, uint64_t offset)
{
	const struct moved *m = context;

	m->take(m->to, name, m->start + offset);
}

static void each(void *context, const char *prefix, void (*take)(void *to, const char *name, uint64_t address),
                 void *to)
{
	const struct symbol_files *files = context;
	struct moved m = { files->file->start, take, to };

	elf_symbols_each(files->file->fd, prefix, take_moved, &m);
}

struct symbols symbols_of_files(struct symbol_files *files)
{
	return (struct symbols){ find, find_thread_variable, each, files };
}
