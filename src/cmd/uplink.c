/* unfin uplink: tells a hub what the agent sees. Its row; what it does is in src/cmd/hub. */
#include "asked.h"
#include "hub.h"
#include "power/power.h"

static const char *const accepted[] = { "hub",   "hub-ca",      "hub-cert",   "hub-key",       "hub-token",
	                                "site",  "run",         "own-folder", "tell-interval", "config",
	                                "quiet", ASKED_OPTIONS, NULL };

const struct command command_uplink = {
	.name = "uplink",
	.summary = "tells a hub what the agent of this host sees",
	.examples = "unfin uplink --hub http://127.0.0.1:9780     # a hub on this host, to try it\n"
	            "unfin uplink --hub https://hub.example:9780 --hub-cert host.crt --hub-key host.key\n",
	.details =
	        "It reads the agent's last moment every minute (--interval), and sends what is unfinished, or\n"
	        "idle for five minutes, and sums of the rest. What no hub has taken yet waits in its folder, 100 MB\n"
	        "at most, so a hub may be away for days. When it starts it says this host's id: the name in its\n"
	        "certificate, or of its token. It is another user, has no capability, reads the agent's folder and\n"
	        "/etc, and connects to hubs. Options may stand in /etc/unfin.conf: hub = https://hub.example:9780.\n",
	.options = accepted,
	.power = POWER_OPEN | POWER_FOREIGN | POWER_LISTEN | POWER_SERVE | POWER_REMEMBER | POWER_SEND,
	.beside = "unfin-hub",
	.run = uplink_run,
};
