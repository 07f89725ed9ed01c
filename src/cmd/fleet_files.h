/* The kept moments that a command of the fleet names. */
#pragma once
#include "command.h"
#include "fleet/takings.h"

struct fleet_files {
	struct fleet *fleet;
	struct fleet_takings takings;
};

enum fleet_asks { FLEET_ASKS_PORTS = 1 << 0, FLEET_ASKS_FINDINGS = 1 << 1 };

/* Reads them one after the other and lays the ends side by side; all power is given up before what is in them is read.
 * A file that cannot be read is told on stderr, and its host is silent. STATUS_OK; STATUS_USAGE: none could be read. */
int fleet_files_read(struct fleet_files *files, const char *const *paths, size_t count, unsigned asks);
void fleet_files_free(struct fleet_files *files);
