#include "config.h"
#include "base/file.h"
#include "base/words.h"
#include <errno.h>
#include <yaml.h>

enum { CONFIG_BYTES = 1 << 20, DEEPEST = 3 };

/* What a path of keys means. A value is a word or a number; a list or a deeper map is refused. */
struct reading {
	const char *name, *folder;
	struct web_config *config;
	struct web_config_error *error;
	char *section; /* the key of the first level, NULL: between them */
	char *key;     /* that waits for its value */
	yaml_parser_t yaml;
	size_t line; /* of the event at hand, from 1 */
	unsigned depth;
	char *certificate, *private_key, *client_ca; /* paths */
};

static int refuse(struct reading *r, const char *mend, const char *format, ...) PRINTF_LIKE(3, 4);

static int refuse(struct reading *r, const char *mend, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	cleanup(cleanup_free) char *what = memory_format(format, args);
	va_end(args);
	r->error->what.length = 0;
	text_printf(&r->error->what, "%s:%zu: ", r->name, r->line);
	text_add_shown(&r->error->what, what);
	r->error->mend = mend;
	return -EINVAL;
}

/* The nearest word is told in the message: it does not outlive this call. */
static int refuse_word(struct reading *r, const char *kind, const char *word, const char *const *known)
{
	const char *nearest = word_nearest(word, known);

	if (nearest)
		return refuse(r, NULL, "there is no %s \"%s\"; did you mean %s?", kind, word, nearest);
	return refuse(r, "exporter-toolkit's docs/web-configuration.md has them", "there is no %s \"%s\"", kind, word);
}

static int take_path(struct reading *r, char **ret, const char *value)
{
	TEXT_CLEANUP path = { 0 };

	free(*ret);
	text_printf(&path, "%s%s%s", *value == '/' ? "" : r->folder, *value == '/' ? "" : "/", value);
	*ret = memory_strdup(path.bytes);
	return 0;
}

static int take_client_auth(struct reading *r, const char *value)
{
	static const char *const known[] = { "NoClientCert", "VerifyClientCertIfGiven", "RequireAndVerifyClientCert",
		                             NULL };

	for (unsigned i = 0; known[i]; i++)
		if (streq(known[i], value)) {
			r->config->client_auth = (enum client_auth)i;
			return 0;
		}
	if (streq(value, "RequestClientCert") || streq(value, "RequireAnyClientCert"))
		return refuse(r, "use RequireAndVerifyClientCert", "%s lets in whoever makes a certificate", value);
	return refuse_word(r, "client_auth_type", value, known);
}

static int take_version(struct reading *r, const char *value)
{
	static const char *const known[] = { "TLS12", "TLS13", NULL };

	if (streq(value, "TLS10") || streq(value, "TLS11"))
		return refuse(r, "use TLS12 or TLS13", "%s is not offered any more", value);
	if (!streq(value, known[0]) && !streq(value, known[1]))
		return refuse_word(r, "min_version", value, known);
	r->config->tls_13 = streq(value, known[1]);
	return 0;
}

static int take_tls(struct reading *r, const char *value)
{
	static const char *const known[] = { "cert_file",
		                             "key_file",
		                             "client_ca_file",
		                             "client_auth_type",
		                             "min_version",
		                             "max_version",
		                             "cipher_suites",
		                             "client_allowed_sans",
		                             "curve_preferences",
		                             "prefer_server_cipher_suites",
		                             NULL };

	if (streq(r->key, "cert_file"))
		return take_path(r, &r->certificate, value);
	if (streq(r->key, "key_file"))
		return take_path(r, &r->private_key, value);
	if (streq(r->key, "client_ca_file"))
		return take_path(r, &r->client_ca, value);
	if (streq(r->key, "client_auth_type"))
		return take_client_auth(r, value);
	if (streq(r->key, "min_version"))
		return take_version(r, value);
	for (const char *const *k = known; *k; k++)
		if (streq(*k, r->key))
			return refuse(r, "leave it out: GnuTLS chooses, from TLS 1.2 on",
			              "%s cannot be set for this server", r->key);
	return refuse_word(r, "key of tls_server_config", r->key, known);
}

