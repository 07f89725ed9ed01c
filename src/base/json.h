/* A streaming JSON writer: no tree, a million rows need no more memory than one. Commas and nesting are
 * kept here, so that a caller cannot write an invalid document: a value in an object needs its name, an
 * invalid UTF-8 byte becomes U+FFFD. Text goes to a struct text, flushed by the caller where it likes.
 * The names keep clear of jansson's, which reads in the same program: equal symbols would replace its own. */
#pragma once
#include "text.h"

struct json {
	struct text *out;
	unsigned depth;
	bool comma;  /* the next value at this depth follows another one */
	bool pretty; /* one member a line, indented by two spaces */
};

#define JSON(text_, pretty_)                                                                                           \
	{                                                                                                              \
		.out = (text_), .pretty = (pretty_)                                                                    \
	}

/* `name` is NULL in arrays and at the top, else the member's name. */
void json_object_begin(struct json *j, const char *name);
void json_object_end(struct json *j);
void json_array_begin(struct json *j, const char *name);
void json_array_end(struct json *j);

void json_none(struct json *j, const char *name);
void json_bool(struct json *j, const char *name, bool value);
void json_u64(struct json *j, const char *name, uint64_t value);
void json_i64(struct json *j, const char *name, int64_t value);
void json_double(struct json *j, const char *name, double value);    /* at most 3 decimals; NaN and infinity: null */
void json_text(struct json *j, const char *name, const char *value); /* NULL: null */
