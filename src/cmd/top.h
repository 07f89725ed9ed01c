/* What unfin top is run by: in the executable unfin-top, or where that is missing. */
#pragma once
#include "command.h"

int top_run(const struct invocation *in);
