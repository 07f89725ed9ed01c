/* What to do next, a row for each kind of message. A new one is a row. */
#include "way_on.h"
#include <errno.h>

/* Of a server's connections each has a peer port of its own: so grouped, they would be a line each. */
#define BY_PEER    " and role == client' --group-by comm,peer_address,peer_port"
#define OF_CLIENTS "'role == client' --group-by comm,peer_address,peer_port,state"
#define WATCH      "unfin check --window 10s"

const struct way_on ways_by_topic[] = {
	{ 0, "port-taken", SAID_NOTHING, PLACE_PORT,
	  "Who has port $PORT on the host that refused it (with ssh -R, the one you log in to), and what would still "
	  "work on it. If nobody has it, that host forbids it:",
	  "unfin ports $PORT" },
	{ 0, "stale-pool", SAID_NOTHING, PLACE_ANY, "Connections that the server has closed and the pool still keeps:",
	  "unfin list 'state == close-wait" BY_PEER },
	{ 0, "stale-pool", SAID_NOTHING, PLACE_ANY,
	  "How long they lay idle until the server closed them, and which timeout fits:", WATCH },
	{ 0, "never-closed", SAID_NOTHING, PLACE_ANY,
	  "Every connection of the pool is lent. Either the program does not give them back, or the other end answers "
	  "late. How many it holds, to where, in which state:",
	  "unfin list 'role == client' --group-by comm,pid,peer_address,peer_port,state" },
	{ 0, "never-closed", SAID_NOTHING, PLACE_ANY, "Which of the two it is, and who is to blame:", WATCH },
	{ 0, "connection-churn", SAID_NOTHING, PLACE_ANY,
	  "More threads than the pool has places: each further connection serves one request and is closed. It is "
	  "harmless until TIME-WAIT eats the ports. How near that is:",
	  WATCH },
	{ 0, "connection-churn", SAID_NOTHING, PLACE_ANY, "How many connections to where:", "unfin list " OF_CLIENTS },
	{ 0, "not-served", SAID_NOTHING, PLACE_ANY,
	  "Every worker is busy. Whom they wait for, and what waits unread meanwhile:", WATCH },
	{ 0, "not-served", SAID_NOTHING, PLACE_ANY, "Which connections the workers hold:",
	  "unfin list 'state != listen' --group-by comm,pid,peer_address,state" },
	{ 0, "fd-limit", SAID_NOTHING, PLACE_ANY,
	  "The program's own limit of connections is met. What fills it, and in which state:",
	  "unfin list --group-by comm,pid,state" },
	{ 0, "fd-limit", SAID_NOTHING, PLACE_ANY, "Whether they are left unfinished, or the load is real:", WATCH },
	{ 0 },
};

