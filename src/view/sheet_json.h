/* One row as a JSON object: what `json` and `jsonl` share. */
#pragma once
#include "base/json.h"
#include "sheet.h"

struct sheet_object {
	const struct sheet *sheet;
	struct json json;
	struct text out, scratch;
	uint32_t process; /* whose start is in `started`: holders of neighbouring sockets are mostly the same */
	struct text started;
	struct value row[SHEET_WIDTH_MOST];
};

void sheet_object_begin(struct sheet_object *o, const struct sheet *s);
void sheet_object_row(struct sheet_object *o);     /* writes o->row */
void sheet_object_members(struct sheet_object *o); /* the same without its braces */
void sheet_object_free(struct sheet_object *o);
