/* unfin fleet key FILE: a new key, which is then copied to every host. */
#pragma once
#include "command.h"

/* A new key, mode 0600. 0 or -errno. */
int fleet_key_write(const char *path);
int fleet_key_make(const struct invocation *in);
