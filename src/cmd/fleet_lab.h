/* unfin fleet lab [DIR] [-- CMD]: a fleet made on purpose, and what is to be said of it. */
#pragma once
#include "command.h"

int fleet_lab_run(const struct invocation *in);
