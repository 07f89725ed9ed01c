#include "hotspot.h"
#include "elf.h"
#include <errno.h>

enum { ROWS_MOST = 20000, STRIDE_MOST = 128, NAME_BYTES = 64 };

static const struct {
	const char *type, *field;
	bool optional;
} members[] = {
	[CACHE_HEAPS] = { "CodeCache", "_heaps" },
	[CACHE_LOW] = { "CodeCache", "_low_bound" },
	[CACHE_HIGH] = { "CodeCache", "_high_bound" },
	[LIST_COUNT] = { "GrowableArrayBase", "_len" },
	[LIST_ITEMS] = { "GrowableArray<int>", "_data" },
	[HEAP_MEMORY] = { "CodeHeap", "_memory" },
	[HEAP_SEGMENTS] = { "CodeHeap", "_segmap" },
	[HEAP_SHIFT] = { "CodeHeap", "_log2_segment_size" },
	[SPACE_LOW] = { "VirtualSpace", "_low" },
	[SPACE_HIGH] = { "VirtualSpace", "_high" },
	[BLOB_NAME] = { "CodeBlob", "_name" },
	[BLOB_FRAME_WORDS] = { "CodeBlob", "_frame_size" },
	[BLOB_CODE] = { "CodeBlob", "_code_begin", true },
	[BLOB_CODE_OFFSET] = { "CodeBlob", "_code_offset", true },
	[CODE_METHOD] = { "CompiledMethod", "_method" },
	[CODE_DEOPT] = { "CompiledMethod", "_deopt_handler_begin", true },
	[CODE_DEOPT_OFFSET] = { "nmethod", "_deopt_handler_offset", true },
	[CODE_ORIGINAL] = { "nmethod", "_orig_pc_offset" },
	[CODE_PLACES] = { "nmethod", "_scopes_pcs_offset" },
	[CODE_PLACES_END] = { "nmethod", "_dependencies_offset", true },
	[CODE_SCOPES] = { "CompiledMethod", "_scopes_data_begin", true },
	[CODE_SCOPES_OFFSET] = { "nmethod", "_scopes_data_offset", true },
	[CODE_CONSTANT] = { "nmethod", "_immutable_data", true },
	[CODE_METADATA] = { "nmethod", "_metadata_offset", true },
	[CODE_MUTABLE] = { "CodeBlob", "_mutable_data", true },
	[CODE_RELOCATION_BYTES] = { "CodeBlob", "_relocation_size", true },
	[PLACE_CODE] = { "PcDesc", "_pc_offset" },
	[PLACE_SCOPE] = { "PcDesc", "_scope_decode_offset" },
	[METHOD_CONST] = { "Method", "_constMethod" },
	[CONST_POOL] = { "ConstMethod", "_constants" },
	[CONST_CODE_BYTES] = { "ConstMethod", "_code_size" },
	[CONST_NAME] = { "ConstMethod", "_name_index" },
	[CONST_FLAGS] = { "ConstMethod", "_flags" },
	[POOL_HOLDER] = { "ConstantPool", "_pool_holder" },
	[POOL_SOURCE] = { "ConstantPool", "_source_file_name_index" },
	[KLASS_NAME] = { "Klass", "_name" },
	[SYMBOL_LENGTH] = { "Symbol", "_length" },
	[SYMBOL_TEXT] = { "Symbol", "_body" },
	[WRAPPER_ANCHOR] = { "JavaCallWrapper", "_anchor" },
	[ANCHOR_SP] = { "JavaFrameAnchor", "_last_Java_sp" },
	[ANCHOR_PC] = { "JavaFrameAnchor", "_last_Java_pc" },
	[ANCHOR_FP] = { "JavaFrameAnchor", "_last_Java_fp" },
	[VERSION] = { "Abstract_VM_Version", "_vm_major_version" },
};

/* Names that other releases have for the same. */
static const struct {
	enum hotspot_member member;
	const char *type, *field;
} others[] = {
	{ LIST_COUNT, "GenericGrowableArray", "_len" },  /* until 15 */
	{ CONST_FLAGS, "ConstMethod", "_flags._flags" }, /* since 21 */
	{ CODE_METHOD, "nmethod", "_method" },           /* since 23 */
};

static const char *const types[] = {
	[TYPE_HEAP_BLOCK] = "HeapBlock",
	[TYPE_PLACE] = "PcDesc",
	[TYPE_CONST] = "ConstMethod",
	[TYPE_POOL] = "ConstantPool",
};

int hotspot_find(int fd, uint64_t start, struct hotspot_places *ret)
{
	static const char *const names[] = {
		[STRUCTS] = "gHotSpotVMStructs",
		[STRUCT_TYPE] = "gHotSpotVMStructEntryTypeNameOffset",
		[STRUCT_FIELD] = "gHotSpotVMStructEntryFieldNameOffset",
		[STRUCT_STATIC] = "gHotSpotVMStructEntryIsStaticOffset",
		[STRUCT_OFFSET] = "gHotSpotVMStructEntryOffsetOffset",
		[STRUCT_ADDRESS] = "gHotSpotVMStructEntryAddressOffset",
		[STRUCT_STRIDE] = "gHotSpotVMStructEntryArrayStride",
		[TYPES] = "gHotSpotVMTypes",
		[TYPE_NAME] = "gHotSpotVMTypeEntryTypeNameOffset",
		[TYPE_SIZE] = "gHotSpotVMTypeEntrySizeOffset",
		[TYPE_STRIDE] = "gHotSpotVMTypeEntryArrayStride",
	};
	struct hotspot_places p;

	for (size_t i = 0; i < HOTSPOT_SYMBOLS; i++) {
		if (elf_symbol_find(fd, names[i], &p.at[i]))
			return -ENOENT;
		p.at[i] += start;
	}
	*ret = p;
	return 0;
}

