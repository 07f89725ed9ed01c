/* Who sends: the name in a client certificate, or a token. Either proves one host's id, sixteen hexadecimal digits, and
 * that is the only host it may write for. */
#pragma once
#include "web/config.h"
#include <microhttpd.h>

struct peer_rules {
	const struct web_config *config;
	int tokens; /* a folder with a file for each host, named by its id, mode 0600: its token. -1: there is none */
};

/* Can anybody be known by that? */
bool peer_rules_hold(const struct peer_rules *r);
/* Of whoever asks, and sends nothing. False: the configuration wants a certificate, and `ret_why` says what came. */
bool peer_may_ask(const struct peer_rules *r, struct MHD_Connection *connection, const char **ret_why);
/* False: it is not known, and `ret_why` says why. The host's id is never 0. */
bool peer_host(const struct peer_rules *r, struct MHD_Connection *connection, uint64_t *ret_host_id,
               const char **ret_why);

/* Sixteen digits. 0 or -EINVAL. */
int host_id_parse(const char *text, size_t length, uint64_t *ret);

enum { TOKEN_BYTES_LEAST = 32, TOKEN_BYTES_MOST = 256 };
