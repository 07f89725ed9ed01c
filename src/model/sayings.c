#include "sayings.h"
#include <errno.h>

const struct saying_errno sayings_errno[] = {
	{ EADDRINUSE, "EADDRINUSE",
	  "address already in use|address in use|port is already allocated|was already in use|connection in use|"
	  "kind: addrinuse",
	  CALL_BIND },
	{ EADDRNOTAVAIL, "EADDRNOTAVAIL",
	  "cannot assign requested address|can't assign requested address|address not available|"
	  "kind: addrnotavailable",
	  CALL_UNKNOWN },
	{ ENFILE, "ENFILE", "too many open files in system|file-max limit", CALL_UNKNOWN },
	{ EMFILE, "EMFILE", "too many open files|no file descriptors available|descriptor limit", CALL_UNKNOWN },
	{ ECONNREFUSED, "ECONNREFUSED", "connection refused|kind: connectionrefused", CALL_CONNECT },
	{ ECONNRESET, "ECONNRESET", "connection reset|socket hang up|kind: connectionreset", CALL_UNKNOWN },
	{ ECONNABORTED, "ECONNABORTED", "software caused connection abort|connection abort|kind: connectionaborted",
	  CALL_UNKNOWN },
	{ ETIMEDOUT, "ETIMEDOUT", "connection timed out|operation timed out|timed out|i/o timeout|kind: timedout",
	  CALL_UNKNOWN },
	{ EPIPE, "EPIPE", "broken pipe|kind: brokenpipe", CALL_WRITE },
	{ ENOBUFS, "ENOBUFS", "no buffer space available", CALL_UNKNOWN },
	{ EHOSTUNREACH, "EHOSTUNREACH", "no route to host|host is unreachable|kind: hostunreachable", CALL_CONNECT },
	{ ENETUNREACH, "ENETUNREACH", "network is unreachable|network unreachable|kind: networkunreachable",
	  CALL_CONNECT },
	{ EACCES, "EACCES", "permission denied", CALL_UNKNOWN },
	{ ENOTCONN, "ENOTCONN", "endpoint is not connected|socket not connected", CALL_UNKNOWN },
	{ EINPROGRESS, "EINPROGRESS", "operation now in progress|operation in progress", CALL_CONNECT },
	{ EAGAIN, "EAGAIN", "resource temporarily unavailable", CALL_UNKNOWN },
	{ EAGAIN, "EWOULDBLOCK", "operation would block", CALL_UNKNOWN },
	{ 0 },
};

/* What names a call outright stands before what only hints at it. */
const struct saying_call sayings_call[] = {
	{ "bind failed", CALL_BIND },
	{ "bind()", CALL_BIND },
	{ "bind(2)", CALL_BIND },
	{ "bind:", CALL_BIND },
	{ "listen e", CALL_BIND }, /* Node: "listen EADDRINUSE: …", which came from its bind() */
	{ "connect failed", CALL_CONNECT },
	{ "connect()", CALL_CONNECT },
	{ "connect(2)", CALL_CONNECT },
	{ "connect:", CALL_CONNECT },
	{ "connect e", CALL_CONNECT }, /* Node: "connect EADDRNOTAVAIL …" */
	{ "accept4", CALL_ACCEPT },
	{ "accept()", CALL_ACCEPT },
	{ "accept:", CALL_ACCEPT },
	{ "accept e", CALL_ACCEPT },
	{ "could not accept", CALL_ACCEPT },
	{ "accept failed", CALL_ACCEPT },
	{ "recv()", CALL_READ },
	{ "readv()", CALL_READ },
	{ "read()", CALL_READ },
	{ "read:", CALL_READ },
	{ "read e", CALL_READ },
	{ "read timed out", CALL_READ },
	{ "reading response", CALL_READ },
	{ "writev()", CALL_WRITE },
	{ "write()", CALL_WRITE },
	{ "send()", CALL_WRITE },
	{ "write:", CALL_WRITE },
	{ "write e", CALL_WRITE },
	{ "socket()", CALL_SOCKET },
	{ "socket:", CALL_SOCKET },
	{ "connecting to", CALL_CONNECT },
	{ "to connect", CALL_CONNECT },
	{ "connect timed out", CALL_CONNECT },
	{ "new connection", CALL_CONNECT },
	{ "connectexception", CALL_CONNECT },
	{ "dial tcp", CALL_CONNECT },
	{ "bindexception", CALL_BIND },
	{ "bind", CALL_BIND },
	{ "listen", CALL_BIND },
	{ 0 },
};

const struct saying_call sayings_client[] = {
	{ "dial tcp", CALL_BIND_ANY },
	{ "httpclient", CALL_BIND_ANY },
	{ "java.net.socket.<init>", CALL_BIND_ANY },
	{ "new connection", CALL_BIND_ANY },
	{ "connecting to", CALL_BIND_ANY },
	{ 0 },
};

const struct saying_topic sayings_topic[] = {
	{ "no free ports", "ports-exhausted", "EADDRNOTAVAIL", CALL_CONNECT }, /* HAProxy */
	{ "too many orphaned sockets", "orphan-limit", NULL, CALL_UNKNOWN },
	{ "consider tuning tcp_mem", "tcp-memory", NULL, CALL_UNKNOWN },
	{ "conntrack: table full", "conntrack-full", NULL, CALL_UNKNOWN },
	{ "possible syn flooding", "listen-overflow", NULL, CALL_UNKNOWN },
	{ "time wait bucket table overflow", "time-wait-overflow", NULL, CALL_UNKNOWN },
	{ "server closed idle connection", "stale-pool", NULL, CALL_UNKNOWN },        /* Go */
	{ "prematurely closed connection", "stale-pool", NULL, CALL_UNKNOWN },        /* nginx */
	{ "remote end closed connection", "stale-pool", NULL, CALL_UNKNOWN },         /* Python */
	{ "nohttpresponseexception", "stale-pool", NULL, CALL_UNKNOWN },              /* Apache HttpClient */
	{ "timeout waiting for connection from pool", "never-closed", NULL, CALL_UNKNOWN }, /* Apache HttpClient */
	{ 0 },
};
