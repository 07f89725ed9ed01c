/* What waits to be sent: files in a folder of ours, one batch each, in the order in which they were made.
 *
 *	q000000000042   not sent yet; it has no number, and can still be made smaller
 *	h000000000041-7-12
 *	                the one under way: its name has its epoch and its number, and it changes no more. So none needs
 *	                room to be sent, also on a disk that is full
 *	p000000000017   a hub refused it for good: kept aside for whoever wants to know why, a few of them
 *
 * The folder has a bound. Beyond it the oldest batches lose their rollups, then their events, then their suspects;
 * findings and looks stay. What was left out is told by the look that would have vouched for it. */
#pragma once
#include "base/array.h"
#include "hub/batch.h"

struct depot {
	int folder;
	uint64_t most;              /* bytes */
	uint64_t next;              /* number of the next file */
	uint32_t epoch;             /* of batches that get their number now */
	uint64_t seq;               /* of the next of them */
	uint64_t bytes, waiting;    /* files that wait, that under way among them */
	uint64_t shed[ROW_CLASSES]; /* rows left out, since it was opened */
};

/* Begins another epoch. 0 or -errno. */
int depot_open(const char *folder, uint64_t most, struct depot *ret);
void depot_close(struct depot *d);

/* Takes the rows of one look, as many batches as that makes. The header's host, boot and offset are filled in. 0 or
 * -errno. */
int depot_add(struct depot *d, const struct batch_header *header, const struct row_set *rows);

/* The batch to be sent now, with its number: the one under way, else the oldest becomes that. 0, -EAGAIN (nothing
 * waits), -errno. */
int depot_head(struct depot *d, struct text *ret);
/* It has been taken. */
int depot_done(struct depot *d);
/* It is refused for good: kept aside. ret_lost: how many rows that were. */
int depot_put_aside(struct depot *d, uint64_t *ret_lost);
/* Its number was another batch's: it gets another one, of an epoch that nobody has used. */
int depot_number_anew(struct depot *d, uint32_t epoch);

/* Parts of it, in shed.c: makes room if there is too little; takes out what is too old for any hub. */
void depot_shed(struct depot *d, uint64_t now_ms);
/* The disk has no room for what the depot may still have: gives up as much as two batches take, in the same order. */
void depot_make_room(struct depot *d, uint64_t now_ms);

/* The one under way. Its epoch is 0 if its number stands in it (an older unfin had it so). */
struct depot_way {
	uint64_t number; /* of the file */
	uint32_t epoch;
	uint64_t seq;
};

int depot_way_find(int folder, struct depot_way *ret); /* -EAGAIN: none is */
int depot_way_begin(int folder, const struct depot_way *w);
int depot_way_renumber(int folder, const struct depot_way *w, const struct depot_way *other);
int depot_way_read(int folder, const struct depot_way *w, struct text *ret); /* with its number */
uint64_t depot_way_bytes(int folder, const struct depot_way *w);
int depot_way_remove(int folder, const struct depot_way *w);
int depot_way_put_aside(int folder, const struct depot_way *w);

/* Files, in depot_files.c. Names are a letter and a number. */
typedef ARRAY(uint64_t) depot_list;

int depot_list_files(int folder, char kind, depot_list *ret);
int depot_read(int folder, char kind, uint64_t number, struct text *ret);
int depot_write(int folder, char kind, uint64_t number, const struct text *bytes);
int depot_rename(int folder, char kind, uint64_t number, char to);
int depot_remove(int folder, char kind, uint64_t number);
uint64_t depot_bytes(int folder, char kind, uint64_t number); /* 0: it is not there */
/* A small text beside them; 0 or -errno (-ENOENT). */
int depot_note_read(int folder, const char *name, struct text *ret);
int depot_note_write(int folder, const char *name, const struct text *text);
