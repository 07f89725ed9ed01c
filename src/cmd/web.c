/* unfin web: pages, API and metrics of what the agent keeps, or of a kept moment. Its row; what it does is in
 * src/cmd/web. */
#include "web.h"
#include "asked.h"
#include "power/power.h"

static const char *const accepted[] = { "run",
	                                "state-dir",
	                                "from",
	                                "fleet",
	                                "hub-store",
	                                "store-password",
	                                "store-ca",
	                                "read-interval",
	                                "web.listen-address",
	                                "web.config.file",
	                                "web.telemetry-path",
	                                "quiet",
	                                "web.allow-host",
	                                "until-eof",
	                                "config",
	                                ASKED_OPTIONS,
	                                NULL };

const struct command command_web = {
	.name = "web",
	.arguments = "[FILE...]",
	.summary = "pages, API and metrics over HTTP: of the agent's last moment, of a kept one, or of a fleet",
	.examples = "unfin web                                   # http://127.0.0.1:9779, of /run/unfin\n"
	            "unfin web --from trouble.unfin              # of a kept moment\n"
	            "unfin web --fleet web-1.unfin db-1.unfin    # of a fleet, as unfin fleet sees it\n"
	            "unfin web --hub /var/lib/unfin-hub/hub.db   # of what its hosts have told a hub\n"
	            "unfin web --web.listen-address unix:/run/unfin/web.sock\n"
	            "unfin web --web.listen-address :9779 --web.config.file /etc/unfin/web.yml\n"
	            "curl http://127.0.0.1:9779/api/v1/list?expr=state==close-wait\n"
	            "curl http://127.0.0.1:9779/metrics          # for Prometheus\n",
	.details =
	        "It shows and changes nothing: GET and HEAD alone, no cookies. /api/v1/ lists what there is; documents "
	        "are\n"
	        "those of --json. /api/v1/stream tells when a cycle has ended; /-/healthy and /-/ready are for "
	        "supervisors.\n"
	        "It is another user than root, has no capability, and reads the agent's folder alone.\n"
	        "An address that other hosts reach needs TLS and a user, from a file as Prometheus' exporters have "
	        "it.\n",
	.options = accepted,
	.settings = asked_options,
	.power = POWER_LOOK | POWER_ENTER | POWER_OPEN | POWER_FOREIGN | POWER_LISTEN | POWER_SERVE,
	.beside = "unfin-web",
	.beside_too = "unfin-hub",
	.run = web_run,
};
