/* What unfin hub and unfin uplink are run by: in the executable unfin-hub, or where that is missing. */
#pragma once
#include "command.h"

int hub_run(const struct invocation *in);
int uplink_run(const struct invocation *in);
int hub_load_run(const struct invocation *in);
