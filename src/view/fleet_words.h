/* What is said of a fleet, in words: the same on a page for people and, as `shown`, in a document. */
#pragma once
#include "fleet/coverage.h"
#include "fleet/groups.h"

/* Which connections a question is about: of the others a hub's store need not have been asked, so nothing is said of
 * them, whatever the question was put to. */
enum fleet_counted {
	FLEET_COUNTED_NOT,
	FLEET_COUNTED_ABSENT, /* those without their other end */
	FLEET_COUNTED_ALL,
};

enum fleet_counted fleet_counted_of(unsigned verdicts); /* of a question for pairs with these, a bit each */

/* How far the files speak: "8 hosts, looked at …; 84 connections with both ends in view …". */
void fleet_head_add(struct text *t, const struct fleet *f, enum fleet_counted counted);
/* Where none of these verdicts (a bit each) is: "nobody owes a close", if all could be seen. */
const char *fleet_nobody_words(const struct fleet *f, unsigned verdicts);
/* "12 connections" */
void fleet_connections_add(struct text *t, uint32_t count);

/* Something that was not seen. The texts are the fleet's. */
struct fleet_unseen {
	const char *host, *what, *why;
};
typedef ARRAY(struct fleet_unseen) fleet_unseen_list;
void fleet_find_unseen(const struct fleet *f, fleet_unseen_list *ret); /* the caller frees the array */
void fleet_unseen_add(struct text *t, const struct fleet_unseen *u);   /* "web-2: all of its sockets: …" */

/* "the client owes the close" */
const char *fleet_verdict_words(enum pair_verdict v);
/* The verdict, who has to act on how many connections of whom, for how long. */
void fleet_title_add(struct text *t, const struct fleet *f, const struct fleet_group *g);
/* Of one that is not known: the end there is, and why not. */
void fleet_unknown_add(struct text *t, const struct fleet *f, const struct fleet_pair *p);
/* How both ends were found; "": they were not. */
const char *fleet_proof_words(const struct fleet_pair *p);
/* "web-1: 10.0.0.1:40000 to 10.0.0.2:5432 CLOSE-WAIT" */
void fleet_end_add(struct text *t, const struct fleet *f, uint32_t end);
/* The two ends of an edge on a map: the service that has to act, and the one that waits for it. Where there is no
 * service, what is known: a socket that nobody holds, an address. */
void fleet_ower_add(struct text *t, const struct fleet *f, const struct fleet_group *g);
void fleet_owed_add(struct text *t, const struct fleet *f, const struct fleet_group *g);

/* One connection as a ladder of its two hosts: a rung each, "" where the other end is not in view. The texts are good
 * until the call returns. */
typedef void fleet_rung(void *to, const char *label, const char *ours, const char *theirs);
void fleet_ladder(const struct fleet *f, const struct fleet_pair *p, fleet_rung *emit, void *to);
/* "client_owes, joined by sequence; FIN from: vault-1", and why it is not known. */
void fleet_peer_verdict_add(struct text *t, const struct fleet *f, const struct fleet_pair *p);
