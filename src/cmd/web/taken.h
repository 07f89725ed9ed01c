/* A port is taken: by whom. */
#pragma once
#include "web/listen.h"

/* Looks, and says so. */
void taken_tell(const struct listen_address *a);
