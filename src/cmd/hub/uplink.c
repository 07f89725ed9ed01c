/* unfin uplink, in the executable that has the libraries for it. Keys and tokens are read first, into memory that has
 * no name; then it becomes another user, sees the agent's folder and /etc, and talks to hubs. */
#include "uplink/uplink.h"
#include "base/file.h"
#include "base/format.h"
#include "base/log.h"
#include "base/stop.h"
#include "cmd/config.h"
#include "cmd/folders.h"
#include "cmd/hub.h"
#include "cmd/web/moments.h"
#include "power/enclose.h"
#include "power/power.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netdb.h>
#include <pwd.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>

#define UPLINK_FOLDER "/var/lib/unfin-uplink"

enum { NOBODY = 65534, INTERVAL_MS = 60 * 1000, INTERVAL_LEAST_MS = 1000, SECRET_BYTES = 64 * 1024 };

static const uint64_t folder_most = 100 << 20;

enum secret { SECRET_CA, SECRET_CERTIFICATE, SECRET_KEY, SECRETS };

struct run {
	struct invocation in;
	const char *folder, *agent;
	struct text moment, token, paths[SECRETS];
	int secrets[SECRETS], lock;
	ARRAY(struct courier_plan) hubs;
	struct moments moments;
	struct uplink_plan plan;
	struct uplink *uplink;
};

static void run_free(struct run *r)
{
	uplink_close(r->uplink);
	for (size_t i = 0; i < SECRETS; i++) {
		cleanup_close(&r->secrets[i]);
		text_free(&r->paths[i]);
	}
	cleanup_close(&r->lock);
	text_free(&r->moment);
	text_free(&r->token);
	array_free(&r->hubs);
	moments_free(&r->moments);
	invocation_free(&r->in);
}

static int read_secret(const char *option, const char *path, struct text *ret)
{
	power_raise();
	int err = file_read(path, SECRET_BYTES, ret);
	power_lower();
	if (!err)
		return STATUS_OK;
	log_error("%s %s: %s", option, path, strerror(-err));
	return STATUS_USAGE;
}

/* libcurl wants a path, and later than we may open it: so it gets that of memory, which has no other name. */
static int hold_secret(struct run *r, enum secret which, const char *option, const char *path)
{
	TEXT_CLEANUP bytes = { 0 };
	int status = path ? read_secret(option, path, &bytes) : STATUS_OK;

	if (!path || status != STATUS_OK)
		return status;
	r->secrets[which] = memfd_create("unfin-uplink", MFD_CLOEXEC);
	if (r->secrets[which] < 0 || file_write(r->secrets[which], bytes.bytes, bytes.length)) {
		log_error("%s %s: %s", option, path, strerror(errno));
		return STATUS_UNABLE;
	}
	text_printf(&r->paths[which], "/proc/self/fd/%d", r->secrets[which]);
	return STATUS_OK;
}

/* A token that others can read is nobody's. */
static int read_token(struct run *r)
{
	const char *path = r->in.options.hub_token;
	struct stat st;
	int status = path ? read_secret("--hub-token", path, &r->token) : STATUS_OK;

	if (!path || status != STATUS_OK)
		return status;
	r->token.length = strcspn(r->token.bytes, "\r\n ");
	r->token.bytes[r->token.length] = '\0';
	if (!stat(path, &st) && st.st_mode & 077) {
		log_error("--hub-token %s: others may read it", path);
		log_hint("chmod 600 %s", path);
		return STATUS_USAGE;
	}
	return STATUS_OK;
}

static int read_secrets(struct run *r)
{
	const struct options *o = &r->in.options;

	if (!o->hub_cert != !o->hub_key) {
		log_error("--hub-cert and --hub-key belong together: one of them is missing");
		return STATUS_USAGE;
	}
	return hold_secret(r, SECRET_CA, "--hub-ca", o->hub_ca)
	               ?: hold_secret(r, SECRET_CERTIFICATE, "--hub-cert", o->hub_cert)
	               ?: hold_secret(r, SECRET_KEY, "--hub-key", o->hub_key) ?: read_token(r);
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
			.ca = r->paths[SECRET_CA].bytes,
			.certificate = r->paths[SECRET_CERTIFICATE].bytes,
			.key = r->paths[SECRET_KEY].bytes,
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

/* What libc loads to find names, it loads while it may. */
static void prepare_names(void)
{
	struct addrinfo *list = NULL;

	if (!getaddrinfo("localhost", NULL, NULL, &list))
		freeaddrinfo(list);
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
	cleanup(run_free) struct run r = { .secrets = { -1, -1, -1 }, .lock = -1 };

	r.in.command = in->command;
	umask(0027);
	int status = invocation_at_most(in, 0) ?: invocation_parse(&r.in, in->arguments) ?: config_apply(&r.in)
	                     ?: read_secrets(&r) ?: read_hubs(&r) ?: read_plan(&r) ?: folder_check(r.folder, &folder_uplink);
	if (status != STATUS_OK)
		return status;
	if (!courier_library())
		return STATUS_UNABLE;
	status = folder_make(r.folder, NULL);
	if (status != STATUS_OK)
		return status;
	prepare_names();
	stop_on_signals();
	signal(SIGPIPE, SIG_IGN);
	return become(&r) ?: folder_take(r.folder, &folder_uplink, &r.lock) ?: read_identity(&r) ?: work(&r);
}
