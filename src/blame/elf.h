/* Symbols of an ELF file behind a descriptor. The file is another's: libelf checks what it reads, and this runs where
 * nothing is to be had (see decoder.h). */
#pragma once
#include "base/util.h"

/* The value of a defined symbol, less the address that the file's first segment asks for: what to add to the address at
 * which the file begins in memory. 0 or -ENOENT, -EBADF. */
int elf_symbol_find(int fd, const char *name, uint64_t *ret_offset);
