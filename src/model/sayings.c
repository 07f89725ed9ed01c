#include "sayings.h"
#include <errno.h>

const struct saying_errno sayings_errno[] = {
	{ EADDRINUSE, "EADDRINUSE",
	  "address already in use|address in use|port is already allocated|was already in use|connection in use|"
	  "kind: addrinuse",
	  SAID_BIND },
	{ EADDRNOTAVAIL, "EADDRNOTAVAIL",
	  "cannot assign requested address|can't assign requested address|address not available|"
	  "kind: addrnotavailable",
	  SAID_NOTHING },
	{ ENFILE, "ENFILE", "too many open files in system|file-max limit", SAID_NOTHING },
	{ EMFILE, "EMFILE", "too many open files|no file descriptors available|descriptor limit", SAID_NOTHING },
	{ ECONNREFUSED, "ECONNREFUSED", "connection refused|kind: connectionrefused", SAID_CONNECT },
	{ ECONNRESET, "ECONNRESET", "connection reset|socket hang up|kind: connectionreset", SAID_NOTHING },
	{ ECONNABORTED, "ECONNABORTED", "software caused connection abort|connection abort|kind: connectionaborted",
	  SAID_NOTHING },
	{ ETIMEDOUT, "ETIMEDOUT", "connection timed out|operation timed out|timed out|i/o timeout|kind: timedout",
	  SAID_NOTHING },
	{ EPIPE, "EPIPE", "broken pipe|kind: brokenpipe", SAID_WRITE },
	{ ENOBUFS, "ENOBUFS", "no buffer space available", SAID_NOTHING },
	{ EHOSTUNREACH, "EHOSTUNREACH", "no route to host|host is unreachable|kind: hostunreachable", SAID_CONNECT },
	{ ENETUNREACH, "ENETUNREACH", "network is unreachable|network unreachable|kind: networkunreachable",
	  SAID_CONNECT },
	{ EACCES, "EACCES", "permission denied", SAID_NOTHING },
	{ ENOTCONN, "ENOTCONN", "endpoint is not connected|socket not connected", SAID_NOTHING },
	{ EINPROGRESS, "EINPROGRESS", "operation now in progress|operation in progress", SAID_CONNECT },
	{ EAGAIN, "EAGAIN", "resource temporarily unavailable", SAID_NOTHING },
	{ EAGAIN, "EWOULDBLOCK", "operation would block", SAID_NOTHING },
	{ 0 },
};

/* What names a call outright stands before what only hints at it. */
const struct saying_call sayings_call[] = {
	{ "bind failed", SAID_BIND },
	{ "bind()", SAID_BIND },
	{ "bind(2)", SAID_BIND },
	{ "bind:", SAID_BIND },
	{ "listen e", SAID_BIND }, /* Node: "listen EADDRINUSE: …", which came from its bind() */
	{ "connect failed", SAID_CONNECT },
	{ "connect()", SAID_CONNECT },
	{ "connect(2)", SAID_CONNECT },
	{ "connect:", SAID_CONNECT },
	{ "connect e", SAID_CONNECT }, /* Node: "connect EADDRNOTAVAIL …" */
	{ "accept4", SAID_ACCEPT },
	{ "accept()", SAID_ACCEPT },
	{ "accept:", SAID_ACCEPT },
	{ "accept e", SAID_ACCEPT },
	{ "could not accept", SAID_ACCEPT },
	{ "accept failed", SAID_ACCEPT },
	{ "recv()", SAID_READ },
	{ "readv()", SAID_READ },
	{ "read()", SAID_READ },
	{ "read:", SAID_READ },
	{ "read e", SAID_READ },
	{ "read timed out", SAID_READ },
	{ "reading response", SAID_READ },
	{ "writev()", SAID_WRITE },
	{ "write()", SAID_WRITE },
	{ "send()", SAID_WRITE },
	{ "write:", SAID_WRITE },
	{ "write e", SAID_WRITE },
	{ "socket()", SAID_SOCKET },
	{ "socket:", SAID_SOCKET },
	{ "connecting to", SAID_CONNECT },
	{ "to connect", SAID_CONNECT },
	{ "connect timed out", SAID_CONNECT },
	{ "new connection", SAID_CONNECT },
	{ "connectexception", SAID_CONNECT },
	{ "dial tcp", SAID_CONNECT },
	{ "bindexception", SAID_BIND },
	{ "bind", SAID_BIND },
	{ "listen", SAID_BIND },
	{ 0 },
};

const struct saying_call sayings_client[] = {
	{ "dial tcp", SAID_BIND_ANY },
	{ "httpclient", SAID_BIND_ANY },
	{ "java.net.socket.<init>", SAID_BIND_ANY },
	{ "new connection", SAID_BIND_ANY },
	{ "connecting to", SAID_BIND_ANY },
	{ 0 },
};

const struct saying_topic sayings_topic[] = {
	{ "no free ports", "ports-exhausted", "EADDRNOTAVAIL", SAID_CONNECT }, /* HAProxy */
	{ "too many orphaned sockets", "orphan-limit", NULL, SAID_NOTHING },
	{ "consider tuning tcp_mem", "tcp-memory", NULL, SAID_NOTHING },
	{ "conntrack: table full", "conntrack-full", NULL, SAID_NOTHING },
	{ "possible syn flooding", "listen-overflow", NULL, SAID_NOTHING },
	{ "time wait bucket table overflow", "time-wait-overflow", NULL, SAID_NOTHING },
	{ "server closed idle connection", "stale-pool", NULL, SAID_NOTHING },              /* Go */
	{ "prematurely closed connection", "stale-pool", NULL, SAID_NOTHING },              /* nginx */
	{ "remote end closed connection", "stale-pool", NULL, SAID_NOTHING },               /* Python */
	{ "nohttpresponseexception", "stale-pool", NULL, SAID_NOTHING },                    /* Apache HttpClient */
	{ "timeout waiting for connection from pool", "never-closed", NULL, SAID_NOTHING }, /* Apache HttpClient */
	{ 0 },
};
