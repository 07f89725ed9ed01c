/* One value as people read it: CLOSE-WAIT, 3h12m, nginx(812). What is not known is `-`, with its reason where
 * there is one. Names that others chose cannot reach the terminal with escape codes. */
#pragma once
#include "model/value.h"

/* `wide`: all holders with their descriptors, else the first few. */
void cell_add(struct text *t, const struct value *v, bool wide);
