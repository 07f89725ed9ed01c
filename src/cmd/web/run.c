/* unfin web, in the executable that has the libraries for it. All that needs rights is done first: the files that were
 * named, the sockets; then it becomes another user, sees the agent's folder alone, and serves. */
#include "cmd/web.h"
#include "cmd/asked.h"
#include "cmd/beside.h"
#include "cmd/fleet_hub.h"
#include "cmd/folders.h"
#include "cmd/when.h"
#include "allowed.h"
#include "fleet_page.h"
#include "base/log.h"
#include "base/stop.h"
#include "moments.h"
#include "power/enclose.h"
#include "power/power.h"
#include "taken.h"
#include "view/metrics.h"
#include <errno.h>
#include <pwd.h>
#include <signal.h>
#include <sys/stat.h>

static const char default_telemetry[] = "/metrics";

enum { NOBODY = 65534 };

struct run {
	const struct options *o;
	const char *folder;                          /* the agent's; NULL: of a kept moment */
	struct text moment, metrics, status, socket; /* paths in it */
	struct moments moments;
	struct arena *arena;
	struct request request;
	struct fleet_page fleet;
	struct web_config config;
	listen_list addresses;
	ARRAY(struct server_socket) sockets;
	struct site_plan plan;
	struct server *server;
};

static void run_free(struct run *r)
{
	server_stop(r->server);
	text_free(&r->moment);
	text_free(&r->metrics);
	text_free(&r->status);
	text_free(&r->socket);
	moments_free(&r->moments);
	asked_free(&r->request);
	arena_free(r->arena);
	fleet_page_free(&r->fleet);
	web_config_free(&r->config);
	array_free(&r->addresses);
	array_free(&r->sockets);
}

static int plan_of_agent(struct run *r)
{
	struct stat st;

	r->folder = folder_run(r->o);
	text_printf(&r->moment, "%s/moment", r->folder);
	text_printf(&r->metrics, "%s/metrics", r->folder);
	text_printf(&r->status, "%s/agent.json", r->folder);
	text_printf(&r->socket, "%s/web.sock", r->folder);
	r->moments.path = r->moment.bytes;
	r->moments.state = r->plan.state = folder_state(r->o);
	r->plan.moment = r->moment.bytes;
	r->plan.metrics = r->metrics.bytes;
	r->plan.status = r->status.bytes;
	if (!stat(r->folder, &st) && S_ISDIR(st.st_mode))
		return STATUS_OK;
	log_error("there is no folder %s: it is where the agent keeps its last moment", r->folder);
	log_hint("start the agent: unfin agent; or show a kept moment: unfin web --from FILE");
	return STATUS_USAGE;
}

static int plan_make(struct run *r)
{
	const struct options *o = r->o;

	r->plan = (struct site_plan){
		.request = &r->request,
		.read = moments_read,
		.read_then = moments_read_then,
		.parse_time = when_parse,
		.context = &r->moments,
		.telemetry = o->telemetry_path ?: default_telemetry,
		.names = o->allow_host.items,
		.name_count = o->allow_host.count,
		.config = &r->config,
		.until_eof = o->until_eof,
	};
	if (*r->plan.telemetry != '/' || streq(r->plan.telemetry, "/")) {
		log_error("--web.telemetry-path: \"%s\" is no path below /", r->plan.telemetry);
		return STATUS_USAGE;
	}
	if (fleet_page_is_asked(o)) {
		r->plan.telemetry = NULL; /* its hosts have theirs */
		return fleet_page_plan(&r->fleet, r->moments.in, &r->plan.fleet);
	}
	return o->from ? moments_load(&r->moments, o->from) : plan_of_agent(r);
}

static int open_one(struct run *r, const struct listen_address *a)
{
	struct server_socket s;
	TEXT_CLEANUP where = { 0 };
	int err = listen_open(a, &s);

	if (!err) {
		*array_push(&r->sockets) = s;
		return STATUS_OK;
	}
	if (err == -EADDRINUSE) {
		taken_tell(a);
		return STATUS_UNABLE;
	}
	listen_format(&where, a);
	if (a->path && !r->o->listen.count) { /* nobody asked for it by name */
		log_warning("no socket at %s: %s", where.bytes, strerror(-err));
		return STATUS_OK;
	}
	log_error("cannot listen on %s: %s", where.bytes, strerror(-err));
	return STATUS_UNABLE;
}

