/* What stdout is: a person's terminal, or a pipe that gets no colours and no surprises. */
#pragma once
#include "options.h"
#include "view/page_style.h"

/* Width from the terminal (100 in a pipe, at most 120 anywhere), colour from --color, NO_COLOR and isatty. */
struct page_style terminal_style(const struct options *o);
