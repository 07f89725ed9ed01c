/* Who may reach this server: where it listens, and what that needs. */
#pragma once
#include "cmd/command.h"
#include "web/config.h"
#include "web/listen.h"

typedef ARRAY(struct listen_address) listen_list;

/* The addresses that were asked for, else the port on loopback and `socket_path` (NULL: none). STATUS_OK, or
 * STATUS_USAGE after having said what is wrong: an address that other hosts reach without TLS and a user among it. */
int allowed_addresses(const struct options *o, const struct web_config *config, const char *socket_path,
                      listen_list *ret);
/* --web.config.file; without it `ret` stays empty. STATUS_OK or STATUS_USAGE. */
int allowed_config(const struct options *o, struct web_config *ret);
