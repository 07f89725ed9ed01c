/* unfin uplink, in the executable that has the libraries for it. Keys and tokens are read first, into memory that has
 * no name; then it becomes another user, sees the agent's folder and /etc, and talks to hubs. */
#include "uplink/uplink.h"
#include "base/format.h"
#include "base/log.h"
#include "base/stop.h"
#include "cmd/asked.h"
#include "cmd/config.h"
#include "cmd/folders.h"
#include "cmd/hub.h"
#include "cmd/web/moments.h"
#include "power/enclose.h"
#include "names.h"
#include "power/power.h"
#include "secrets.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pwd.h>
#include <signal.h>
#include <sys/stat.h>

#define UPLINK_FOLDER "/var/lib/unfin-uplink"

enum { NOBODY = 65534, INTERVAL_MS = 60 * 1000, INTERVAL_LEAST_MS = 1000 };

static const uint64_t folder_most = 100 << 20;

enum { SECRET_CA, SECRET_CERTIFICATE, SECRET_KEY, SECRETS };

struct run {
	struct invocation in;
	const char *folder, *agent;
	struct text moment, token;
	struct secret secrets[SECRETS];
	int lock;
	ARRAY(struct courier_plan) hubs;
	struct moments moments;
	struct arena *arena;
	struct request request;
	struct uplink_plan plan;
	struct uplink *uplink;
};

static void run_free(struct run *r)
{
	uplink_close(r->uplink);
	for (size_t i = 0; i < SECRETS; i++)
		secret_free(&r->secrets[i]);
	cleanup_close(&r->lock);
	text_free(&r->moment);
	text_free(&r->token);
	array_free(&r->hubs);
	moments_free(&r->moments);
	asked_free(&r->request);
	arena_free(r->arena);
	invocation_free(&r->in);
}

static int read_secrets(struct run *r)
{
	const struct options *o = &r->in.options;

	if (!o->hub_cert != !o->hub_key) {
		log_error("--hub-cert and --hub-key belong together: one of them is missing");
		return STATUS_USAGE;
	}
	return secret_hold("--hub-ca", o->hub_ca, &r->secrets[SECRET_CA])
	               ?: secret_hold("--hub-cert", o->hub_cert, &r->secrets[SECRET_CERTIFICATE])
	               ?: secret_hold("--hub-key", o->hub_key, &r->secrets[SECRET_KEY])
	               ?: secret_read("--hub-token", o->hub_token, &r->token);
}

static bool is_here(const char *url)
{
	static const char *const here[] = { "http://127.0.0.1:", "http://[::1]:", "http://localhost:" };

	for (size_t i = 0; i < ARRAY_SIZE(here); i++)
		if (starts_with(url, here[i]))
			return true;
	return false;
}

static int add_hub(struct run *r, const char *url)
{
	if (starts_with(url, "https://") || is_here(url)) {
		*array_push(&r->hubs) = (struct courier_plan){
			.url = url,
			.ca = r->secrets[SECRET_CA].path.bytes,
			.certificate = r->secrets[SECRET_CERTIFICATE].path.bytes,
			.key = r->secrets[SECRET_KEY].path.bytes,
			.token = r->in.options.hub_token ? r->token.bytes : NULL,
		};
		return STATUS_OK;
	}
	log_error("--hub: \"%s\" is no hub", url);
	log_hint("like https://hub.example:9780; without TLS it is a hub on this host alone, http://127.0.0.1:9780");
	return STATUS_USAGE;
}

static int read_hubs(struct run *r)
{
	int status = STATUS_OK;

	if (!r->in.options.hub.count) {
		log_error("which hub? --hub says it, or hub = URL in /etc/unfin.conf");
		log_hint("unfin uplink --hub https://hub.example:9780");
		return STATUS_USAGE;
	}
	array_each (&r->in.options.hub, url)
		status = status ?: add_hub(r, *url);
	return status;
}

