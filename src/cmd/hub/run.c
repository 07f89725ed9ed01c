/* unfin hub, in the executable that has the libraries for it. What needs rights is done first: the files that were
 * named, the socket; then it becomes another user, and sees its own folder and the tokens alone. */
#include "cmd/hub.h"
#include "base/file.h"
#include "base/log.h"
#include "base/stop.h"
#include "cmd/folders.h"
#include "cmd/web/allowed.h"
#include "hub/gate.h"
#include "hub/hub.h"
#include "names.h"
#include "power/enclose.h"
#include "power/power.h"
#include "stores.h"
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <sys/stat.h>

#define HUB_FOLDER "/var/lib/unfin-hub"

enum { NOBODY = 65534, HUB_PORT = 9780 };

struct run {
	const struct options *o;
	const char *folder;
	struct web_config config;
	struct listen_address address;
	struct server_socket socket;
	struct stores stores;
	struct hub_plan plan;
	struct hub *hub;
	int lock;
};

static void run_free(struct run *r)
{
	hub_close(r->hub);
	cleanup_close(&r->plan.tokens);
	cleanup_close(&r->lock);
	web_config_free(&r->config);
	stores_free(&r->stores);
}

static int read_address(struct run *r)
{
	const char *text = r->o->listen.count ? r->o->listen.items[0] : "127.0.0.1:9780";

	if (r->o->listen.count <= 1 && !listen_parse(text, &r->address))
		return STATUS_OK;
	log_error("--web.listen-address: a hub listens on one address, and \"%s\" is %s", text,
	          r->o->listen.count > 1 ? "the first of several" : "none");
	log_hint("like 127.0.0.1:%d, [::1]:%d or :%d", HUB_PORT, HUB_PORT, HUB_PORT);
	return STATUS_USAGE;
}

/* Nobody shall take it for locked by something that it does not ask for. */
static int read_config(struct run *r)
{
	int status = allowed_config(r->o, &r->config);

	if (status != STATUS_OK || !r->config.users.count)
		return status;
	log_error("--web.config.file: a hub asks nobody for a password, and basic_auth_users is in %s",
	          r->o->web_config);
	log_hint("take it out; with client_auth_type: RequireAndVerifyClientCert all need a certificate, also for "
	         "/metrics");
	return STATUS_USAGE;
}

