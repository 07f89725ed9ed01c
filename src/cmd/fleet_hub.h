/* What a hub has stored, as a fleet: the newest looks of its hosts, in the place of kept moments. */
#pragma once
#include "fleet_files.h"

/* Whether it is in ClickHouse, which the executable unfin-hub asks. */
bool fleet_hub_is_away(const struct options *o);

/* What a question needs of it. Zeroed but for `asks`: all that there is. */
struct fleet_want {
	unsigned asks; /* enum fleet_asks */
	enum fleet_need need;
	const char *word;            /* FLEET_NEEDS_SERVICE */
	const struct endpoint *ends; /* FLEET_NEEDS_CONNECTION */
	size_t end_count;
};

/* Reads what --hub names as it stands; the hub may be writing it. STATUS_OK, or another after having said why it cannot
 * be read. */
int fleet_hub_read(struct fleet_files *files, const struct options *o, const struct fleet_want *want);
