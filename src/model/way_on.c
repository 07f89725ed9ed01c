#include "way_on.h"
#include <errno.h>

#define BY_PEER "--group-by comm,peer_address,peer_port,state"

static const struct way_on ways[] = {
	{ EADDRINUSE, SAID_BIND, PORT_KNOWN, "One socket sits on port $PORT and forbids it. Which, and who holds it:",
	  "unfin list 'local_port == $PORT'" },
	{ EADDRINUSE, SAID_BIND, PORT_MISSING,
	  "If the program named the port (a server), one socket sits on it:", "unfin list 'local_port == PORT'" },
	{ EADDRINUSE, SAID_BIND, PORT_MISSING,
	  "If it is a client that binds before it connects, no port is free. Who holds them, who fails:",
	  "unfin check --window 10s" },
	{ EADDRINUSE, SAID_BIND_ANY, PORT_ANY,
	  "A client that binds before it connects: no port is free on its whole address. Who holds them:",
	  "unfin check --window 10s" },
	{ EADDRNOTAVAIL, SAID_CONNECT, PORT_KNOWN,
	  "No local port is left for this destination. Why, and who holds them:", "unfin check --window 10s" },
	{ EADDRNOTAVAIL, SAID_CONNECT, PORT_KNOWN,
	  "What goes there at this moment:", "unfin list 'peer_port == $PORT' " BY_PEER },
	{ EADDRNOTAVAIL, SAID_BIND, PORT_ANY,
	  "The address is none of this host, in the program's network namespace. It has nothing to do with ports:",
	  "ip address" },
	{ EADDRNOTAVAIL, SAID_BIND_ANY, PORT_ANY, "The source address is none of this host:", "ip address" },
	{ EADDRNOTAVAIL, SAID_CONNECT, PORT_MISSING,
	  "No local port is left for one destination. Which, and who holds them:", "unfin check --window 10s" },
	{ EADDRNOTAVAIL, SAID_NOTHING, PORT_ANY,
	  "From connect() it means that no port is left for a destination:", "unfin check --window 10s" },
	{ EMFILE, SAID_NOTHING, PORT_ANY,
	  "Whether connections fill the limit, whose, and in which state:", "unfin list --group-by comm,pid,state" },
	{ ENFILE, SAID_NOTHING, PORT_ANY,
	  "Who holds the most connections on this host:", "unfin list --group-by comm,pid" },
	{ ECONNREFUSED, SAID_NOTHING, PORT_KNOWN, "On the destination: who listens on that port, and on which address:",
	  "unfin list 'state == listen and local_port == $PORT'" },
	{ ECONNREFUSED, SAID_NOTHING, PORT_MISSING,
	  "On the destination: who listens, and on which address:", "unfin list 'state == listen'" },
	{ ECONNRESET, SAID_NOTHING, PORT_ANY,
	  "If it is a client with a pool: connections that the server has closed already:",
	  "unfin list 'state == close-wait' " BY_PEER },
	{ EPIPE, SAID_NOTHING, PORT_ANY,
	  "A server: peers that gave up before they were answered. A client: a stale pool:",
	  "unfin check --window 10s" },
	{ ECONNABORTED, SAID_NOTHING, PORT_ANY,
	  "Connections that were ended here, and are still held by their program:", "unfin list 'state == close'" },
	{ ETIMEDOUT, SAID_CONNECT, PORT_ANY,
	  "Which destinations do not answer:", "unfin list 'state == syn-sent' --group-by peer_address,peer_port" },
	{ ETIMEDOUT, SAID_NOTHING, PORT_ANY,
	  "Whether it is a server of this host that does not answer in time:", "unfin check --window 10s" },
	{ EHOSTUNREACH, SAID_NOTHING, PORT_ANY, "Not a matter of ports. The way to the host, and its neighbour entry:",
	  "ip route get ADDRESS; ip neigh show ADDRESS" },
	{ ENETUNREACH, SAID_NOTHING, PORT_ANY,
	  "Not a matter of ports. The route, in the program's network namespace:", "ip route get ADDRESS" },
	{ ENOTCONN, SAID_NOTHING, PORT_ANY,
	  "Connections that are over and still held by their program:", "unfin list 'state == close'" },
	{ EINPROGRESS, SAID_NOTHING, PORT_ANY,
	  "No error. What is on its way:", "unfin list 'state == syn-sent' --group-by comm,peer_address,peer_port" },
	{ ENOBUFS, SAID_NOTHING, PORT_ANY, "Whether TCP's memory is used up, and by whom:", "unfin check" },
};

static bool fits(const struct way_on *w, const struct mention *m)
{
	bool port = w->port == PORT_ANY || (w->port == PORT_KNOWN) == (m->port != 0);

	return w->error == m->number && port && (w->call == SAID_NOTHING || w->call == m->call);
}

size_t way_on_find(const struct mention *m, const struct way_on *ret[WAYS_ON_MOST])
{
	size_t count = 0;

	/* What fits any call is only for calls that no row of their own was made for. */
	for (size_t i = 0; m->error && i < ARRAY_SIZE(ways) && count < WAYS_ON_MOST; i++)
		if (fits(&ways[i], m) && !(count && ways[i].call == SAID_NOTHING))
			ret[count++] = &ways[i];
	return count;
}

void way_on_add(struct text *t, const char *template, const struct mention *m)
{
	const char *mark;

	for (; (mark = strstr(template, "$PORT")); template = mark + strlen("$PORT")) {
		text_add_bytes(t, template, (size_t)(mark - template));
		text_add_u64(t, m->port);
	}
	text_add(t, template);
}
