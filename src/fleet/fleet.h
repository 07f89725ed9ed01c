/* A fleet: what the kept moments of several hosts come to when the two ends of each connection are laid side by side.
 *One moment at a time is taken in and may be freed then. Pure: no file, no clock.
 *
 *	struct fleet *f = fleet_new();
 *	fleet_add(f, "web-1.unfin", moment);  // and so on, several of one host, too
 *	fleet_join(f);
 *	… f->pairs …
 *
 * Both ends are found in this order: by flow (addresses, ports and routing domain), by sequence numbers (through any
 * translation of addresses), by absence with proof; and else the answer is "unknown", with its reason. */
#pragma once
#include "base/arena.h"
#include "base/array.h"
#include "model/keyed.h"
#include "model/moment.h"

#define FLEET_NONE UINT32_MAX

struct fleet_host {
	uint64_t id;
	const char *name;    /* as it calls itself; the file's, where it must not be told */
	const char *boot_id; /* NULL: not told */
	uint32_t newest;     /* index into looks: the one whose sockets are joined */
};

/* One moment of one host. Earlier ones of the same host serve to prove that something was not there. */
struct fleet_look {
	uint32_t host;
	const char *file;
	uint64_t taken_unix_ms, taken_boot_ns;
	const char *gap;    /* what it could not see; NULL: it is complete */
	uint64_t lost;      /* events that found no room; of a hub's, rows */
	uint64_t key_id;    /* of the fleet's key; 0: it has no sequence numbers */
	bool redacted;      /* its addresses are no addresses: only sequence numbers join it */
	bool tracks;        /* its own namespace tracks connections: what comes to it may lead on to another host */
	bool tracks_unread; /* and what it translates of its own could not be read */
	bool from_bpf;      /* else its source knows no sequence numbers */
	bool of_hub;        /* told to a hub */
	bool clock_known;   /* of a hub's alone: it was held against the hub's clock, and was so far before it: */
	int32_t clock_off_ms;
	uint32_t sockets;    /* that it saw */
	uint32_t unfinished; /* of them, those that wait for a close() of this host for a minute or longer */
	/* When it was taken, on one clock for all looks with the same `times` (see times.c). */
	int64_t at_ms;
	uint32_t times;
	uint32_t slack_ms; /* it may be off by so much; 0: one clock, exactly */
};

struct fleet_program {
	const char *name; /* comm */
	uint32_t pid, service;
	uint64_t started_unix_ms;
	const char *release; /* see process_release() */
};

enum fleet_end_flag {
	END_TIMES = 1 << 0, /* the since_… figures are facts */
	END_AGE = 1 << 1,   /* age_ms is a fact */
	END_AGE_EXACT = 1 << 2,
	END_LISTENED = 1 << 3, /* nobody holds it: `program` is who listens on its port */
	END_OUTER = 1 << 4,    /* of the host's own namespace, and neither loopback nor link-local */
	END_CROSSED = 1 << 5,  /* conntrack has it as translated */
	END_BYTES = 1 << 6,    /* acked, received are facts */
	END_EARLIER = 1 << 7,  /* of a look that is not the host's newest */
};

/* One end of a connection, in one look. */
struct fleet_end {
	uint64_t flow, sequence, sequence_unended; /* see flow.h and model/sequence.h; 0: not known */
	uint64_t netns;
	struct endpoint local, peer;
	uint32_t look, program; /* FLEET_NONE: nobody is known */
	uint32_t since_data_ms, since_sent_ms, since_ack_ms;
	uint32_t age_ms; /* of its state, at least */
	uint32_t acked, received, send_q, recv_q;
	uint32_t pair; /* index into pairs, FLEET_NONE */
	uint8_t state, role, unowned, flags;
};

/* Who has an address, in the own namespace of a host. */
struct fleet_place {
	struct addr_range range;
	uint32_t host;
};

enum pair_verdict {
	PAIR_CLIENT_OWES, /* the server has finished; the client's program must close */
	PAIR_SERVER_OWES,
	PAIR_OWES,             /* which of both is the client is not known: `ours` must close */
	PAIR_FIN_FROM_BETWEEN, /* `ours` got a FIN that the other end never sent */
	PAIR_HALF_OPEN,        /* the other end does not exist any more */
	PAIR_NOT_A_PAIR,       /* two connections that had the same addresses and ports one after the other */
	PAIR_UNSURE,           /* see reason */
	PAIR_CLOSING,          /* on its way out, by itself */
	PAIR_HEALTHY,
	PAIR_VERDICTS,
};

enum fleet_joined { JOINED_NOT, JOINED_FLOW, JOINED_SEQUENCE, JOINED_ABSENCE };

