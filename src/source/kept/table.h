/* How a moment's facts stand in a kept file: ONE description for the way out and the way in. A new fact is one row
 * in table.c, and a new KEPT_FORMAT; it says since which format, so that older files are still read. */
#pragma once
#include "base/text.h"
#include "model/moment.h"

enum { KEPT_APPLICATION = 0x756e6669 /* "unfi" */, KEPT_FORMAT = 16, KEPT_FORMAT_LEAST = 2 };

enum kept_kind {
	KEPT_U8,
	KEPT_U16,
	KEPT_U32,
	KEPT_U64,
	KEPT_I8,
	KEPT_I32,
	KEPT_BOOL,
	KEPT_TEXT,     /* const char *, in the arena */
	KEPT_CHARS,    /* char[16] */
	KEPT_ENDPOINT, /* as text: 127.0.0.1:80 */
	KEPT_ADDRESS,  /* struct addr, as text: 127.0.0.1 */
	KEPT_STATE,    /* uint8_t, as text: close_wait */
	KEPT_BUCKETS,  /* uint64_t[TIME_BUCKETS], as text: "0 3 12", without the zeros at the end */
	KEPT_BITMAP,   /* uint64_t *, 65536 bits, in the arena */
	KEPT_COMPLETE, /* follows from the gaps: written for other readers, forgotten by ours */
};

/* What it is called when it must not be told. */
enum kept_secret {
	SECRET_NO,
	SECRET_HOST,
	SECRET_USER,
	SECRET_PATH,
	SECRET_COMMAND,
	SECRET_TEXT,
	SECRET_PROGRAM, /* this and those below: names, hidden where all of them are */
	SECRET_UNIT,
	SECRET_CONTAINER,
};

struct kept_column {
	const char *name;
	enum kept_kind kind;
	size_t offset;
	enum kept_secret secret;
	unsigned since; /* format that brought it; 0: always there */
};

struct kept_table {
	const char *name;
	const struct kept_column *columns; /* the last has no name */
	size_t item_bytes;
	size_t array_offset; /* of the ARRAY in struct moment; KEPT_ONE: the moment itself is the one row */
	unsigned since;      /* as a column's */
	bool of_lines;       /* the ARRAY is in struct kept_lines */
	size_t most;         /* rows; 0: as many as a file of its size can hold */
};

#define KEPT_ONE SIZE_MAX

/* The checksum stands in a table of its own, the last. */
#define KEPT_SUM_TABLE "CREATE TABLE kept (checksum)"

const struct kept_table *kept_tables(void); /* the last has no name */
size_t kept_columns(const struct kept_table *t);
/* CREATE TABLE socket ("state", …), as files of that format have it, byte for byte. */
void kept_create_sql(struct text *out, const struct kept_table *t, unsigned format);

/* FNV-1a over what a column's value is as text or number: the same on both ways. */
#define KEPT_SUM_START 0xcbf29ce484222325ULL
uint64_t kept_sum(uint64_t sum, const void *bytes, size_t length);
