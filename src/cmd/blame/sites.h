/* From sockets that stayed unfinished and the stacks of their openings to places, the worst first. */
#pragma once
#include "early.h"
#include "model/filter/filter.h"
#include "model/site.h"
#include "trace/captures.h"

#define SITES_NONE UINT32_MAX

/* A socket that stayed unfinished, and what is known of its opening. */
struct leak {
	uint32_t process; /* that opened it, or holds it where that is not known */
	uint64_t cookie;
	uint64_t age_ms;
	struct endpoint local, peer;
	const struct record_capture *capture; /* what was frozen as it was opened; NULL: nothing */
	struct stack *stack;                  /* NULL: not decoded */
	struct stack *listened;               /* of what was accepted: where its listener was set up; NULL: not asked */
	uint64_t at_boot_ns;                  /* when it was opened; 0: not known */
	bool accepted;                        /* or of what was not seen opening: it came in by a listener */
	bool unread;                          /* the program has not read its end (EOF) */
	uint8_t outlived;                     /* enum outlived; of `blame`: none */
	uint32_t holder;                      /* of sites_place(): out, if it is not `process` */
	uint32_t number;                      /* the caller's own */
	uint32_t site;                        /* out: index of its place, as the list is then, or SITES_NONE */
};

typedef ARRAY(struct leak) leak_list;

struct sites {
	const struct early *early; /* in: what was decoded while captures were taken */
	uint32_t pid;              /* in: only what this process holds or has opened; 0: all */
	site_list list;
	uint64_t unfinished;   /* sockets whose peer has finished, and that are held longer than `held_ms` since */
	uint64_t unattributed; /* of them, those whose opening was not seen, nor that of another one like it */
	uint64_t young;        /* finished too, but not for so long */
};

/* All in the moment's arena but the list: sites_free(). */
void sites_find(struct sites *s, struct moment *m, struct captures *captures, const struct filter *filter,
                uint64_t held_ms);
/* The same of these, which have a process, a cookie, both ends, and `accepted`: reorders them; the places are in no
 * order. */
void sites_place(struct sites *s, struct moment *m, struct captures *captures, leak_list *leaks);
/* The same of leaks that have their stacks, ordered by process: a place is one, however many processes of one name
 * opened there. */
void sites_gather(struct sites *s, struct moment *m, const leak_list *leaks);
void sites_free(struct sites *s);
