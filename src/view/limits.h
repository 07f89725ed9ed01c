/* Every limit with its use, for people and for programs. */
#pragma once
#include "model/limits.h"
#include "sheet.h"

void limits_json(struct text *out, const struct limits *limits);
/* For people: `write` is sheet_table or sheet_md. 0 or -errno of the writing. `all`: also those of which next to
 * nothing is used. */
int limits_text(int fd, const struct limits *limits, sheet_writer *write, bool all);
