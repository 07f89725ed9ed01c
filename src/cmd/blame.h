/* What runs `unfin blame`, `unfin guard` and `unfin stacks`: in the executable beside the core, whose libraries it
 * needs (src/cmd/blame); in the core itself a refusal that says what is missing (beside_missing.c). */
#pragma once
#include "command.h"

int blame_run(const struct invocation *in);
int stacks_run(const struct invocation *in);
int guard_run(const struct invocation *in);
