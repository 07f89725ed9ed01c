/* Java's HotSpot: from a frozen stack to methods, files and lines, of interpreted and of compiled code with what was
 * inlined there. Where the running JVM keeps its things it says itself, in tables that it exports for debuggers
 * (vmStructs); nothing is loaded into it, and it is not stopped. Known are the releases 11 to 21, and 25; others are
 * declared, never guessed. x86-64 only.
 *
 * Facts are HotSpot's: runtime/vmStructs.cpp, frame_x86.hpp, code/codeBlob.hpp, code/pcDesc.hpp, code/compressedStream.
 */
#pragma once
#include "bpf/capture.h"
#include "memory.h"
#include "model/site.h"
#include "unwind.h"

/* Members of HotSpot's classes. */
enum hotspot_member {
	CACHE_HEAPS,
	CACHE_LOW,
	CACHE_HIGH,
	LIST_COUNT,
	LIST_ITEMS,
	HEAP_MEMORY,
	HEAP_SEGMENTS,
	HEAP_SHIFT,
	SPACE_LOW,
	SPACE_HIGH,
	BLOB_NAME,
	BLOB_FRAME_WORDS,
	BLOB_CODE,        /* an address; since 23: */
	BLOB_CODE_OFFSET, /* from the blob */
	CODE_METHOD,
	CODE_DEOPT,        /* an address; since 23: */
	CODE_DEOPT_OFFSET, /* from the blob */
	CODE_ORIGINAL,
	CODE_PLACES,
	CODE_PLACES_END, /* since 23 the scopes are there */
	CODE_SCOPES,     /* an address; since 23: */
	CODE_SCOPES_OFFSET,
	CODE_CONSTANT, /* since 23 places and scopes are relative to what this points to */
	CODE_METADATA, /* from the blob; since 25: */
	CODE_MUTABLE,  /* an address, and after */
	CODE_RELOCATION_BYTES,
	PLACE_CODE,
	PLACE_SCOPE,
	METHOD_CONST,
	CONST_POOL,
	CONST_CODE_BYTES,
	CONST_NAME,
	CONST_FLAGS,
	POOL_HOLDER,
	POOL_SOURCE,
	KLASS_NAME,
	SYMBOL_LENGTH,
	SYMBOL_TEXT,
	WRAPPER_ANCHOR,
	ANCHOR_SP,
	ANCHOR_PC,
	ANCHOR_FP,
	VERSION,
	HOTSPOT_MEMBERS
};

enum hotspot_type { TYPE_HEAP_BLOCK, TYPE_PLACE, TYPE_CONST, TYPE_POOL, HOTSPOT_TYPES };

/* Addresses of what the JVM exports; 0: it does not. */
enum hotspot_symbol {
	STRUCTS,
	STRUCT_TYPE,
	STRUCT_FIELD,
	STRUCT_STATIC,
	STRUCT_OFFSET,
	STRUCT_ADDRESS,
	STRUCT_STRIDE,
	TYPES,
	TYPE_NAME,
	TYPE_SIZE,
	TYPE_STRIDE,
	HOTSPOT_SYMBOLS
};

struct hotspot_places {
	uint64_t at[HOTSPOT_SYMBOLS];
};

struct hotspot {
	const struct memory *memory;
	uint64_t at[HOTSPOT_MEMBERS]; /* the offset of a member, the address of a static one; HOTSPOT_NONE */
	uint64_t bytes[HOTSPOT_TYPES];
	uint64_t low, high; /* of all code that is made at run time */
	uint32_t version;   /* 17 */
};

#define HOTSPOT_NONE UINT64_MAX

/* In the file of libjvm.so behind this descriptor, which begins at `start` in memory. 0 or -ENOENT. */
int hotspot_find(int fd, uint64_t start, struct hotspot_places *ret);
/* 0, or -ENOTSUP: of no version that is known here. */
int hotspot_open(const struct memory *m, const struct hotspot_places *places, struct hotspot *ret);

static inline bool hotspot_has(const struct hotspot *h, uint64_t address)
{
	return address >= h->low && address < h->high;
}

/* From where native code was called by code that is made at run time. At most `most` frames, the innermost first.
 * `ret_cut`: there were more. */
size_t hotspot_walk(const struct hotspot *h, const struct record_capture *capture, const struct registers *from,
                    struct frame *ret, size_t most, bool *ret_cut);
