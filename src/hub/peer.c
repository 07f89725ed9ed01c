#include "peer.h"
#include "base/file.h"
#include "base/parse.h"
#include "web/tls.h"
#include <errno.h>
#include <fcntl.h>
#include <gnutls/x509.h>
#include <sys/stat.h>

enum { HOST_DIGITS = 16 };

int host_id_parse(const char *text, size_t length, uint64_t *ret)
{
	char digits[HOST_DIGITS + 1] = "";

	if (length != HOST_DIGITS || strspn(text, "0123456789abcdef") < HOST_DIGITS)
		return -EINVAL;
	memcpy(digits, text, HOST_DIGITS);
	return parse_u64_hex(digits, ret) ?: *ret ? 0 : -EINVAL;
}

bool peer_rules_hold(const struct peer_rules *r)
{
	return r->tokens >= 0 || r->config->client_auth == CLIENT_AUTH_REQUIRED;
}

static int name_of(const gnutls_datum_t *certificate, char *name, size_t room)
{
	gnutls_x509_crt_t crt;
	int err = gnutls_x509_crt_init(&crt);

	if (err)
		return err;
	err = gnutls_x509_crt_import(crt, certificate, GNUTLS_X509_FMT_DER)
	              ?: gnutls_x509_crt_get_dn_by_oid(crt, GNUTLS_OID_X520_COMMON_NAME, 0, 0, name, &room);
	gnutls_x509_crt_deinit(crt);
	return err;
}

static bool host_of_certificate(struct MHD_Connection *connection, uint64_t *ret, const char **why)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
	gnutls_session_t session = info ? info->tls_session : NULL;
	unsigned count = 0;
	const gnutls_datum_t *list = session ? gnutls_certificate_get_peers(session, &count) : NULL;
	char name[64] = "";

	*why = "the name in its certificate is not the id of a host: sixteen hexadecimal digits";
	return count && !name_of(list, name, sizeof(name)) && !host_id_parse(name, strlen(name), ret);
}

/* As long as the token that is expected, whatever the answer: how long it takes tells nothing. */
static bool is_same(const char *given, const struct text *token)
{
	size_t length = strlen(given);
	unsigned differs = length != token->length;

	for (size_t i = 0; i < token->length; i++)
		differs |= (unsigned char)token->bytes[i] ^ (unsigned char)given[length ? i % length : 0];
	return !differs;
}

/* A token that others can read proves nothing. */
static bool read_token(int folder, const char *host, struct text *ret)
{
	cleanup(cleanup_close) int fd = openat(folder, host, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct stat st;
	char bytes[TOKEN_BYTES_MOST + 2];

	if (fd < 0 || fstat(fd, &st) || !S_ISREG(st.st_mode) || st.st_mode & 077)
		return false;
	ssize_t length = read(fd, bytes, sizeof(bytes));
	while (length > 0 && (bytes[length - 1] == '\n' || bytes[length - 1] == ' '))
		length--;
	if (length < TOKEN_BYTES_LEAST || length > TOKEN_BYTES_MOST)
		return false;
	text_add_bytes(ret, bytes, (size_t)length);
	return true;
}

/* Authorization: Bearer HOST.TOKEN */
static bool host_of_token(int folder, const char *header, uint64_t *ret, const char **why)
{
	static const char scheme[] = "Bearer ";
	char host[HOST_DIGITS + 1] = "";
	TEXT_CLEANUP token = { 0 };

	*why = "no token of a host came with it, as Authorization: Bearer HOST.TOKEN";
	if (!header || !starts_with(header, scheme))
		return false;
	header += strlen(scheme);
	if (host_id_parse(header, MIN(strlen(header), (size_t)HOST_DIGITS), ret) || header[HOST_DIGITS] != '.')
		return false;
	memcpy(host, header, HOST_DIGITS);
	*why = "that is not this host's token";
	return read_token(folder, host, &token) && is_same(header + HOST_DIGITS + 1, &token);
}

bool peer_may_ask(const struct peer_rules *r, struct MHD_Connection *connection, const char **why)
{
	*why = "no certificate came, or it has expired, or it is not signed by the authority of client_ca_file";
	return !tls_peer_is_refused(r->config, connection);
}

bool peer_host(const struct peer_rules *r, struct MHD_Connection *connection, uint64_t *ret, const char **why)
{
	const char *header = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_AUTHORIZATION);

	if (!peer_may_ask(r, connection, why))
		return false;
	if (r->tokens >= 0 && (header || r->config->client_auth == CLIENT_AUTH_NONE))
		return host_of_token(r->tokens, header, ret, why);
	return host_of_certificate(connection, ret, why);
}
