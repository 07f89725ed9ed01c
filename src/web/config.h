/* --web.config.file, as the exporters of Prometheus have it (exporter-toolkit, docs/web-configuration.md): YAML with
 * tls_server_config, http_server_config and basic_auth_users. A word that is not known, or that we could not keep, is
 * an error with its line: who thinks a server is locked must not be wrong. */
#pragma once
#include "base/array.h"
#include "base/text.h"

struct web_user {
	char *name, *hash; /* bcrypt: $2y$10$… */
};

enum client_auth { CLIENT_AUTH_NONE, CLIENT_AUTH_IF_GIVEN, CLIENT_AUTH_REQUIRED };

struct web_config {
	struct text certificate, key, client_ca; /* PEM; no bytes: not given */
	enum client_auth client_auth;
	bool tls_13; /* nothing below TLS 1.3; else 1.2 will do */
	ARRAY(struct web_user) users;
};

struct web_config_error {
	struct text what; /* "web.yml:3: …" */
	const char *mend; /* or NULL */
};

/* Reads the file and those that it names, from its own folder where they have no full path. 0, or -errno with
 * `ret_error`: -EINVAL what is in it. */
int web_config_read(const char *path, struct web_config *ret, struct web_config_error *ret_error);
/* Of a text: what a file may do is not read yet; `folder` is where names begin. The same results. */
int web_config_parse(const char *name, const char *folder, const struct text *yaml, struct web_config *ret,
                     struct web_config_error *ret_error);
void web_config_free(struct web_config *c);

static inline bool web_config_has_tls(const struct web_config *c)
{
	return c->certificate.length > 0;
}
