/* The lab makes faults on purpose, each in a network namespace of its own, so that one can see what it
 * looks like, test that `unfin` finds it, and read how it comes about. A fault is one file: what it is, who
 * takes part, the finding it must give, and how it is made. Its processes are real ones with names of their
 * own. Nothing outside the namespace is touched, and nothing is left, however it ends. */
#pragma once
#include "base/text.h"

struct lab;
struct role;

enum { LAB_ROLES = 24, LAB_HOSTS = 8, LAB_FINDINGS = 4 };

/* One program of the fault: a process that shows itself as `name` (at most 15 bytes) with `arguments`. */
struct lab_role {
	const char *name, *arguments;
	void (*run)(struct role *r); /* does not return */
	bool far;                    /* it runs on the other host, see lab_far() */
	const char *host;            /* it runs on that one, see lab_host(); NULL: not */
};

/* A cause that must be the first finding of its process. `subject` is the comm; NULL: the finding has none. */
struct lab_root {
	const char *id, *subject;
	const char *filter;     /* what ss calls the sockets that the finding counts; NULL: not compared */
	const char *candidates; /* "stale-pool,half-open": not wrong as a `possible` from one look */
	const char *says;       /* what its evidence or advice must contain; NULL: not compared */
};

/* What `unfin check --json` must say. The harness reads it as JSON and compares. */
struct lab_expect {
	bool healthy;     /* verdict "ok": nothing above info */
	bool undecidable; /* ten seconds do not tell: a miss is no failure, another cause above `possible` is one */
	bool watched;     /* only watching shows it: one look is not asked */
	bool steady;      /* nothing grows: no growth, no forecast */
	struct lab_root roots[LAB_FINDINGS];
	struct {
		const char *id, *caused_by;
	} effects[LAB_FINDINGS]; /* may be there beside the root, and then say whose they are */
	struct {
		const char *process, *call, *error;
	} victims[LAB_FINDINGS];            /* must be seen failing */
	const char *allowed[LAB_FINDINGS];  /* ids that may be there, too */
	const char *innocent[LAB_FINDINGS]; /* processes of which nothing is said but what another finding causes */
	struct {
		const char *id, *process, *call, *error;
	} end; /* of a fault that ends something: what is found then, with this victim; NULL: nothing ends */
	double growth_per_s; /* of the first root's count; 0: not known */
};

struct lab_fault {
	const char *name, *title;
	const char *story; /* lines for a person: who is who, what goes wrong */
	struct lab_expect expect;
	struct lab_role roles[LAB_ROLES];
	int (*make)(struct lab *lab); /* returns when the fault stands: 0 or -errno */
	bool hidden;                  /* not listed: for tests */
};

struct lab_run {
	uint64_t seed;
	uint64_t count;        /* how many sockets, for the faults that ask; 0: as the fault likes */
	uint64_t age_ms;       /* how long the fault stands before the command runs */
	char *const *command;  /* NULL: tells the story and runs `unfin check` */
	const char *directory; /* for the files that a fault makes, or NULL */
	const char *ledger;    /* file for a line about each socket that is held, or NULL */
	bool quiet;            /* nothing on stderr but errors */
	bool stay;             /* the fault goes on after the command, until Ctrl-C */
};

const struct lab_fault *const *lab_faults(void);    /* ends with NULL */
const struct lab_fault *lab_find(const char *name); /* NULL if there is none */

/* Makes it, runs the command inside, cleans up. The exit status: the command's own, or 4 if this system
 * cannot make it, 130 if interrupted before it stood. */
int lab_run(const struct lab_fault *fault, const struct lab_run *how);

/* What unfin must say of it, as one JSON object. */
void lab_expect_json(const struct lab_fault *fault, struct text *out);

/* The hosts of the fault `fleet`, in the order in which they are recorded into FOLDER/HOST.unfin; NULL at the end. */
const char *const *lab_fleet_hosts(void);
/* The folder with what that fault left in it. */
void lab_fleet_remove(const char *folder);

/* The processes of a fault are this program started again. At the start of main(): false at once for
 * everybody else. */
bool lab_is_role(void);
int lab_role_main(void);
