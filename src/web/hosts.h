/* By which names this server may be asked for. A page of another site can make its own name point to 127.0.0.1, and
 * then reads us as itself (DNS rebinding); but the browser goes on sending that name. So a name that nobody gave us is
 * refused; an address is no name. */
#pragma once
#include "base/array.h"

/* `host`: the Host header, "localhost:9779"; NULL: there was none, as browsers never do. `names`: beside localhost. */
bool host_is_ours(const char *host, const char *const *names, size_t count);
