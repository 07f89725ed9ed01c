#include "sayings.h"
#include <errno.h>

const struct saying_errno sayings_errno[] = {
	{ EADDRINUSE, 10048, "EADDRINUSE",
	  "address already in use|address in use|port is already allocated|was already in use|connection in use|"
	  "is already in use|kind: addrinuse|only one usage of each socket address",
	  "", SAID_BIND },
	{ EADDRNOTAVAIL, 10049, "EADDRNOTAVAIL",
	  "cannot assign requested address|can't assign requested address|address not available|"
	  "kind: addrnotavailable|requested address is not valid in its context",
	  "", SAID_NOTHING },
	{ ENFILE, 0, "ENFILE", "too many open files in system|file-max limit|file table overflow", "", SAID_NOTHING },
	{ EMFILE, 10024, "EMFILE",
	  "too many open files|no file descriptors available|descriptor limit|too many open sockets|"
	  "out of file descriptors|ran out of file descriptors|no more file descriptors|filedescriptor out of range",
	  "", SAID_NOTHING },
	{ ECONNREFUSED, 10061, "ECONNREFUSED", "connection refused|kind: connectionrefused|actively refused", "",
	  SAID_CONNECT },
	{ ECONNRESET, 10054, "ECONNRESET",
	  "connection reset|socket hang up|kind: connectionreset|forcibly closed by the remote host", "",
	  SAID_NOTHING },
	{ ECONNABORTED, 10053, "ECONNABORTED",
	  "software caused connection abort|connection abort|kind: connectionaborted|"
	  "aborted by the software in your host",
	  "", SAID_NOTHING },
	{ ETIMEDOUT, 10060, "ETIMEDOUT",
	  "connection timed out|operation timed out|i/o timeout|kind: timedout|did not properly respond after",
	  "timed out|timeout|time-out|deadline exceeded", SAID_NOTHING },
	{ EPIPE, 0, "EPIPE", "broken pipe|kind: brokenpipe", "", SAID_WRITE },
	{ ENOBUFS, 10055, "ENOBUFS", "no buffer space available|lacked sufficient buffer space", "", SAID_NOTHING },
	{ EAFNOSUPPORT, 10047, "EAFNOSUPPORT",
	  "address family not supported|address family for hostname not supported|"
	  "address incompatible with the requested protocol",
	  "", SAID_NOTHING },
	{ EHOSTUNREACH, 10065, "EHOSTUNREACH",
	  "no route to host|host is unreachable|kind: hostunreachable|attempted to an unreachable host", "",
	  SAID_CONNECT },
	{ ENETUNREACH, 10051, "ENETUNREACH",
	  "network is unreachable|network unreachable|kind: networkunreachable|attempted to an unreachable network", "",
	  SAID_CONNECT },
	{ EACCES, 10013, "EACCES", "permission denied|forbidden by its access permissions", "", SAID_NOTHING },
	{ ENOTCONN, 10057, "ENOTCONN", "endpoint is not connected|socket not connected", "", SAID_NOTHING },
	{ EINPROGRESS, 10036, "EINPROGRESS", "operation now in progress|operation in progress", "", SAID_CONNECT },
	{ EAGAIN, 0, "EAGAIN", "resource temporarily unavailable", "", SAID_NOTHING },
	{ EAGAIN, 10035, "EWOULDBLOCK", "operation would block", "", SAID_NOTHING },
	{ 0 },
};

const struct saying_topic sayings_topic[] = {
	{ "no free ports", "ports-exhausted", "EADDRNOTAVAIL", SAID_CONNECT },                      /* HAProxy */
	{ "remote port forwarding failed for listen port", "port-taken", "EADDRINUSE", SAID_BIND }, /* ssh -R */
	{ "cannot bind socket [", "port-taken", NULL, SAID_BIND }, /* HAProxy before 2.4 left the errno out */
	/* the kernel */
	{ "too many orphaned sockets", "orphan-limit", NULL, SAID_NOTHING },
	{ "consider tuning tcp_mem|out of socket memory", "tcp-memory", NULL, SAID_NOTHING },
	{ "conntrack: table full", "conntrack-full", NULL, SAID_NOTHING },
	{ "possible syn flooding", "listen-overflow", NULL, SAID_NOTHING },
	{ "time wait bucket table overflow", "time-wait-overflow", NULL, SAID_NOTHING },
	/* connections that the server closed while they lay in a pool: Go, nginx, Python, Apache HttpClient, redis,
	 * libpq, MySQL, hyper, aiohttp, OkHttp, HTTP/2, curl */
	{ "server closed idle connection|prematurely closed connection|remote end closed connection|"
	  "nohttpresponseexception|connection closed by server|server closed the connection|server has gone away|"
	  "connection closed before message completed|serverdisconnectederror|server disconnected|"
	  "unexpected end of stream|server sent goaway|empty reply from server",
	  "stale-pool", NULL, SAID_NOTHING },
	/* every connection of a pool is lent: Apache HttpClient, HikariCP, DBCP, SQLAlchemy, ActiveRecord, node-pg */
	{ "timeout waiting for connection from pool|connection is not available, request timed out|"
	  "cannot get a connection, pool error|queuepool limit of|could not obtain a connection from the pool|"
	  "could not obtain a database connection|all pooled connections were in use|connection pool exhausted|"
	  "timeout exceeded when trying to connect",
	  "never-closed", NULL, SAID_NOTHING },
	/* a pool that is smaller than what uses it: urllib3 */
	{ "pool is full, discarding connection", "connection-churn", NULL, SAID_NOTHING },
	/* every worker is busy: php-fpm, gunicorn, Apache httpd, uWSGI */
	{ "max_children setting|worker timeout (pid|reached maxrequestworkers|reached maxclients|"
	  "server seems busy|listen queue of socket|the work of process",
	  "not-served", NULL, SAID_NOTHING },
	/* a limit of connections that a program has of its own: nginx, redis, PostgreSQL, MySQL */
	{ "worker_connections are not enough|max number of clients reached|too many clients already|"
	  "remaining connection slots are reserved|too many connections",
	  "fd-limit", NULL, SAID_NOTHING },
	{ 0 },
};