static int open_tokens(struct run *r)
{
	if (!r->o->tokens)
		return STATUS_OK;
	power_raise();
	r->plan.tokens = open(r->o->tokens, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	power_lower();
	if (r->plan.tokens >= 0)
		return STATUS_OK;
	log_error("--tokens %s: %s", r->o->tokens, strerror(errno));
	log_hint("a folder with a file for each host, named by its id (unfin uplink tells it), mode 0600, of the hub's "
	         "user");
	return STATUS_USAGE;
}

/* Whoever reaches it can write what the fleet is believed to be. */
static int check_open(struct run *r)
{
	bool tls = web_config_has_tls(&r->config),
	     known = r->o->tokens || r->config.client_auth == CLIENT_AUTH_REQUIRED;
	TEXT_CLEANUP where = { 0 };

	r->plan.open = !known;
	if (listen_is_local(&r->address) || (tls && known))
		return STATUS_OK;
	listen_format(&where, &r->address);
	log_error("%s can be reached by other hosts, and %s", where.bytes,
	          tls ? "nothing tells who sends" : "TLS is not set: tokens could be read on the way");
	if (tls)
		log_hint("set client_auth_type: RequireAndVerifyClientCert and client_ca_file in --web.config.file, or "
		         "--tokens");
	else
		log_hint("set tls_server_config in --web.config.file, or listen on 127.0.0.1:%d", HUB_PORT);
	return STATUS_USAGE;
}

static int open_socket(struct run *r)
{
	TEXT_CLEANUP where = { 0 };
	int err = listen_open(&r->address, &r->socket);

	if (!err)
		return STATUS_OK;
	listen_format(&where, &r->address);
	log_error("cannot listen on %s: %s", where.bytes, strerror(-err));
	if (err == -EADDRINUSE && !r->address.path)
		log_hint("who has it: unfin ports %u", r->address.endpoint.port);
	return STATUS_UNABLE;
}

static int read_stores(struct run *r)
{
	int status = stores_read(&r->stores, "--store", &r->o->store, r->o);

	r->plan.places = r->stores.places.items;
	r->plan.place_count = r->stores.places.count;
	array_each (&r->stores.places, p)
		if (status == STATUS_OK && clickhouse_place_is_open(p))
			log_warning("what goes to %s can be read on its way: https:// keeps it", p->url);
	if (status != STATUS_OK || !r->plan.place_count)
		return status;
	return network_prepare();
}

/* The user that the package makes, else nobody: the folder becomes his. */
static int become(struct run *r)
{
	const struct passwd *own = getpwnam("unfin-hub");
	const char *folders[] = { "/etc", "/run/systemd/resolve", r->o->tokens }; /* the first two for names */
	bool away = r->plan.place_count;
	size_t first = away ? 0 : 2;
	struct enclosure e = {
		.uid = own ? own->pw_uid : NOBODY,
		.gid = own ? own->pw_gid : NOBODY,
		.folders = folders + first,
		.count = ARRAY_SIZE(folders) - first - !r->o->tokens,
		.own = r->folder,
		.connects = away,
	};
	bool open = false;
	int err = enclose(&e, &open);

	if (err) {
		log_error("cannot become another user, and root does not serve: %s", strerror(-err));
		log_hint("give it CAP_CHOWN, CAP_SETUID and CAP_SETGID, or start it as another user");
		return STATUS_UNABLE;
	}
	if (open)
		log_warning("this kernel has no Landlock: what this process may read is a matter of files' modes");
	power_limit(POWER_SERVE | POWER_REMEMBER | (away ? POWER_SEND : 0));
	return STATUS_OK;
}

static void tell(const char *line)
{
	log_warning("%s", line);
}

static int serve(struct run *r)
{
	const char *what = NULL;
	TEXT_CLEANUP where = { 0 };
	int err = hub_open(&r->plan, &r->hub, &what);

	if (err) {
		log_error("cannot open %s, in %s: %s", what, r->folder, strerror(-err));
		return STATUS_UNABLE;
	}
	if (!hub_serve(r->hub, r->socket.fd)) {
		log_error("the server did not start");
		log_hint("do certificate and key belong together? openssl x509 -noout -text -in FILE");
		return STATUS_UNABLE;
	}
	listen_format(&where, &r->address);
	log_warning("taking batches at %s://%s/v1/batch, %s; kept in %s",
	            web_config_has_tls(&r->config) ? "https" : "http", where.bytes,
	            r->plan.open ? "from whoever is on this host" : "from hosts that prove who they are", r->folder);
	hub_work(r->hub, tell);
	return STATUS_OK;
}

int hub_run(const struct invocation *in)
{
	cleanup(run_free) struct run r = {
		.o = &in->options, .folder = in->options.state_dir ?: HUB_FOLDER, .plan.tokens = -1, .lock = -1
	};
	int status = invocation_at_most(in, 0) ?: read_address(&r) ?: read_config(&r)
	                     ?: read_stores(&r) ?: open_tokens(&r) ?: check_open(&r) ?: folder_check(r.folder, &folder_hub)
	                     ?: open_socket(&r) ?: folder_make(r.folder, NULL);

	if (status != STATUS_OK)
		return status;
	umask(0027);
	file_allow(GATE_CONNECTIONS + GATE_FILES);
	r.plan.folder = r.folder;
	r.plan.config = &r.config;
	stop_on_signals();
	signal(SIGPIPE, SIG_IGN);
	return become(&r) ?: folder_take(r.folder, &folder_hub, &r.lock) ?: serve(&r);
}
