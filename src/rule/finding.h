/* One finding in data: what is wrong, with whom, since when, how sure, and what to do. Rules make findings, the engine
 * relates and weighs them, views print them. All texts live in the judgement's arena. */
#pragma once
#include "model/growth.h"
#include "model/moment.h"

enum severity { SEVERITY_INFO, SEVERITY_WARNING, SEVERITY_CRITICAL };
enum confidence {
	CONFIDENCE_POSSIBLE, /* needs more: `alternatives` say what would settle it */
	CONFIDENCE_LIKELY,   /* the evidence fits, a named alternative remains */
	CONFIDENCE_CERTAIN,  /* follows from what was seen, no other cause is possible */
};

/* Something finite that the finding's sockets eat. */
struct budget {
	const char *what; /* "ports to 127.0.0.1:8080", "descriptors of fetch-profiles[812]" */
	const char *unit; /* "ports", "descriptors" */
	uint64_t used, limit;
	uint64_t own; /* of `used`, what this finding's sockets take */
};

struct eta {
	uint64_t s, low_s, high_s;
	const char *basis;
};

struct victim {
	uint32_t failure; /* index into the moment's failures */
	uint32_t process;
	enum failed_call call;
	int error; /* errno */
	struct endpoint target;
	bool target_known;
	bool copes; /* it went on otherwise, or how grave it is the rule says itself: it raises no severity */
	uint64_t count, first_unix_ms, last_unix_ms;
};

struct alternative {
	const char *id, *why, *settled_by; /* id: NULL if it is no cause, but as it should be */
};

struct exclusion {
	const char *id, *why;
};

/* In the order in which whoever is woken up wants them. */
enum advice_kind {
	ADVICE_NOW,      /* so that it works again; it may come back */
	ADVICE_FOR_GOOD, /* so that it does not come back */
	ADVICE_MORE,     /* where to look, and what to read */
	ADVICE_KINDS,
};

struct advice {
	enum advice_kind kind;
	const char *text, *command; /* command: NULL where there is none */
};

typedef ARRAY(uint32_t) socket_list; /* indexes into the moment's sockets */

#define PROCESS_NONE UINT32_MAX
#define SOCKET_NONE  UINT32_MAX
#define FINDING_NONE UINT32_MAX

struct finding {
	const char *id, *title, *key;
	uint32_t serial; /* names it within its judgement, whatever the order */
	enum severity severity;
	enum confidence confidence;
	uint32_t netns;          /* index into the moment's namespaces, NETNS_UNKNOWN */
	uint32_t subject;        /* index of the process that must change something, PROCESS_NONE */
	const char *subject_why; /* why there is no subject, else NULL */
	uint32_t holder;         /* becomes the subject, unless the finding turns out to have a cause; PROCESS_NONE */
	ARRAY(uint32_t) others;  /* further processes concerned */
	uint32_t other_end;      /* the process the connections lead to, PROCESS_NONE: out of view, or several */
	const char *peer;        /* the other end; NULL: none, or several */
	const char *listener;    /* our end, where a listener is concerned, or NULL */
	const char *setting;     /* net.ipv4.tcp_…, where it is about one, or NULL */
	uint32_t ends;           /* how many destinations or listeners were put together; 1 mostly */
	bool rest;               /* the program's larger ones have findings of their own */
	uint32_t queue;          /* accept-queue and its kind: index of the listener's socket, SOCKET_NONE */
	uint64_t count;
	const char *thing;                 /* what is counted, in the singular; NULL: connection */
	uint64_t oldest_ms, oldest_max_ms; /* at least and at most so old; UINT64_MAX: nothing bounds it */
	bool oldest_known;
	struct growth growth; /* not known: its `why` says why */
	bool eta_known;
	struct eta eta;
	const char *eta_why;          /* why there is no eta */
	ARRAY(struct budget) budgets; /* the engine puts the one that ends first in front */
	bool limit_reached;
	bool foreseen; /* about a limit that is not reached yet: its end is all it tells */
	ARRAY(struct victim) victims;
	/* Connections on which its program waits for others before it can go on: whoever has a finding about them is
	 * the cause. */
	socket_list waits_for;
	uint32_t cause;        /* serial of the root, FINDING_NONE: it is one */
	const char *caused_by; /* the root's key, which may have been left out on request; NULL: it is one */
	ARRAY(struct alternative) alternatives;
	ARRAY(const char *) evidence;
	ARRAY(struct exclusion) excluded;
	ARRAY(struct advice) advice;              /* by kind */
	ARRAY(const struct standing *) standings; /* where its program stands, if it was looked at; the moment's */
	const struct site *site; /* where most of its sockets were opened, of those where that is known; or NULL */
	bool yields_advice;      /* as an effect it has none of its own: only its root's helps */
	socket_list sockets;     /* what it is about */
};

typedef ARRAY(struct finding) finding_list;

void finding_free(struct finding *f); /* what it owns, not itself */

/* Its program does not get on: where its threads are is what there is to be told of lines of code. */
static inline bool finding_hangs(const struct finding *f)
{
	return streq(f->id, "hung-owner") && f->subject != PROCESS_NONE;
}

const char *severity_name(enum severity s);
const char *confidence_name(enum confidence c);
const char *advice_kind_name(enum advice_kind k); /* "for_good" */
