/* From an instruction of CPython to its line, by the table that the compiler left beside the code. Three formats:
 * co_lnotab (3.8, 3.9), co_linetable (3.10), the location table (3.11 on). Nothing but bytes in, a number out. */
#pragma once
#include "base/util.h"

/* `at`: the instruction's offset, in bytes until 3.10, then in code units. 0: the table does not tell. */
uint32_t python_line(unsigned minor, const uint8_t *table, size_t bytes, uint32_t first_line, uint64_t at);
