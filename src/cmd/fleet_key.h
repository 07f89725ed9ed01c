/* unfin fleet key FILE: a new key, which is then copied to every host. */
#pragma once
#include "command.h"

int fleet_key_make(const struct invocation *in);
