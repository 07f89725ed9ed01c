/* Every limit that a connection can meet: its use, the limit, the setting, and when it is reached. Pure. */
#pragma once
#include "forecast.h"

enum limit_kind {
	LIMIT_PORTS_BIND,
	LIMIT_PORTS_CONNECT,
	LIMIT_DESCRIPTORS, /* of a process */
	LIMIT_FILES,       /* of the host */
	LIMIT_QUEUE,       /* of a listener: connections that wait to be accepted */
	LIMIT_TIME_WAIT,
	LIMIT_ORPHANS,
	LIMIT_MEMORY, /* of all TCP buffers, in pages */
	LIMIT_CONNTRACK,
	LIMIT_KINDS,
};

struct limit {
	enum limit_kind kind;
	uint32_t netns;            /* index; NETNS_UNKNOWN: the host's */
	uint32_t process;          /* LIMIT_DESCRIPTORS; else UINT32_MAX */
	uint32_t socket;           /* LIMIT_QUEUE: the listener; else UINT32_MAX */
	struct port_budget budget; /* LIMIT_PORTS_… */
	uint64_t used, limit;
	struct forecast forecast;
};

struct limits {
	const struct moment *moment;
	ARRAY(struct limit) rows; /* the nearest to its limit first */
};

void limits_collect(const struct port_map *map, struct limits *ret);
/* Those of the processes alone, those of the namespaces without ports and the host's alone. */
void limits_descriptors(const struct moment *m, struct limits *ret);
void limits_kernel(const struct moment *m, struct limits *ret);
void limits_free(struct limits *limits);

const char *limit_id(enum limit_kind kind);
const char *limit_scope(enum limit_kind kind);   /* netns, process, host, listener */
const char *limit_setting(enum limit_kind kind); /* its name */
const char *limit_owner(enum limit_kind kind);   /* who sets it, for people */
const char *limit_unit(enum limit_kind kind);    /* of used and limit, in the plural */
/* What it is the limit of: "fetch[812]", "127.0.0.1:8080", a namespace's name or inode. */
void limit_subject(struct text *t, const struct moment *m, const struct limit *l);
