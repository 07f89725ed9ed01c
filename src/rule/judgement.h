/* What is wrong at a moment: the door of this room. The same moment and the same request give the same judgement. */
#pragma once
#include "finding.h"
#include "model/filter/filter.h"

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

enum verdict { VERDICT_OK, VERDICT_WARNING, VERDICT_CRITICAL, VERDICT_UNKNOWN };

struct port_map;

struct judgement {
	struct arena *arena;   /* all texts of the findings */
	finding_list findings; /* roots by weight, each followed by its effects */
	enum verdict verdict;
};

/* The caller frees it. judge_with(): with the port map of that moment, which stays the caller's; NULL: one is made if a
 * rule asks for it. */
struct judgement *judge(const struct moment *m);
struct judgement *judge_request(const struct moment *m, const struct request *request);
struct judgement *judge_with(const struct moment *m, const struct request *request, struct port_map *ports);
/* Lines of code may come once it is known what is wrong: puts those of the moment into its findings. They
 * change nothing else of a judgement. */
void judgement_locate(struct judgement *j, const struct moment *m);
void judgement_free(struct judgement *j); /* NULL is fine */
void judgement_cleanup(struct judgement **j);

const char *verdict_name(enum verdict v);
