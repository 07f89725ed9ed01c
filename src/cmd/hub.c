/* unfin hub: takes what the agents of a fleet send, and keeps it. Its row; what it does is in src/cmd/hub. */
#include "hub.h"
#include "power/power.h"

static const char *const accepted[] = { "own-folder",      "tokens", "hub-address",
	                                "web.config.file", "store",  "store-password",
	                                "store-ca",        "quiet",  NULL };

const struct command command_hub = {
	.name = "hub",
	.summary = "takes what the agents of many hosts send, over HTTPS, and keeps it",
	.examples = "unfin hub                            # 127.0.0.1:9780, in /var/lib/unfin-hub: to try it\n"
	            "unfin hub --web.listen-address :9780 --web.config.file /etc/unfin/hub.yml\n"
	            "unfin hub --store clickhouse=http://10.0.0.1:8123/unfin --store "
	            "clickhouse=http://10.0.0.2:8123/unfin\n"
	            "unfin fleet --hub /var/lib/unfin-hub/hub.db   # who owes whom the close\n",
	.details =
	        "A batch is acknowledged once it is on the disk. Each host is known by the name in its certificate,\n"
	        "or by a token, and writes for itself alone. Other hosts reach a hub only over TLS: docs/hub.md has\n"
	        "how. The store is one SQLite file, good for some hundred hosts, or ClickHouse; /metrics tells what "
	        "came.\n",
	.options = accepted,
	.power = POWER_OPEN | POWER_FOREIGN | POWER_LISTEN | POWER_SERVE | POWER_REMEMBER | POWER_SEND,
	.beside = "unfin-hub",
	.run = hub_run,
};
