#include "place.h"
#include "base/words.h"
#include "model/addr.h"
#include "phrase.h"
#include <ctype.h>

/* A port ends where the digits do: "80ms" and the "10" of "::ffff:10.0.0.1" are none. */
static bool read_port(const char *digits, uint16_t *ret_port)
{
	size_t length = strspn(digits, "0123456789");
	long port = length && length <= 5 ? atol(digits) : -1;
	const char *end = digits + length;

	if (port < 0 || port > UINT16_MAX || isalnum((unsigned char)*end) || *end == '_')
		return false;
	if (*end == '.' && isalnum((unsigned char)end[1]))
		return false;
	*ret_port = (uint16_t)port;
	return true;
}

static bool is_dotted(const char *address)
{
	size_t dots = 0;

	for (const char *at = address; *at; at++)
		dots += *at == '.';
	return dots == 3 && !address[strspn(address, "0123456789.")];
}

static bool is_bare_v6(const char *address)
{
	struct addr parsed;

	return strchr(address, ':') && !address[strspn(address, "0123456789abcdefABCDEF:")] &&
	       !addr_parse(address, &parsed);
}

/* A name is an address only where something says so: "http://db:80", "connecting to db:5432". */
static bool is_led_to(const char *text, const char *name)
{
	static const char *const leads[] = { "://", " to ", "@" };

	for (size_t i = 0; i < ARRAY_SIZE(leads); i++) {
		size_t length = strlen(leads[i]);
		if ((size_t)(name - text) >= length && !strncmp(name - length, leads[i], length))
			return true;
	}
	return false;
}

/* ":8080" after a blank or a bracket; in JSON (`"fd":4`) and after other words a colon names something else. */
static bool stands_alone(const char *text, const char *colon)
{
	return colon == text || isspace((unsigned char)colon[-1]) || strchr("([=", colon[-1]);
}

static bool is_address(const char *text, const char *from, const char *colon, const char *address)
{
	size_t length = strlen(address);

	if (!length)
		return stands_alone(text, colon);
	if (is_dotted(address) || streq(address, "*") || word_equal(address, "localhost"))
		return true;
	if (*address == '[')
		return address[length - 1] == ']';
	return is_bare_v6(address) || (isalpha((unsigned char)*address) && is_led_to(text, from));
}

/* The address that ends before `colon`. */
static bool read_address(const char *text, const char *colon, char ret[64])
{
	const char *from = colon;

	while (from > text && colon - from < 63 && (isalnum((unsigned char)from[-1]) || strchr(".[]:*-", from[-1])))
		from--;
	from += *from == '[' && colon[-1] != ']'; /* HAProxy: [0.0.0.0:80] */
	snprintf(ret, 64, "%.*s", (int)(colon - from), from);
	/* Of "::1:6379" the last colon only. */
	const char *end = colon + 1 + strspn(colon + 1, "0123456789");
	if (is_bare_v6(ret) && *end == ':' && isxdigit((unsigned char)end[1]))
		return false;
	return is_address(text, from, colon, ret);
}

static bool read_endpoint(const char *text, struct place *p)
{
	for (const char *at = text; (at = strchr(at, ':')); at++)
		if (read_port(at + 1, &p->port) && read_address(text, at, p->address))
			return true;
	p->address[0] = '\0';
	return false;
}

/* `port 80`, `port=80`, `{port,1883}`, `"port":3000` */
static bool read_named(const char *text, struct place *p)
{
	for (const char *at = text; (at = phrase_find(at, "port")); at++)
		if (at[4] && read_port(at + 4 + strspn(at + 4, " :=,\"'>[("), &p->port))
			return true;
	return false;
}

/* Python's ('0.0.0.0', 80), Erlang's {"::",5672} */
static bool read_pair(const char *text, struct place *p)
{
	struct addr parsed;

	for (const char *at = text; (at = strpbrk(at, "'\"")); at++) {
		const char *end = strchr(at + 1, *at);
		if (!end || end[1] != ',')
			continue;
		snprintf(p->address, sizeof(p->address), "%.*s", (int)MIN(end - at - 1, 63), at + 1);
		bool address = !addr_parse(p->address, &parsed) || word_equal(p->address, "localhost");
		if (address && read_port(end + 2 + strspn(end + 2, " "), &p->port))
			return true;
	}
	p->address[0] = '\0';
	return false;
}

void place_find(const char *text, struct place *ret)
{
	const char *arrow = strstr(text, "->"); /* before it stands the local side */
	struct place p = { .udp = phrase_find(text, "udp") || phrase_find(text, "datagram") };

	bool found = (arrow && read_endpoint(arrow + 2, &p)) || read_endpoint(text, &p) || read_named(text, &p) ||
	             read_pair(text, &p);
	if (!found)
		p.port = 0;
	p.automatic = found && !p.port;
	p.file = !found && phrase_find_any(text, "unix:|.sock ");
	*ret = p;
}
