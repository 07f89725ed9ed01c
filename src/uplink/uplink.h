/* unfin uplink: tells a hub what the agent sees. It reads the agent's last moment, as every reader does, makes rows of
 * it, keeps them in a folder of its own, and sends them one after the other for as long as it takes. One thread. */
#pragma once
#include "courier.h"
#include "depot.h"
#include "known.h"
#include "rule/judgement.h"

/* Fills a new moment from the agent's file. 0 or -errno with `ret_why`, its texts in the moment's arena. */
typedef int uplink_reader(void *context, struct moment *m, struct gap *ret_why);

/* A hub has acknowledged it, with its number; it is about to be forgotten here. */
typedef void uplink_kept(void *context, const struct text *batch);

struct uplink_plan {
	const char *moment; /* the agent's file: another one means another look */
	uplink_reader *read;
	uplink_kept *kept;               /* NULL: nobody wants to know */
	void *context;                   /* of both */
	const char *folder;              /* ours */
	const struct request *request;   /* how a look is judged */
	const struct courier_plan *hubs; /* one that does not answer gives way to the next */
	size_t hub_count;
	const char *site;
	uint64_t interval_ms;
	uint64_t folder_most; /* bytes */
};

struct uplink;

typedef void uplink_tell(const char *line);

/* 0 or -errno. The plan is borrowed; what a person should know is told. */
int uplink_open(const struct uplink_plan *plan, uplink_tell *tell, struct uplink **ret);
/* Returns when stop_asked(). */
void uplink_work(struct uplink *u);
void uplink_close(struct uplink *u); /* NULL is fine */

/* What uplink_work() does, one after the other. Keeps the rows of a look, for sending. 0 or -errno. */
struct row_set;
int uplink_keep(struct uplink *u, const uint8_t boot_id[16], const struct row_set *rows);
/* Begins to send what is to be sent now, if anything is, and waits a moment (200 ms) for the answer. Does something
 * wait still? */
bool uplink_send(struct uplink *u);

/* This host's id, from a file in that folder; made there if it is not, of the machine's id and of chance. 0 or -errno.
 */
int uplink_host_id(int folder, uint64_t *ret);

/* How long to wait after so many failures in a row: 0.1 s, doubled up to 60 s, and of that a part by chance, so that
 * ten thousand agents do not come back as one. `chance`: any number. */
uint64_t uplink_pause_ms(unsigned failures, uint64_t chance);
