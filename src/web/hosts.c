#include "hosts.h"
#include <arpa/inet.h>
#include <strings.h>

enum { HOST_BYTES = 256 };

static bool is_port(const char *s)
{
	return strlen(s) <= 5 && strspn(s, "0123456789") == strlen(s);
}

/* "[::1]:9779": ::1. False: that is no host with or without a port. */
static bool cut_port(const char *host, char name[HOST_BYTES])
{
	const char *end = *host == '[' ? strchr(host, ']') : host + strcspn(host, ":");
	const char *rest = end && *host == '[' ? end + 1 : end;

	if (!end || (*rest && (*rest != ':' || !is_port(rest + 1))))
		return false;
	host += *host == '[';
	if (end <= host || end - host >= HOST_BYTES)
		return false;
	memcpy(name, host, (size_t)(end - host));
	name[end - host] = '\0';
	return true;
}

static bool is_address(const char *name)
{
	struct in6_addr any;

	return inet_pton(AF_INET, name, &any) == 1 || inet_pton(AF_INET6, name, &any) == 1;
}

bool host_is_ours(const char *host, const char *const *names, size_t count)
{
	char name[HOST_BYTES];

	if (!host)
		return true;
	if (!cut_port(host, name))
		return false;
	if (is_address(name) || !strcasecmp(name, "localhost"))
		return true;
	for (size_t i = 0; i < count; i++)
		if (!strcasecmp(name, names[i]))
			return true;
	return false;
}
