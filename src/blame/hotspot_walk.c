/* The frames of code that HotSpot made: each is in a blob of the code cache, and its name says which kind it is. */
#include "hotspot_method.h"

enum {
	FRAMES_MOST = 512,
	FRAME_WORDS_MOST = 1 << 16,
	HEAPS_MOST = 16,
	STEPS_MOST = 256, /* back to where a blob begins */
	SCOPE_BYTES = 32,
	SCOPES_MOST = 64,
	SEGMENT_FREE = 0xff,
	/* Of an interpreted frame and of the one by which native code calls Java, in bytes from the frame pointer. */
	INTERPRETED_SENDER = -8,
	INTERPRETED_METHOD = -24,
	INTERPRETED_INSTRUCTION = -64,
	ENTRY_WRAPPER = -48,
};

struct walk {
	const struct hotspot *h;
	const struct record_capture *capture;
	struct registers at;
	struct frame *frames;
	size_t count, most;
	bool cut;
};

/* Only of what was frozen: 0 is no address of a caller. */
static uint64_t stack_word(const struct walk *w, uint64_t address)
{
	uint64_t sp = w->capture->registers[CAPTURE_X86_SP], value = 0;

	if (address >= sp && w->capture->body_bytes >= 8 && address - sp <= w->capture->body_bytes - 8)
		memcpy(&value, w->capture->body.stack + (address - sp), sizeof(value));
	return value;
}

/* In a heap: one byte for each segment says how many to go back to where its blob begins, in steps. */
static uint64_t blob_in(const struct hotspot *h, uint64_t heap, uint64_t pc)
{
	uint64_t low = memory_u64(h->memory, heap + h->at[HEAP_MEMORY] + h->at[SPACE_LOW]);
	uint64_t high = memory_u64(h->memory, heap + h->at[HEAP_MEMORY] + h->at[SPACE_HIGH]);
	uint64_t map = memory_u64(h->memory, heap + h->at[HEAP_SEGMENTS] + h->at[SPACE_LOW]);
	uint32_t shift = memory_u32(h->memory, heap + h->at[HEAP_SHIFT]);
	uint8_t back;

	if (!map || shift > 32 || pc < low || pc >= high)
		return 0;
	uint64_t segment = (pc - low) >> shift;
	for (unsigned i = 0; i < STEPS_MOST; i++) {
		if (memory_read(h->memory, map + segment, &back, 1) || back == SEGMENT_FREE || back > segment)
			return 0;
		if (!back)
			return low + (segment << shift) + h->bytes[TYPE_HEAP_BLOCK];
		segment -= back;
	}
	return 0;
}

static uint64_t blob_find(const struct hotspot *h, uint64_t pc)
{
	uint64_t heaps = memory_u64(h->memory, h->at[CACHE_HEAPS]), blob = 0;
	uint32_t count = memory_u32(h->memory, heaps + h->at[LIST_COUNT]);
	uint64_t items = memory_u64(h->memory, heaps + h->at[LIST_ITEMS]);

	for (uint32_t i = 0; items && i < MIN(count, (uint32_t)HEAPS_MOST) && !blob; i++)
		blob = blob_in(h, memory_u64(h->memory, items + 8 * (uint64_t)i), pc);
	return blob;
}

static void add_frame(struct walk *w, uint64_t method, int32_t instruction)
{
	if (w->count == w->most)
		w->cut = true;
	else if (hotspot_method(w->h, method, instruction, &w->frames[w->count]))
		w->count++;
}

/* Of compiled code. */
struct code {
	uint64_t blob, begin, places, places_end, scopes, metadata;
};

static uint64_t offset_of(const struct hotspot *h, uint64_t blob, enum hotspot_member member)
{
	return memory_u32(h->memory, blob + h->at[member]);
}

static struct code code_of(const struct hotspot *h, uint64_t blob)
{
	struct code c = { .blob = blob };

	if (h->at[CODE_CONSTANT] == HOTSPOT_NONE) {
		c.begin = memory_u64(h->memory, blob + h->at[BLOB_CODE]);
		c.places = blob + offset_of(h, blob, CODE_PLACES);
		c.places_end = blob + offset_of(h, blob, CODE_PLACES_END);
		c.scopes = memory_u64(h->memory, blob + h->at[CODE_SCOPES]);
		c.metadata = blob + offset_of(h, blob, CODE_METADATA);
		return c;
	}
	uint64_t constant = memory_u64(h->memory, blob + h->at[CODE_CONSTANT]);
	c.begin = blob + offset_of(h, blob, BLOB_CODE_OFFSET);
	c.places = constant + offset_of(h, blob, CODE_PLACES);
	c.scopes = c.places_end = constant + offset_of(h, blob, CODE_SCOPES_OFFSET);
	c.metadata = memory_u64(h->memory, blob + h->at[CODE_MUTABLE]) +
	             ((offset_of(h, blob, CODE_RELOCATION_BYTES) + 7) & ~(uint64_t)7);
	return c;
}

/* The first place at or after this offset of the code, as an offset of its scope; 0: there is none. */
static uint32_t scope_find(const struct hotspot *h, const struct code *c, uint64_t offset)
{
	uint64_t bytes = h->bytes[TYPE_PLACE], low = 0;
	uint64_t high = c->places_end > c->places ? (c->places_end - c->places) / bytes : 0;
	uint64_t count = high;

	while (low < high) {
		uint64_t middle = low + (high - low) / 2;
		int32_t at = (int32_t)memory_u32(h->memory, c->places + middle * bytes + h->at[PLACE_CODE]);
		if (at < (int64_t)offset)
			low = middle + 1;
		else
			high = middle;
	}
	return low < count ? memory_u32(h->memory, c->places + low * bytes + h->at[PLACE_SCOPE]) : 0;
}

