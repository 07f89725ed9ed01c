/* unfin hub-load: many agents at once, to try a hub. For tests; what it does is in src/cmd/hub. */
#include "hub.h"
#include "power/power.h"

static const char *const accepted[] = { "hub",   "hub-ca", "hub-cert",      "hub-key", "own-folder",
	                                "count", "limit",  "tell-interval", "ledger",  NULL };

const struct command command_hub_load = {
	.name = "hub-load",
	.hidden = true,
	.summary = "many agents at once, to try a hub",
	.examples = "unfin hub-load --hub http://127.0.0.1:9780 --state /dev/shm/load --count 100 --limit 20\n",
	.options = accepted,
	.power = POWER_ALL,
	.beside = "unfin-hub",
	.run = hub_load_run,
};
