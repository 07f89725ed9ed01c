/* V8, as Node has it: from calls in JavaScript that node.bpf.c has frozen to functions, files and lines. What stands
 * where it says itself (v8dbg_*, for debuggers); what it does not say is a row of a table for each version of it. */
#pragma once
#include "bpf/node.h"
#include "memory.h"
#include "model/keyed.h"
#include "model/site.h"
#include "symbols.h"

struct v8_layout;

struct v8_constants {
	uint32_t shared_at, scope_at, script_at;   /* of functions */
	uint32_t script_name_at, script_source_at; /* of a Script */
	uint32_t type_at;                          /* of a Map: what its objects are */
	uint32_t length_at, bytes_at, words_at;    /* of strings: length, characters of 1 and 2 bytes */
	uint32_t first_at, second_at, actual_at, parent_at, start_at; /* of strings that consist of others */
	uint32_t table_length_at, table_at;                           /* of arrays of bytes */
	uint32_t bytecode_at;                                         /* of a BytecodeArray: its code */
	uint32_t no_string, script_type, scope_type,
	        bytecode_type; /* instance types; no_string: the first that is none */
};

struct v8 {
	unsigned major, minor;
	const struct v8_layout *layout;
	struct v8_constants at;
	struct keyed lines; /* of places that were asked for before: a source may have megabytes */
};

/* 0; -ENOENT: there is none; -ENOTSUP: the version (which is set) is not known here. */
int v8_find(const struct memory *m, const struct symbols *symbols, struct v8 *ret);
void v8_close(struct v8 *v);
void v8_describe(const struct v8 *v, struct record_node_program *ret);

struct v8_notes {
	/* Of frame i bit i: its line is that of its function's beginning, for it runs as compiled code; and as
	 * optimized code, which has the functions in it that it calls. */
	uint64_t compiled, optimized;
	bool moved; /* what the next call was read from is not there any more */
};

/* The innermost first; returns how many. After one that cannot be read there is none: a caller would be taken for it.
 */
size_t v8_read(struct v8 *v, const struct memory *m, const struct record_javascript *calls, struct frame *ret,
               size_t most, struct v8_notes *ret_notes);
