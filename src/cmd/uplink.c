/* unfin uplink: tells a hub what the agent sees. Its row; what it does is in src/cmd/hub. */
#include "hub.h"
#include "power/power.h"

static const char *const accepted[] = { "hub", "hub-ca",    "hub-cert", "hub-key", "hub-token", "site",
	                                "run", "state-dir", "interval", "config",  "quiet",     NULL };

const struct command command_uplink = {
	.name = "uplink",
	.summary = "tells a hub what the agent of this host sees",
	.examples =
	        "unfin uplink --hub https://hub.example:9780 --hub-cert host.crt --hub-key host.key\n"
	        "unfin uplink --hub https://a.example:9780 --hub https://b.example:9780 --hub-token /etc/unfin/token\n"
	        "unfin uplink --hub http://127.0.0.1:9780     # a hub on this host, to try it\n",
	.details = "It reads the agent's last moment once a minute, and sends what is unfinished, or idle for five "
	           "minutes:\n"
	           "sums of the rest. What a hub has not taken waits in its folder (/var/lib/unfin-uplink, 100 MB at "
	           "most),\n"
	           "so a hub may be away for days. It says this host's id, which is the name in its certificate or of "
	           "its\n"
	           "token. It is another user, has no capability, reads the agent's folder and /etc, and connects to "
	           "hubs.\n"
	           "All options may stand in /etc/unfin.conf, as hub = https://hub.example:9780.\n",
	.options = accepted,
	.power = POWER_OPEN | POWER_FOREIGN | POWER_LISTEN | POWER_SERVE | POWER_REMEMBER | POWER_SEND,
	.beside = "unfin-hub",
	.run = uplink_run,
};
