/* From an address to function, file and line, with the functions that were inlined there.
 *
 * libdw finds a compilation unit through .debug_aranges alone: clang and Go write none, rustc an incomplete one. And it
 * finds a symbol by going through all of them. So both have an index here, made when a module is first asked for. */
#pragma once
#include "model/site.h"
#include <elfutils/libdwfl.h>

struct lines; /* of one module */

struct lines *lines_new(Dwfl_Module *module, bool with_dwarf);
void lines_free(struct lines *l);
/* The innermost first: what was inlined there, then the function itself. At most `most`; returns how many, 0 if not
 * even a symbol is known. `file` stays empty where no line is known. */
size_t lines_find(struct lines *l, uint64_t address, struct frame *ret, size_t most);
