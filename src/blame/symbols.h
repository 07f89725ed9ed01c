/* Where things stand in a process by their names: told by the files that are mapped in it, or by a kept capture. */
#pragma once
#include "model/image.h"

struct symbols {
	/* The address of a symbol of the runtime's file, or of the C library. 0 or -ENOENT. */
	int (*find)(void *context, bool of_libc, const char *name, uint64_t *ret_address);
	/* A variable of each thread: see elf_thread_variable_find(); `ret_slot` is an address. */
	int (*find_thread_variable)(void *context, const char *name, uint64_t *ret_slot, uint64_t *ret_offset);
	/* Each symbol of the runtime's file whose name begins so, with its address. */
	void (*each)(void *context, const char *prefix, void (*take)(void *to, const char *name, uint64_t address),
	             void *to);
	void *context;
};

static inline int symbols_find(const struct symbols *s, const char *name, uint64_t *ret_address)
{
	return s->find(s->context, false, name, ret_address);
}

static inline int symbols_find_of_libc(const struct symbols *s, const char *name, uint64_t *ret_address)
{
	return s->find(s->context, true, name, ret_address);
}

/* Of an image, for symbols_of_files(). */
struct symbol_files {
	const struct image *image;
	const struct image_file *file; /* that has the runtime */
};

/* `files` stays the caller's and where it is. */
struct symbols symbols_of_files(struct symbol_files *files);
