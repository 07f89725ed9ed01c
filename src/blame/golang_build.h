/* What a Go program says of how it was built (.go.buildinfo), and by that whose code a function is. */
#pragma once
#include "golang.h"

void golang_build_read(const struct memory *m, const struct elf_place *place, struct golang_build *ret);
/* Sets `own`, or `library`: the module that the function is of, or the package of Go's own. */
void golang_judge(const struct golang_build *b, struct frame *f);