static int take_http(struct reading *r, const char *value)
{
	static const char *const known[] = { "http2", "headers", NULL };

	if (streq(r->key, "http2"))
		return 0; /* it may be offered, and is not */
	if (streq(r->key, "headers"))
		return refuse(r, "leave them out: the strict ones are sent always", "headers cannot be set");
	return refuse_word(r, "key of http_server_config", r->key, known);
}

static int take_user(struct reading *r, const char *hash)
{
	if (strncmp(hash, "$2a$", 4) && strncmp(hash, "$2b$", 4) && strncmp(hash, "$2y$", 4))
		return refuse(r, "htpasswd -nBC 10 NAME makes one", "the password of %s is no bcrypt hash", r->key);
	if (strlen(hash) != 60)
		return refuse(r, "is it whole? $ must not be expanded by a shell",
		              "the bcrypt hash of %s has not 60 signs", r->key);
	if (strchr(r->key, ':'))
		return refuse(r, NULL, "a user's name has no colon: %s", r->key);
	struct web_user *u = array_push(&r->config->users);
	*u = (struct web_user){ memory_strdup(r->key), memory_strdup(hash) };
	return 0;
}

static const char *const sections[] = { "tls_server_config", "http_server_config", "basic_auth_users", NULL };

static int take_value(struct reading *r, const char *value)
{
	static int (*const takers[])(struct reading *, const char *) = { take_tls, take_http, take_user };

	for (size_t i = 0; sections[i]; i++)
		if (streq(r->section, sections[i]))
			return takers[i](r, value);
	return 0;
}

static int take_scalar(struct reading *r, const char *word)
{
	if (r->depth == 1 && !r->section) {
		for (const char *const *s = sections; *s; s++)
			if (streq(*s, word)) {
				r->section = memory_strdup(word);
				return 0;
			}
		return refuse_word(r, "section", word, sections);
	}
	if (r->depth == 1) { /* `basic_auth_users:` and nothing */
		if (*word && !streq(word, "~") && !streq(word, "null"))
			return refuse(r, NULL, "%s has keys below it, not \"%s\"", r->section, word);
		free(take_ptr(r->section));
		return 0;
	}
	if (r->depth != 2)
		return refuse(r, NULL, "a section is expected, not \"%s\"", word);
	if (!r->key) {
		r->key = memory_strdup(word);
		return 0;
	}
	int err = take_value(r, word);
	free(take_ptr(r->key));
	return err;
}

static int begin_map(struct reading *r)
{
	bool fits = r->depth == 0 || (r->depth == 1 && r->section);

	if (fits) {
		r->depth++;
		return 0;
	}
	/* Only `headers` is a map of its own, and what it means is told there. */
	return r->key ? take_value(r, "") ?: refuse(r, NULL, "%s is one word, no map", r->key)
	              : refuse(r, NULL, "a key is expected");
}

static void end_map(struct reading *r)
{
	if (r->depth-- == 2)
		free(take_ptr(r->section));
}

static int take_event(struct reading *r, const yaml_event_t *e)
{
	const char *word = (const char *)e->data.scalar.value;

	r->line = e->start_mark.line + 1;
	switch (e->type) {
	case YAML_SCALAR_EVENT:
		if (strlen(word) != e->data.scalar.length)
			return refuse(r, NULL, "a word has a NUL in it");
		return take_scalar(r, word);
	case YAML_MAPPING_START_EVENT:
		return begin_map(r);
	case YAML_MAPPING_END_EVENT:
		end_map(r);
		return 0;
	case YAML_SEQUENCE_START_EVENT:
		return r->key ? take_value(r, "") ?: refuse(r, NULL, "%s is one word, no list", r->key)
		              : refuse(r, NULL, "a list is expected nowhere here");
	case YAML_ALIAS_EVENT:
		return refuse(r, NULL, "aliases are not taken here");
	default:
		return 0;
	}
}

