/* A judgement in data: what is wrong, with whom, since when, how sure, and what to do. Rules make findings,
 * the engine relates and weighs them, views print them. All texts live in the judgement's arena. */
#pragma once
#include "model/filter/filter.h"
#include "model/growth.h"

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
	uint32_t process;
	enum failed_call call;
	int error; /* errno */
	struct endpoint target;
	bool target_known;
	uint64_t count, first_unix_ms, last_unix_ms;
};

struct alternative {
	const char *id, *why, *settled_by; /* id: NULL if it is no cause, but as it should be */
};

struct exclusion {
	const char *id, *why;
};

struct advice {
	const char *text, *command; /* command: NULL where there is none */
};

#define PROCESS_NONE UINT32_MAX
#define SOCKET_NONE  UINT32_MAX

struct finding {
	const char *id, *title, *key;
	enum severity severity;
	enum confidence confidence;
	uint32_t netns;          /* index into the moment's namespaces, NETNS_UNKNOWN */
	uint32_t subject;        /* index of the process that must change something, PROCESS_NONE */
	const char *subject_why; /* why there is no subject, else NULL */
	ARRAY(uint32_t) others;  /* further processes concerned */
	uint32_t other_end;      /* the process the connections lead to, PROCESS_NONE: out of view, or several */
	const char *peer;        /* the other end; NULL: none, or several */
	const char *listener;    /* our end, where a listener is concerned, or NULL */
	const char *setting;     /* net.ipv4.tcp_…, where it is about one, or NULL */
	uint32_t ends;           /* how many destinations or listeners were put together; 1 mostly */
	bool rest;               /* the program's larger ones have findings of their own */
	uint32_t queue;          /* accept-queue and its kind: index of the listener's socket, SOCKET_NONE */
	uint64_t count;
	const char *thing; /* what is counted, in the singular; NULL: connection */
	uint64_t oldest_ms;
	bool oldest_known;
	struct growth growth; /* not known: its `why` says why */
	bool eta_known;
	struct eta eta;
	const char *eta_why;          /* why there is no eta */
	ARRAY(struct budget) budgets; /* the engine puts the one that ends first in front */
	bool limit_reached;
	bool foreseen; /* about a limit that is not reached yet: its end is all it tells */
	ARRAY(struct victim) victims;
	const char *caused_by; /* key of the root */
	ARRAY(struct alternative) alternatives;
	ARRAY(const char *) evidence;
	ARRAY(struct exclusion) excluded;
	ARRAY(struct advice) advice;
	ARRAY(uint32_t) sockets; /* indexes into the moment's sockets: what it is about */
};

enum verdict { VERDICT_OK, VERDICT_WARNING, VERDICT_CRITICAL, VERDICT_UNKNOWN };

struct judgement {
	struct arena *arena;
	const struct request *request;  /* while it is made */
	struct port_map *ports;         /* NULL until a rule asks: see budgets.h */
	struct programs *programs;      /* the same: see programs.h */
	struct listeners *listeners;    /* the same: see listeners.h */
	struct pairs *pairs;            /* the same: see pairs.h */
	ARRAY(struct finding) findings; /* roots by weight, each followed by its effects */
	enum verdict verdict;
};

/* What may be left out, and from where on it is grave. All of it is borrowed. */
struct ignored {
	const char *id;
	const struct filter *filter; /* NULL: the cause is left out whatever the sockets */
};

struct thresholds {
	uint64_t critical_eta_s, warning_eta_s; /* a limit that is reached sooner */
	unsigned warning_percent;               /* of a budget, taken by one finding */
};

struct request {
	const struct filter *about; /* judge these sockets only; NULL: all */
	ARRAY(const char *) only;   /* ids; none: all */
	ARRAY(struct ignored) ignore;
	struct thresholds thresholds;
};

/* The thresholds of the contract (section 2), and nothing left out. */
extern const struct request request_default;

/* All rules over a moment. Pure: the same moment gives the same judgement. */
struct judgement *judge(const struct moment *m);
struct judgement *judge_request(const struct moment *m, const struct request *request);
void judgement_free(struct judgement *j);
void judgement_cleanup(struct judgement **j);

/* For rules: a new finding with nothing known, and its texts (printf). */
struct finding *finding_new(struct judgement *j, const char *id, const char *title);
void finding_free(struct finding *f); /* what it owns, not itself */
void finding_evidence(struct judgement *j, struct finding *f, const char *format, ...) PRINTF_LIKE(3, 4);
void finding_excludes(struct judgement *j, struct finding *f, const char *id, const char *format, ...)
        PRINTF_LIKE(4, 5);
void finding_or_else(struct finding *f, const char *id, const char *why, const char *settled_by);
void finding_victim(struct finding *f, const struct failure *failure);
void finding_advice(struct finding *f, const char *text, const char *command);

const char *severity_name(enum severity s);
const char *confidence_name(enum confidence c);
const char *verdict_name(enum verdict v);
