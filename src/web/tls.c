#include "tls.h"
#include <gnutls/gnutls.h>

static const char tls_12[] = "SECURE128:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2";
static const char tls_13[] = "SECURE128:-VERS-ALL:+VERS-TLS1.3";

void tls_options(const struct web_config *c, struct MHD_OptionItem ret[TLS_OPTIONS])
{
	size_t n = 0;

	ret[n++] = (struct MHD_OptionItem){ MHD_OPTION_HTTPS_MEM_CERT, 0, c->certificate.bytes };
	ret[n++] = (struct MHD_OptionItem){ MHD_OPTION_HTTPS_MEM_KEY, 0, c->key.bytes };
	ret[n++] = (struct MHD_OptionItem){ MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)(c->tls_13 ? tls_13 : tls_12) };
	if (c->client_auth != CLIENT_AUTH_NONE)
		ret[n++] = (struct MHD_OptionItem){ MHD_OPTION_HTTPS_MEM_TRUST, 0, c->client_ca.bytes };
	ret[n] = (struct MHD_OptionItem){ MHD_OPTION_END, 0, NULL };
}

bool tls_peer_is_refused(const struct web_config *c, struct MHD_Connection *connection)
{
	unsigned status = 0, count = 0;

	if (!c || c->client_auth == CLIENT_AUTH_NONE)
		return false;
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
	gnutls_session_t session = info ? info->tls_session : NULL;
	if (!session)
		return true;
	if (c->client_auth == CLIENT_AUTH_IF_GIVEN && !gnutls_certificate_get_peers(session, &count))
		return false;
	return gnutls_certificate_verify_peers2(session, &status) || status;
}