static int read_plan(struct run *r)
{
	const struct options *o = &r->in.options;

	r->agent = folder_run(o);
	r->folder = o->state_dir ?: UPLINK_FOLDER;
	text_printf(&r->moment, "%s/moment", r->agent);
	r->moments = (struct moments){ .in = &r->in, .path = r->moment.bytes };
	r->plan = (struct uplink_plan){
		.moment = r->moment.bytes,
		.read = moments_read,
		.context = &r->moments,
		.folder = r->folder,
		.request = &r->request,
		.hubs = r->hubs.items,
		.hub_count = r->hubs.count,
		.site = o->site,
		.interval_ms = o->interval.given ? o->interval.value : INTERVAL_MS,
		.folder_most = folder_most,
	};
	if (r->plan.interval_ms >= INTERVAL_LEAST_MS)
		return STATUS_OK;
	log_error("--interval: once a second at most; once a minute is the usual");
	return STATUS_USAGE;
}

static int become(struct run *r)
{
	const struct passwd *own = getpwnam("unfin-uplink");
	const char *folders[] = { r->agent, "/etc", "/run/systemd/resolve" };
	struct enclosure e = {
		.uid = own ? own->pw_uid : NOBODY,
		.gid = own ? own->pw_gid : NOBODY,
		.folders = folders,
		.count = ARRAY_SIZE(folders),
		.own = r->folder,
		.connects = true,
	};
	struct stat st;
	bool open = false;

	if (!stat(r->agent, &st))
		e.gid = st.st_gid; /* who may read what the agent shows */
	int err = enclose(&e, &open);
	if (err) {
		log_error("cannot become another user, and root does not talk to other hosts: %s", strerror(-err));
		log_hint("give it CAP_CHOWN, CAP_SETUID and CAP_SETGID, or start it as another user");
		return STATUS_UNABLE;
	}
	if (open)
		log_warning("this kernel has no Landlock: what this process may read is a matter of files' modes");
	power_limit(POWER_SEND | POWER_REMEMBER | POWER_OPEN);
	return STATUS_OK;
}

static void tell(const char *line)
{
	log_warning("%s", line);
}

static int read_identity(struct run *r)
{
	TEXT_CLEANUP every = { 0 };
	cleanup(cleanup_close) int folder = open(r->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	uint64_t id = 0;
	int err = folder < 0 ? -errno : uplink_host_id(folder, &id);

	if (err) {
		log_error("cannot write in %s: %s", r->folder, strerror(-err));
		return STATUS_UNABLE;
	}
	array_each (&r->hubs, h)
		h->host_id = id;
	format_duration(&every, r->plan.interval_ms);
	log_warning("host %016" PRIx64 " tells %s of %s, every %s", id, r->hubs.items[0].url, r->moment.bytes,
	            every.bytes);
	return STATUS_OK;
}

static int work(struct run *r)
{
	int err = uplink_open(&r->plan, tell, &r->uplink);

	if (err) {
		log_error("cannot write in %s: %s", r->folder, strerror(-err));
		return STATUS_UNABLE;
	}
	uplink_work(r->uplink);
	return STATUS_OK;
}

int uplink_run(const struct invocation *in)
{
	cleanup(run_free) struct run r = { .lock = -1, .arena = arena_new() };

	r.in.command = in->command;
	umask(0027);
	int status = invocation_at_most(in, 0) ?: invocation_parse(&r.in, in->arguments) ?: config_apply(&r.in)
	                     ?: asked_parse(&r.in, r.arena, &r.request) ?: read_secrets(&r) ?: read_hubs(&r) ?: read_plan(&r) ?: folder_check(r.folder, &folder_uplink);
	if (status != STATUS_OK)
		return status;
	status = network_prepare() ?: folder_make(r.folder, NULL);
	if (status != STATUS_OK)
		return status;
	stop_on_signals();
	signal(SIGPIPE, SIG_IGN);
	return become(&r) ?: folder_take(r.folder, &folder_uplink, &r.lock) ?: read_identity(&r) ?: work(&r);
}
