/* What unfin web is run by: in the executable unfin-web, or where that is missing. */
#pragma once
#include "command.h"

int web_run(const struct invocation *in);