/* Why it is not known. */
enum fleet_reason {
	REASON_NONE,
	REASON_OUTSIDE,      /* no look is of a host with the peer's address */
	REASON_SEVERAL,      /* two hosts have that address */
	REASON_INCOMPLETE,   /* the other host's look could not see all */
	REASON_TRANSLATED,   /* this host translates addresses, and nothing tells where the connection goes */
	REASON_LEADS_ON,     /* the other host translates: it may lead on from there */
	REASON_LOOKED_LATER, /* the other host looked later: both may have closed it meanwhile */
	REASON_LOOKED_EARLIER,
	REASON_TIMES,        /* nothing shows which of both looked first */
	REASON_ANSWERS,      /* somebody has acknowledged since: it is there, and is none of these sockets */
	REASON_REDACTED,     /* addresses are hidden */
	REASON_YOUNG,        /* too young to be told from one that is just being made */
	REASON_SEVERAL_ENDS, /* more than two sockets have this flow or these numbers */
	REASON_MOVED,        /* it was in use between the two looks */
	REASON_STATES,       /* both ends, in states that do not fit each other */
	FLEET_REASONS,
};

/* One connection: both ends, or one and why the other is not there. */
struct fleet_pair {
	uint32_t ours, theirs; /* indexes into ends. `ours`: who has to act. `theirs`: FLEET_NONE */
	uint32_t other_host;   /* of `theirs`, or where it should be; FLEET_NONE: not known */
	uint32_t proof;        /* JOINED_ABSENCE: the look that proves it */
	uint8_t verdict, joined, reason;
	uint8_t fin_from; /* who finished first: enum fleet_fin */
};

enum fleet_fin { FIN_NOBODY, FIN_OURS, FIN_THEIRS, FIN_BETWEEN, FIN_UNKNOWN };

/* Something that the files could not tell. */
struct fleet_gap {
	const char *host, *what, *why;
};

struct fleet {
	struct arena *arena;
	ARRAY(struct fleet_host) hosts;
	ARRAY(struct fleet_look) looks;
	ARRAY(struct fleet_program) programs;
	ARRAY(const char *) services;
	struct keyed service_index;
	ARRAY(struct fleet_end) ends;
	ARRAY(struct fleet_place) places;
	ARRAY(struct fleet_pair) pairs; /* after fleet_join(); of the hosts' newest looks */
	ARRAY(struct fleet_gap) unread; /* files that gave nothing */
	uint32_t counts[PAIR_VERDICTS];
	uint32_t healthy_apart; /* joined by flow, healthy, and counted by a hub's store: they are not among the ends */
	uint32_t gone;          /* hosts that a hub has not heard of for more than a day, and was within two weeks */
	const char *away;       /* a part of a hub's store does not answer: the gap of every look, told once; NULL */
	/* For coverage.h, after fleet_join(): */
	uint64_t common_key;  /* the key that most hosts have; 0: none has any */
	bool one_clock;       /* all looks share one: */
	int64_t newest_at_ms; /* of the hosts' newest looks, on it */
};

struct fleet *fleet_new(void);
void fleet_free(struct fleet *f); /* NULL is fine */
void fleet_cleanup(struct fleet **f);

/* Takes in what the fleet needs of it; `file` for what is told. */
void fleet_add(struct fleet *f, const char *file, const struct moment *m);
/* A file that could not be read: its host is silent. */
void fleet_miss(struct fleet *f, const char *file, const char *why);
/* Lays the ends side by side; once, after the last fleet_add(). */
void fleet_join(struct fleet *f);

/* For whoever has not added all ends of earlier looks: what is said to be absent may rest on an earlier look of the
 * other host. Is it so? Then what that look has with the same flow or numbers is to be added, and it is judged anew. */
bool fleet_rests_on_earlier(const struct fleet *f, const struct fleet_pair *p);
void fleet_judge_absent(struct fleet *f);

/* Told to a hub, and not from kept files: words for people differ. */
static inline bool fleet_is_of_hub(const struct fleet *f)
{
	return f->looks.count && f->looks.items[0].of_hub;
}

/* The number of a service, which is a new one if nobody has named it yet; `name` need not end with a NUL byte. */
uint32_t fleet_intern_service(struct fleet *f, const char *name, size_t length);

/* Connections whose other end is not there, and that is no proof. */
uint32_t fleet_count_open(const struct fleet *f);

/* The host of an end, and its service: never NULL ("-"). */
const struct fleet_host *fleet_host_of(const struct fleet *f, uint32_t end);
const char *fleet_service_of(const struct fleet *f, uint32_t end);
const struct fleet_program *fleet_program_of(const struct fleet *f, uint32_t end); /* NULL */

const char *pair_verdict_name(enum pair_verdict v); /* "client_owes" */
const char *fleet_joined_name(enum fleet_joined j); /* "flow"; NULL: JOINED_NOT */
const char *fleet_fin_name(enum fleet_fin f);       /* NULL: FIN_UNKNOWN */
const char *fleet_reason_name(enum fleet_reason r); /* NULL: REASON_NONE */
/* Nobody was found who has it, and it was not closed: somebody whom the look could not see may have it. */
bool fleet_end_holder_is_unknown(const struct fleet_end *e);
/* ", closed by its program", of one whose `program` is only who listens on its port; else "". */
const char *fleet_end_unheld(const struct fleet_end *e);
/* The reason as a sentence, without a full stop. */
void fleet_reason_add(struct text *t, const struct fleet *f, const struct fleet_pair *p);
/* A person wants to know of it: somebody must act, or it is not known. */
bool pair_verdict_matters(enum pair_verdict v);
