#include "allowed.h"
#include "base/log.h"
#include "power/power.h"

int allowed_config(const struct options *o, struct web_config *ret)
{
	struct web_config_error error = { 0 };

	if (!o->web_config)
		return STATUS_OK;
	power_raise();
	int err = web_config_read(o->web_config, ret, &error);
	power_lower();
	if (err)
		log_error("%s", error.what.bytes);
	if (err && error.mend)
		log_hint("%s", error.mend);
	text_free(&error.what);
	return err ? STATUS_USAGE : STATUS_OK;
}

static const char *lacks(bool tls, bool user)
{
	return tls    ? "no user is set"
	       : user ? "TLS is not set: passwords could be read on the way"
	              : "neither TLS nor a user is set";
}

/* It tells command lines, addresses and users of this host. */
static int refuse_open(const char *address, const struct web_config *c)
{
	bool tls = web_config_has_tls(c), user = c->users.count || c->client_auth == CLIENT_AUTH_REQUIRED;

	if (tls && user)
		return STATUS_OK;
	log_error("%s can be reached by other hosts, and %s", address, lacks(tls, user));
	log_hint("set %s in --web.config.file, or listen on 127.0.0.1:%u",
	         tls ? "basic_auth_users, or client certificates" : "tls_server_config and basic_auth_users",
	         LISTEN_PORT);
	return STATUS_USAGE;
}

static int add_asked(const char *text, const struct web_config *config, listen_list *ret)
{
	struct listen_address a;

	if (listen_parse(text, &a)) {
		log_error("--web.listen-address: \"%s\" is no address to listen on", text);
		log_hint("like 127.0.0.1:9779, [::1]:9779, :9779 or unix:/run/unfin/web.sock");
		return STATUS_USAGE;
	}
	if (!listen_is_local(&a) && refuse_open(text, config))
		return STATUS_USAGE;
	*array_push(ret) = a;
	return STATUS_OK;
}

int allowed_addresses(const struct options *o, const struct web_config *config, const char *socket_path,
                      listen_list *ret)
{
	int status = STATUS_OK;

	array_each (&o->listen, text)
		status = status ?: add_asked(*text, config, ret);
	if (o->listen.count)
		return status;
	status = add_asked("127.0.0.1:9779", config, ret);
	if (socket_path)
		array_push(ret)->path = socket_path;
	return status;
}