/* A scope has the one that it is inlined in, its method, and the instruction, plus one. */
static bool add_scopes(struct walk *w, const struct code *c, uint32_t scope)
{
	const struct hotspot *h = w->h;
	size_t before = w->count;

	for (unsigned i = 0; scope && i < SCOPES_MOST; i++) {
		uint8_t bytes[SCOPE_BYTES];
		const uint8_t *at = bytes;
		size_t left = sizeof(bytes);
		if (memory_read(h->memory, c->scopes + scope, bytes, sizeof(bytes)))
			break;
		uint32_t sender = hotspot_number(h, &at, &left), method = hotspot_number(h, &at, &left);
		int32_t instruction = (int32_t)hotspot_number(h, &at, &left) - 1;
		if (method)
			add_frame(w, memory_u64(h->memory, c->metadata + 8 * (uint64_t)(method - 1)), instruction);
		if (sender >= scope)
			break; /* a scope stands after the one it is in */
		scope = sender;
	}
	return w->count > before;
}

/* Its code was given up: the return address was exchanged, the true one stands in the frame. */
static uint64_t true_pc(const struct walk *w, uint64_t blob)
{
	const struct hotspot *h = w->h;
	uint64_t given_up = h->at[CODE_CONSTANT] == HOTSPOT_NONE ? memory_u64(h->memory, blob + h->at[CODE_DEOPT])
	                                                         : blob + offset_of(h, blob, CODE_DEOPT_OFFSET);

	return w->at.pc == given_up ? stack_word(w, w->at.sp + offset_of(h, blob, CODE_ORIGINAL)) : w->at.pc;
}

static bool to_sender(struct walk *w, uint64_t blob)
{
	uint32_t words = memory_u32(w->h->memory, blob + w->h->at[BLOB_FRAME_WORDS]);

	if (!words || words > FRAME_WORDS_MOST)
		return false;
	w->at.sp += 8 * (uint64_t)words;
	w->at.pc = stack_word(w, w->at.sp - 8);
	w->at.fp = stack_word(w, w->at.sp - 16);
	return w->at.pc != 0;
}

static bool pass_compiled(struct walk *w, uint64_t blob, bool native)
{
	struct code c = code_of(w->h, blob);
	uint64_t pc = true_pc(w, blob);

	if (native || !add_scopes(w, &c, scope_find(w->h, &c, pc - c.begin)))
		add_frame(w, memory_u64(w->h->memory, blob + w->h->at[CODE_METHOD]), HOTSPOT_NO_INSTRUCTION);
	return to_sender(w, blob);
}

static bool pass_interpreted(struct walk *w)
{
	uint64_t fp = w->at.fp, method = stack_word(w, fp + INTERPRETED_METHOD);

	if (!method)
		return false;
	add_frame(w, method, hotspot_instruction(w->h, method, stack_word(w, fp + INTERPRETED_INSTRUCTION)));
	w->at = (struct registers){ stack_word(w, fp + 8), stack_word(w, fp + INTERPRETED_SENDER), stack_word(w, fp) };
	return w->at.pc != 0;
}

/* Native code has called Java here, and remembers the Java frame that had called it before. */
static bool pass_entry(struct walk *w)
{
	const struct hotspot *h = w->h;
	uint64_t wrapper = stack_word(w, w->at.fp + ENTRY_WRAPPER), anchor = wrapper + h->at[WRAPPER_ANCHOR];
	uint64_t sp = wrapper ? stack_word(w, anchor + h->at[ANCHOR_SP]) : 0;
	uint64_t pc = sp ? stack_word(w, anchor + h->at[ANCHOR_PC]) : 0;

	if (sp <= w->at.sp)
		return false; /* the first Java frame of its thread */
	w->at = (struct registers){ pc ?: stack_word(w, sp - 8), sp, stack_word(w, anchor + h->at[ANCHOR_FP]) };
	return w->at.pc != 0;
}

static bool pass(struct walk *w)
{
	uint64_t blob = blob_find(w->h, w->at.pc);
	char kind[32] = "";

	if (blob)
		memory_text(w->h->memory, memory_u64(w->h->memory, blob + w->h->at[BLOB_NAME]), kind, sizeof(kind));
	if (streq(kind, "Interpreter"))
		return pass_interpreted(w);
	if (streq(kind, "nmethod") || streq(kind, "native nmethod"))
		return pass_compiled(w, blob, streq(kind, "native nmethod"));
	if (starts_with(kind, "StubRoutines") && !hotspot_has(w->h, stack_word(w, w->at.fp + 8)))
		return pass_entry(w);
	if (blob && to_sender(w, blob))
		return true;
	w->cut = true; /* a virtual thread that has waited: the rest of its stack lies in the heap */
	return false;
}

size_t hotspot_walk(const struct hotspot *h, const struct record_capture *capture, const struct registers *from,
                    struct frame *ret, size_t most, bool *ret_cut)
{
	struct walk w = { .h = h, .capture = capture, .at = *from, .frames = ret, .most = most };
	unsigned left = FRAMES_MOST;
	uint64_t before = 0;

	/* A caller lies further up. */
	while (left-- && !w.cut && hotspot_has(h, w.at.pc) && w.at.sp > before) {
		before = w.at.sp;
		if (!pass(&w))
			break;
	}
	*ret_cut = w.cut || !left;
	return w.count;
}
