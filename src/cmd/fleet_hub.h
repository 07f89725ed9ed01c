/* What a hub has stored, as a fleet: the newest looks of its hosts, in the place of kept moments. */
#pragma once
#include "fleet_files.h"

/* Reads the file (hub.db) as it stands; the hub may be writing it. STATUS_OK, or STATUS_USAGE after having said why it
 * cannot be read. */
int fleet_hub_read(struct fleet_files *files, const char *path, unsigned asks);
