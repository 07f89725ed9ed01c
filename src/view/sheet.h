/* Rows of values under named columns, written in any format: sockets, groups, ports, limits. Rows are pulled one
 * by one and flushed in pieces, so that a million need no more memory than a thousand.
 *
 * A format is one file, sheet_NAME.c, and one function of the type below. */
#pragma once
#include "cell.h"

struct sheet_column {
	const char *name;    /* as JSON and csv have it */
	const char *heading; /* as a table has it */
	bool right;
};

struct sheet {
	const char *schema; /* of the document: "list" */
	const char *rows;   /* name of its array: "sockets" */
	const struct moment *moment;
	const struct sheet_column *columns;
	size_t width; /* of columns */
	/* Fills the next row, one value a column, good until the next call; false if there is none. */
	bool (*next)(void *state, struct value *row);
	void *state;
	bool no_header;
	struct cell_style cell; /* of the formats for people */
};

/* Writes the whole sheet to `fd`. 0 or -errno of the writing. */
typedef int sheet_writer(const struct sheet *s, int fd);
sheet_writer sheet_table, sheet_json, sheet_jsonl, sheet_csv, sheet_md;

/* The same as a text in memory, in the place of what `ret` held. */
void sheet_json_text(struct text *ret, const struct sheet *s);

enum { SHEET_WIDTH_MOST = 64, SHEET_PIECE = 128 * 1024 }; /* columns; bytes written at once */
