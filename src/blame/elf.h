/* Symbols and sections of an ELF file behind a descriptor. The file is another's: libelf checks what it reads, and this
 * runs where nothing is to be had (see decoder.h). */
#pragma once
#include "base/util.h"
#include "model/image.h"

/* The value of a defined symbol, less the address that the file's first segment asks for: what to add to the address at
 * which the file begins in memory. 0 or -ENOENT, -EBADF. */
int elf_symbol_find(int fd, const char *name, uint64_t *ret_offset);

struct elf_place {
	uint64_t offset, bytes; /* offset: as that of a symbol */
};

/* A section that stands in memory, by its name. 0 or -ENOENT, -EBADF. */
int elf_section_find(int fd, const char *name, struct elf_place *ret);

/* Where a variable of each thread is (ruby_current_ec), of a shared library: `slot` has the number of the library among
 * those with such variables, `offset` is its place in what the library has of them. 0 or -ENOENT, -EBADF. */
int elf_thread_variable_find(int fd, const char *name, uint64_t *ret_slot, uint64_t *ret_offset);

/* Where in the file stands what is at this offset in memory (as that of a symbol). 0 or -ENOENT, -EBADF. */
int elf_file_offset(int fd, uint64_t offset, uint64_t *ret);

/* Each defined symbol whose name begins so; offsets as of elf_symbol_find(). */
void elf_symbols_each(int fd, const char *prefix, void (*take)(void *context, const char *name, uint64_t offset),
                      void *context);

/* Is it of that build? */
bool elf_is_build(int fd, const void *id, size_t bytes);
/* What it says of a separate file with its lines. -ENOENT: it has lines itself, or says nothing; -EBADF. */
int elf_debug_find(int fd, struct image_debug *ret);
