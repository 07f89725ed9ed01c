/* `unfin ports PORT`. */
#pragma once
#include "options.h"
#include "model/port/ports.h"

/* Writes the page of one port; with --probe the kernel is asked, too. enum status. */
int port_page_tell(const struct options *o, const struct port_map *map, const struct moment *m, uint16_t port);
