#include "names.h"
#include "base/log.h"
#include "cmd/status.h"
#include "hub/http.h"
#include <netdb.h>
#include <stddef.h>

int network_prepare(void)
{
	struct addrinfo *list = NULL;

	if (!getaddrinfo("localhost", NULL, NULL, &list))
		freeaddrinfo(list);
	if (http_library())
		return STATUS_OK;
	log_error("libcurl cannot be used here");
	return STATUS_UNABLE;
}
