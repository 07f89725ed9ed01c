/* What a hub has stored, as a fleet: the newest looks of its hosts, in the place of kept moments. */
#pragma once
#include "fleet_files.h"

/* Whether it is in ClickHouse, which the executable unfin-hub asks. */
bool fleet_hub_is_away(const struct options *o);
/* Reads what --hub names as it stands; the hub may be writing it. STATUS_OK, or another after having said why it cannot
 * be read. */
int fleet_hub_read(struct fleet_files *files, const struct options *o, unsigned asks);