/* A row of such a table, and where in it the values stand. */
struct row {
	const struct memory *memory;
	uint8_t bytes[STRIDE_MOST];
};

static uint64_t row_word(const struct row *r, uint64_t at)
{
	uint64_t value = 0;

	if (at <= sizeof(r->bytes) - sizeof(value))
		memcpy(&value, r->bytes + at, sizeof(value));
	return value;
}

static bool row_read(struct row *r, uint64_t table, uint64_t stride, uint64_t index, uint64_t name_at, char *ret_name)
{
	if (!table || !stride || stride > sizeof(r->bytes) ||
	    memory_read(r->memory, table + index * stride, r->bytes, stride))
		return false;
	memory_text(r->memory, row_word(r, name_at), ret_name, NAME_BYTES);
	return row_word(r, name_at) != 0;
}

static void take_member(struct hotspot *h, const char *type, const char *field, uint64_t value)
{
	for (size_t i = 0; i < ARRAY_SIZE(members); i++)
		if (streq(members[i].type, type) && streq(members[i].field, field))
			h->at[i] = value;
	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		if (streq(others[i].type, type) && streq(others[i].field, field))
			h->at[others[i].member] = value;
}

static bool is_of_interest(const char *type)
{
	for (size_t i = 0; i < ARRAY_SIZE(members); i++)
		if (streq(members[i].type, type))
			return true;
	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		if (streq(others[i].type, type))
			return true;
	return false;
}

static bool read_members(struct hotspot *h, const struct hotspot_places *p)
{
	struct row r = { .memory = h->memory };
	uint64_t said[HOTSPOT_SYMBOLS];
	char type[NAME_BYTES], field[NAME_BYTES];

	for (size_t i = 0; i < HOTSPOT_SYMBOLS; i++)
		said[i] = memory_u64(h->memory, p->at[i]);
	for (uint64_t i = 0; i < ROWS_MOST; i++) {
		if (!row_read(&r, said[STRUCTS], said[STRUCT_STRIDE], i, said[STRUCT_TYPE], type))
			break;
		if (!is_of_interest(type))
			continue;
		memory_text(h->memory, row_word(&r, said[STRUCT_FIELD]), field, sizeof(field));
		bool is_static = (uint32_t)row_word(&r, said[STRUCT_STATIC]) != 0;
		take_member(h, type, field, row_word(&r, said[is_static ? STRUCT_ADDRESS : STRUCT_OFFSET]));
	}
	for (uint64_t i = 0; i < ROWS_MOST; i++) {
		if (!row_read(&r, said[TYPES], said[TYPE_STRIDE], i, said[TYPE_NAME], type))
			break;
		for (size_t t = 0; t < HOTSPOT_TYPES; t++)
			if (streq(types[t], type))
				h->bytes[t] = row_word(&r, said[TYPE_SIZE]);
	}
	return true;
}

/* All that must be there, and of what differs between releases one way or the other. */
static bool is_whole(const struct hotspot *h)
{
	const uint64_t *at = h->at, none = HOTSPOT_NONE;

	for (size_t i = 0; i < HOTSPOT_MEMBERS; i++)
		if (at[i] == none && !members[i].optional)
			return false;
	for (size_t i = 0; i < HOTSPOT_TYPES; i++)
		if (!h->bytes[i])
			return false;
	if (at[CODE_CONSTANT] != none)
		return at[BLOB_CODE_OFFSET] != none && at[CODE_SCOPES_OFFSET] != none && at[CODE_MUTABLE] != none &&
		       at[CODE_RELOCATION_BYTES] != none && at[CODE_DEOPT_OFFSET] != none;
	return at[BLOB_CODE] != none && at[CODE_SCOPES] != none && at[CODE_PLACES_END] != none &&
	       at[CODE_METADATA] != none && at[CODE_DEOPT] != none;
}

int hotspot_open(const struct memory *m, const struct hotspot_places *places, struct hotspot *ret)
{
	struct hotspot h = { .memory = m };

	memset(h.at, 0xff, sizeof(h.at));
	if (!read_members(&h, places) || !is_whole(&h))
		return -ENOTSUP;
	h.version = memory_u32(m, h.at[VERSION]);
	h.low = memory_u64(m, h.at[CACHE_LOW]);
	h.high = memory_u64(m, h.at[CACHE_HIGH]);
	if (h.version < 11 || (h.version > 21 && h.version != 25) || h.low >= h.high)
		return -ENOTSUP;
	*ret = h;
	return 0;
}
