/* From a judged moment to what a screen may show of it. The words are those of `unfin check`. */
#pragma once
#include "view/check_lines.h"
#include "picture.h"

/* `columns`: of the terminal; charts are as wide. */
void picture_fill(struct picture *s, const struct check_ground *g, unsigned columns);