static int parse_events(struct reading *r)
{
	yaml_event_t event;
	int err = 0;
	bool end = false;

	while (!err && !end) {
		if (!yaml_parser_parse(&r->yaml, &event)) {
			r->line = r->yaml.problem_mark.line + 1;
			return refuse(r, NULL, "this is no YAML: %s", r->yaml.problem ?: "it cannot be read");
		}
		err = take_event(r, &event);
		end = event.type == YAML_STREAM_END_EVENT;
		yaml_event_delete(&event);
	}
	return err;
}

static int read_pem(struct reading *r, const char *path, const char *what, struct text *ret)
{
	int err = file_read(path, CONFIG_BYTES, ret);

	if (!err && ret->length)
		return 0;
	r->error->what.length = 0;
	text_printf(&r->error->what, "%s: %s %s: %s", r->name, what, path, err ? strerror(-err) : "it is empty");
	r->error->mend = NULL;
	return err ?: -EINVAL;
}

static int refuse_whole(struct reading *r, const char *what, const char *mend)
{
	r->error->what.length = 0;
	text_printf(&r->error->what, "%s: %s", r->name, what);
	r->error->mend = mend;
	return -EINVAL;
}

static int read_files(struct reading *r)
{
	struct web_config *c = r->config;

	if (!r->certificate != !r->private_key)
		return refuse_whole(r, "cert_file and key_file go together", NULL);
	if (r->client_ca && !r->certificate)
		return refuse_whole(r, "client_ca_file is of no use without cert_file and key_file", NULL);
	if (c->client_auth != CLIENT_AUTH_NONE && !r->client_ca)
		return refuse_whole(r, "client_auth_type needs a client_ca_file", NULL);
	if (r->client_ca && c->client_auth == CLIENT_AUTH_NONE)
		return refuse_whole(r, "client_ca_file is of no use without client_auth_type",
		                    "client_auth_type: RequireAndVerifyClientCert");
	if (!r->certificate)
		return 0;
	return read_pem(r, r->certificate, "cert_file", &c->certificate) ?: read_pem(r, r->private_key, "key_file", &c->key)
	               ?: r->client_ca ? read_pem(r, r->client_ca, "client_ca_file", &c->client_ca) : 0;
}

int web_config_parse(const char *name, const char *folder, const struct text *yaml, struct web_config *ret,
                     struct web_config_error *ret_error)
{
	struct reading r = { .name = name, .folder = folder, .config = ret, .error = ret_error, .line = 1 };

	if (!yaml_parser_initialize(&r.yaml))
		return -ENOMEM;
	yaml_parser_set_input_string(&r.yaml, (const unsigned char *)(yaml->bytes ?: ""), yaml->length);
	int err = parse_events(&r) ?: read_files(&r);
	yaml_parser_delete(&r.yaml);
	free(r.section);
	free(r.key);
	free(r.certificate);
	free(r.private_key);
	free(r.client_ca);
	return err;
}

int web_config_read(const char *path, struct web_config *ret, struct web_config_error *ret_error)
{
	const char *slash = strrchr(path, '/');
	cleanup(cleanup_free) char *folder = slash ? memory_strndup(path, (size_t)(slash - path)) : memory_strdup(".");
	TEXT_CLEANUP yaml = { 0 };
	int err = file_read(path, CONFIG_BYTES, &yaml);

	if (!err)
		return web_config_parse(path, folder, &yaml, ret, ret_error);
	text_printf(&ret_error->what, "%s: %s", path, strerror(-err));
	return err;
}

void web_config_free(struct web_config *c)
{
	text_free(&c->certificate);
	text_free(&c->key);
	text_free(&c->client_ca);
	array_each (&c->users, u) {
		free(u->name);
		free(u->hash);
	}
	array_free(&c->users);
}
