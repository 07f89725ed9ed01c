/* TLS as --web.config.file asks for it. */
#pragma once
#include "config.h"
#include <microhttpd.h>

enum { TLS_OPTIONS = 8 };

/* Options for MHD_start_daemon(), MHD_OPTION_END at the end; what they point to is the config's. */
void tls_options(const struct web_config *c, struct MHD_OptionItem ret[TLS_OPTIONS]);
/* Should it have shown a certificate, and has not shown one that is signed by the authority? */
bool tls_peer_is_refused(const struct web_config *c, struct MHD_Connection *connection);