const struct way_on ways_by_errno[] = {
	{ EADDRINUSE, NULL, SAID_BIND, PLACE_PORT,
	  "One socket sits on port $PORT and forbids it. Which, who holds it, and what would still work:",
	  "unfin ports $PORT" },
	{ EADDRINUSE, NULL, SAID_BIND, PLACE_FILE,
	  "It is a socket in the file system, not a port: its file is still there. Who has it open (nobody: remove "
	  "it):",
	  "ss -xlp" },
	{ EADDRINUSE, NULL, SAID_BIND, PLACE_UNSAID,
	  "If the program named the port (a server), one socket sits on it:", "unfin ports PORT" },
	{ EADDRINUSE, NULL, SAID_BIND, PLACE_UNSAID,
	  "If it is a client that binds before it connects, no port is free. Who holds them, who fails:", WATCH },
	{ EADDRINUSE, NULL, SAID_BIND_CLIENT, PLACE_ANY,
	  "A client that binds before it connects: no port is free on its whole address. Who holds them:", WATCH },
	{ EADDRINUSE, NULL, SAID_CONNECT, PLACE_ANY,
	  "From connect() it is Windows that says so: no local port is left there, or these four numbers exist already "
	  "(Linux says EADDRNOTAVAIL). What the other end holds, if that is this host:",
	  "unfin list " OF_CLIENTS },
	{ EADDRNOTAVAIL, NULL, SAID_CONNECT, PLACE_ANY,
	  "connect() has three reasons for it: no local port is left for the destination (ports-exhausted), this "
	  "network namespace has no source address of that family (address-absent), or the program named its source "
	  "port and these four numbers exist already (port-taken). Which one it is:",
	  WATCH },
	{ EADDRNOTAVAIL, NULL, SAID_CONNECT, PLACE_PORT, "What goes there at this moment:",
	  "unfin list 'peer_port == $PORT and role == client' --group-by comm,peer_address,state" },
	{ EADDRNOTAVAIL, NULL, SAID_CONNECT, PLACE_ANY,
	  "Which source address the way there has; it says \"unreachable\" where there is none:",
	  "ip route get $ADDRESS" },
	{ EADDRNOTAVAIL, NULL, SAID_BIND, PLACE_ANY,
	  "The address is not one of the program's network namespace; ports have nothing to do with it. Those it has:",
	  "ip address" },
	{ EADDRNOTAVAIL, NULL, SAID_BIND_CLIENT, PLACE_ANY,
	  "The source address that the client binds is not one of its network namespace. Those it has:", "ip address" },
	{ EADDRNOTAVAIL, NULL, SAID_NOTHING, PLACE_ANY,
	  "From bind() it means that the address is not one of this network namespace. Those it has:", "ip address" },
	{ EADDRNOTAVAIL, NULL, SAID_NOTHING, PLACE_ANY,
	  "From connect() it has three reasons: no port left, no source address of that family, or four numbers that "
	  "exist already. Which call fails, and why:",
	  WATCH },
	{ EMFILE, NULL, SAID_NOTHING, PLACE_ANY,
	  "Whether connections fill the limit, whose, and in which state:", "unfin list --group-by comm,pid,state" },
	{ EMFILE, NULL, SAID_NOTHING, PLACE_ANY, "How near each process is to its limit:", "unfin limits" },
	{ ENFILE, NULL, SAID_NOTHING, PLACE_ANY,
	  "Who holds the most connections on this host:", "unfin list --group-by comm,pid" },
	{ ECONNREFUSED, NULL, SAID_NOTHING, PLACE_PORT,
	  "On the destination: who listens on that port, and on which address:",
	  "unfin list 'state == listen and local_port == $PORT'" },
	{ ECONNREFUSED, NULL, SAID_NOTHING, PLACE_FILE,
	  "On the socket in the file system nobody listens. Who does on which:", "ss -xlp" },
	{ ECONNREFUSED, NULL, SAID_NOTHING, PLACE_UNSAID,
	  "On the destination: who listens, and on which address:", "unfin list 'state == listen'" },
	{ ECONNRESET, NULL, SAID_NOTHING, PLACE_ANY,
	  "If it is a client with a pool: connections that the server has closed already:",
	  "unfin list 'state == close-wait" BY_PEER },
	{ EPIPE, NULL, SAID_NOTHING, PLACE_ANY,
	  "A server: peers that gave up before they were answered. A client: a stale pool:", WATCH },
	{ ECONNABORTED, NULL, SAID_NOTHING, PLACE_ANY,
	  "Connections that were ended here, and are still held by their program:", "unfin list 'state == close'" },
	{ ETIMEDOUT, NULL, SAID_CONNECT, PLACE_ANY,
	  "Which destinations do not answer:", "unfin list 'state == syn-sent' --group-by peer_address,peer_port" },
	{ ETIMEDOUT, NULL, SAID_READ, PLACE_ANY,
	  "Connected, and no answer in time. On the host of the server: whether its workers are stuck, its queue is "
	  "full, or it is slow:",
	  WATCH },
	{ ETIMEDOUT, NULL, SAID_NOTHING, PLACE_ANY,
	  "Whether it is a server of this host that does not answer in time:", WATCH },
	{ ETIMEDOUT, NULL, SAID_NOTHING, PLACE_ANY, "Which destinations do not even answer the handshake:",
	  "unfin list 'state == syn-sent' --group-by peer_address,peer_port" },
	{ EHOSTUNREACH, NULL, SAID_NOTHING, PLACE_ANY,
	  "Not a matter of ports. The way to the host, and its neighbour entry:",
	  "ip route get $ADDRESS; ip neigh show $ADDRESS" },
	{ ENETUNREACH, NULL, SAID_NOTHING, PLACE_ANY,
	  "Not a matter of ports. The route, in the program's network namespace:", "ip route get $ADDRESS" },
	{ EAFNOSUPPORT, NULL, SAID_NOTHING, PLACE_ANY,
	  "Not a matter of ports: this kernel or namespace does not have that family, mostly IPv6. Addresses that it "
	  "has:",
	  "ip address" },
	{ ENOTCONN, NULL, SAID_NOTHING, PLACE_ANY,
	  "Connections that are over and still held by their program:", "unfin list 'state == close'" },
	{ EINPROGRESS, NULL, SAID_NOTHING, PLACE_ANY,
	  "No error. What is on its way:", "unfin list 'state == syn-sent' --group-by comm,peer_address,peer_port" },
	{ ENOBUFS, NULL, SAID_CONNECT, PLACE_ANY,
	  "From connect() it is Windows that says so (10055): no local port is left there. On Linux see:",
	  "unfin check" },
	{ ENOBUFS, NULL, SAID_BIND_CLIENT, PLACE_ANY,
	  "From a client's bind() it is Windows that says so (10055): no local port is left there. On Linux see:",
	  "unfin check" },
	{ ENOBUFS, NULL, SAID_NOTHING, PLACE_ANY, "Whether TCP's memory is used up, and by whom:", "unfin check" },
	{ EACCES, NULL, SAID_BIND, PLACE_PORT,
	  "Who may bind port $PORT: from this number on everyone may:", "sysctl net.ipv4.ip_unprivileged_port_start" },
	{ 0 },
};

/* A message that nobody has met yet. */
const struct way_on ways_unknown[] = {
	{ 0, NULL, SAID_NOTHING, PLACE_PORT, "Who has port $PORT, and what would work on it:", "unfin ports $PORT" },
	{ 0, NULL, SAID_NOTHING, PLACE_ANY,
	  "Which calls fail while it happens, who holds the connections, and why:", "unfin check --window 30s" },
	{ 0, NULL, SAID_NOTHING, PLACE_ANY,
	  "What is connected to where, and in which state:", "unfin list " OF_CLIENTS },
	{ 0 },
};