/* What is shown. */
static const char *subject_of(const struct run *r)
{
	return r->plan.fleet.ask ? r->fleet.every_ms ? "a hub's fleet" : "a fleet" : r->o->from ?: r->folder;
}

static void say_where(const struct run *r)
{
	const char *scheme = web_config_has_tls(&r->config) ? "https" : "http";

	array_each (&r->addresses, a) {
		TEXT_CLEANUP where = { 0 };
		listen_format(&where, a);
		if (!a->path)
			log_warning("serving %s at %s://%s/", subject_of(r), scheme, where.bytes);
	}
}

/* The user that the package makes, else nobody. The folder's group may read in it. */
static struct enclosure enclosure_of(const struct run *r, const char **folders)
{
	const struct passwd *own = getpwnam("unfin");
	struct enclosure e = { own ? own->pw_uid : NOBODY, own ? own->pw_gid : NOBODY, folders, r->folder ? 2 : 0 };
	struct stat st;

	if (r->folder && !stat(r->folder, &st))
		e.gid = st.st_gid;
	return e;
}

static int enclose_self(const struct run *r)
{
	const char *folders[] = { r->folder, r->plan.state };
	struct enclosure e = enclosure_of(r, folders);
	bool open = false;
	int err = enclose(&e, &open);

	if (err) {
		log_error("cannot become another user, and root does not serve: %s", strerror(-err));
		log_hint("give it CAP_SETUID and CAP_SETGID, or start it as another user");
		return STATUS_UNABLE;
	}
	if (open)
		log_warning("this kernel has no Landlock: what this process may read is a matter of files' modes");
	power_limit(POWER_SERVE);
	return STATUS_OK;
}

/* Of a kept moment there is no collector that has written them. */
static int fix_metrics(struct run *r)
{
	cleanup(moment_cleanup) struct moment *m = moment_new();
	TEXT_CLEANUP metrics = { 0 };
	struct gap why = { 0 };

	if (moments_read(&r->moments, m, &why)) {
		log_error("cannot see %s: %s", why.what, why.why);
		return STATUS_USAGE;
	}
	cleanup(judgement_cleanup) struct judgement *j = judge_request(m, &r->request);
	metrics_moment(&metrics, m, j, PROM_SERIES);
	server_fix_metrics(r->server, metrics.bytes);
	return STATUS_OK;
}

static int serve(struct run *r)
{
	r->server = server_make(&r->plan);
	int status = r->o->from ? fix_metrics(r) : STATUS_OK;
	if (status != STATUS_OK)
		return status;
	if (!server_open(r->server, r->sockets.items, r->sockets.count)) {
		log_error("the server did not start");
		log_hint("with TLS: do certificate and key belong together? openssl x509 -noout -text -in FILE");
		return STATUS_UNABLE;
	}
	say_where(r);
	server_work(r->server);
	return STATUS_OK;
}

/* ClickHouse is asked by libcurl, which this executable does not have. Returns where this is the one that has it. */
static void become_hub(const struct invocation *in)
{
	struct command c = *in->command;

	c.beside = c.beside_too;
	beside_start(&c, in->arguments - 2);
}

int web_run(const struct invocation *in)
{
	if (fleet_hub_is_away(&in->options))
		become_hub(in);
	cleanup(run_free) struct run r = { .o = &in->options, .moments.in = in, .arena = arena_new() };
	int status = (r.o->fleet ? STATUS_OK : invocation_at_most(in, 0)) ?: asked_parse(in, r.arena, &r.request)
	                     ?: plan_make(&r) ?: allowed_config(r.o, &r.config);

	status = status ?: allowed_addresses(r.o, &r.config, r.folder ? r.socket.bytes : NULL, &r.addresses);
	array_each (&r.addresses, a)
		status = status ?: open_one(&r, a);
	if (status != STATUS_OK)
		return status;
	stop_on_signals();
	signal(SIGPIPE, SIG_IGN);
	return enclose_self(&r) ?: serve(&r);
}
