/* Each decoder on captures that were kept of real programs (tests/unit/captures), changed here and there: what was
 * frozen, what was read of memory, and where something stands. So each of them begins deep in what it knows.
 *
 * In the input: which capture; what memory is that was not read then; how many changes; the changes. */
#include "fuzz.h"
#include "../unit/kept_places.h"
#include "blame/golang_build.h"
#include "blame/interpreter.h"
#include "blame/own.h"
#include "blame/v8_stack.h"
#include "blame/walk.h"

enum { CHANGES_MOST = 24, CHANGE_BYTES = 13, WIDTH_MOST = 8 };

/* Bytes that can be changed. */
struct region {
	uint8_t *at;
	size_t length;
};

/* A kept capture, and its memory as a decoder sees it. */
struct scene {
	struct kept *kept;
	ARRAY(struct region) frozen, memory;
	struct fuzz_input *in; /* more of memory; NULL: what was not read then cannot be read */
};

struct change {
	uint8_t *at, before[WIDTH_MOST];
	size_t width;
};

/* What was not read then, and, where a byte says so, what was: the process runs on, and what is read twice may differ.
 */
static bool reads_from_input(const struct scene *s)
{
	return s->in && s->in->length && (fuzz_number(s->in, 1) & 15) == 15;
}

static int read_scene(void *context, uint64_t address, void *to, size_t bytes)
{
	const struct scene *s = context;

	if (!reads_from_input(s) && !kept_read(s->kept, address, to, bytes))
		return 0;
	if (!s->in || !s->in->length)
		return -EFAULT;
	memset(to, 0, bytes);
	size_t piece = MIN(bytes, s->in->length);
	memcpy(to, s->in->bytes, piece);
	s->in->bytes += piece;
	s->in->length -= piece;
	return 0;
}

static void expect_frames(const struct frame *frames, size_t count, size_t most)
{
	if (count > most)
		abort();
	for (size_t i = 0; i < count; i++)
		if (!memchr(frames[i].function, '\0', STACK_FUNCTION) || !memchr(frames[i].file, '\0', STACK_FILE) ||
		    !memchr(frames[i].library, '\0', STACK_LIBRARY))
			abort();
}

static void decode_golang(struct kept *k, const struct memory *m)
{
	static const char *const names[] = { "net/http.(*Transport).queueForDial", "main.main" };
	struct golang_places places = kept_golang(k);
	struct golang_range ranges[ARRAY_SIZE(names)];
	struct frame frames[FOUND_INLINED];
	struct addresses callers = { 0 };
	struct golang g;

	if (golang_open(m, &places, &g))
		return;
	(void)golang_unwind(&g, &k->capture, &callers);
	for (size_t i = 0; i < callers.count; i++) {
		size_t count = golang_lines(&g, callers.at[i], frames, FOUND_INLINED);
		expect_frames(frames, count, FOUND_INLINED);
		for (size_t j = 0; j < count; j++)
			golang_judge(&g.build, &frames[j]);
		expect_frames(frames, count, FOUND_INLINED);
	}
	if (g.functions < 1 << 14) /* goes through all of them */
		golang_functions(&g, names, ARRAY_SIZE(names), ranges);
	golang_close(&g);
}

static void decode_hotspot(struct kept *k, const struct memory *m)
{
	struct hotspot_places places = kept_hotspot(k);
	struct registers from = kept_registers(k);
	struct frame frames[STACK_FRAMES];
	struct hotspot h;
	bool cut;

	if (hotspot_open(m, &places, &h) || !hotspot_has(&h, from.pc))
		return;
	size_t count = hotspot_walk(&h, &k->capture, &from, frames, STACK_FRAMES, &cut);
	expect_frames(frames, count, STACK_FRAMES);
}

static void decode_interpreted(struct kept *k, const struct memory *m, const struct interpreter_kind *kind)
{
	struct symbols symbols = kept_symbols(k);
	struct interpreter_place place = { m, &symbols, "/usr/bin/program" };
	struct interpreter in = { .kind = kind };
	struct frame frames[STACK_FRAMES];

	if (kind->find(&place, &in)) {
		if (!*in.why || !memchr(in.why, '\0', sizeof(in.why)))
			abort();
		return;
	}
	cleanup(cleanup_free) struct record_capture *standing = walk_live(&in.walk, m, &k->capture);
	const struct record_capture *each[] = { &k->capture, standing };
	for (size_t i = 0; i < ARRAY_SIZE(each) && each[i]; i++) {
		size_t count = kind->read(&in, m, each[i], frames, STACK_FRAMES);
		for (size_t j = 0; j < MIN(count, (size_t)STACK_FRAMES); j++)
			kind->judge(&frames[j]);
		expect_frames(frames, count, STACK_FRAMES);
	}
}

static void decode_php(struct kept *k, const struct memory *m)
{
	decode_interpreted(k, m, &interpreter_php);
}

static void decode_perl(struct kept *k, const struct memory *m)
{
	decode_interpreted(k, m, &interpreter_perl);
}

static void decode_ruby(struct kept *k, const struct memory *m)
{
	decode_interpreted(k, m, &interpreter_ruby);
}

static void decode_python(struct kept *k, const struct memory *m)
{
	decode_interpreted(k, m, &interpreter_python);
}

/* Also as a thread that was met as it ran: the frozen calls are then a stack. */
static void decode_v8(struct kept *k, const struct memory *m)
{
	cleanup(cleanup_free) struct record_javascript *met = memory_zeroed(sizeof(*met));
	struct symbols symbols = kept_symbols(k);
	struct frame frames[STACK_FRAMES];
	struct v8_notes notes;
	struct v8 v8;

	if (v8_find(m, &symbols, &v8))
		return;
	v8_stack_read(&v8, m, &k->capture, met);
	const struct record_javascript *each[] = { &k->calls, met };
	for (size_t i = 0; i < ARRAY_SIZE(each); i++) {
		size_t count = v8_read(&v8, m, each[i], frames, STACK_FRAMES, &notes);
		for (size_t j = 0; j < MIN(count, (size_t)STACK_FRAMES); j++)
			own_judge_javascript(&frames[j]);
		expect_frames(frames, count, STACK_FRAMES);
	}
	v8_close(&v8);
}

static const struct {
	const char *name;
	void (*decode)(struct kept *k, const struct memory *m);
} captures[] = {
	{ "go-1.16", decode_golang },     { "go-1.19", decode_golang },
	{ "go-1.20", decode_golang },     { "go-1.23", decode_golang },
	{ "go-1.26", decode_golang },     { "go-1.27", decode_golang },
	{ "java-17", decode_hotspot },    { "java-17-compiled", decode_hotspot },
	{ "java-25", decode_hotspot },    { "node-18", decode_v8 },
	{ "node-20", decode_v8 },         { "node-22", decode_v8 },
	{ "perl-5.36", decode_perl },     { "php-8.2", decode_php },
	{ "python-3.11", decode_python }, { "ruby-3.1", decode_ruby },
};

#define ADD_REGION(list, what) (*array_push(list) = (struct region){ (uint8_t *)&(what), sizeof(what) })

/* What was frozen of a call is the stack of a thread that makes it. */
static void add_stack_of_calls(struct kept *k)
{
	size_t bytes = k->calls.count * CAPTURE_NODE_BYTES;

	if (k->capture.body_bytes || !bytes)
		return;
	for (size_t i = 0; i < k->calls.count; i++)
		memcpy(k->capture.body.stack + i * CAPTURE_NODE_BYTES, k->calls.calls[i].bytes, CAPTURE_NODE_BYTES);
	k->capture.body_bytes = (uint32_t)bytes;
	k->capture.registers[CAPTURE_X86_SP] = k->calls.calls[0].address - NODE_BEFORE;
	k->capture.registers[CAPTURE_X86_BP] = k->calls.calls[0].address;
}

static void open_scene(const char *name, struct scene *s)
{
	struct kept *k = kept_open(name);

	if (!k)
		abort();
	s->kept = k;
	add_stack_of_calls(k);
	ADD_REGION(&s->frozen, k->capture.registers);
	ADD_REGION(&s->frozen, k->capture.flags);
	ADD_REGION(&s->frozen, k->capture.thread_pointer);
	if (k->capture.flags & CAPTURE_LED)
		ADD_REGION(&s->frozen, k->capture.lead);
	*array_push(&s->frozen) = (struct region){ (uint8_t *)&k->capture.body, k->capture.body_bytes };
	for (size_t i = 0; i < k->calls.count; i++)
		ADD_REGION(&s->frozen, k->calls.calls[i]);
	for (size_t i = 0; i < k->place_count; i++)
		ADD_REGION(&s->frozen, k->places[i].place);
	array_each (&k->pieces, p)
		*array_push(&s->memory) = (struct region){ p->at, p->bytes };
}

/* Of the fuzzer, which has one thread and lives as long as its process. */
static struct scene *scene_of(size_t which)
{
	static struct scene scenes[ARRAY_SIZE(captures)];
	struct scene *s = &scenes[which];

	if (!s->kept)
		open_scene(captures[which].name, s);
	return s;
}

/* A number as it stands, one at a limit, an address of what is there, or a little more or less than before. */
static uint64_t value_of(const struct scene *s, unsigned how, uint64_t number, uint64_t before)
{
	static const uint64_t limits[] = { 0,         1,          0x7f,      0xff,       0x7fff,    0xffff,
		                           INT32_MAX, UINT32_MAX, INT64_MAX, UINT64_MAX, 1ULL << 63 };

	switch (how & 3) {
	case 0:
		return number;
	case 1:
		return limits[number % ARRAY_SIZE(limits)];
	case 2: {
		const struct kept_piece *p = &s->kept->pieces.items[(number & 0xffff) % s->kept->pieces.count];
		return p->address + (number >> 16 & 0xffff) % p->bytes;
	}
	default:
		return before + (uint64_t)(int8_t)number;
	}
}

static void change_one(struct scene *s, struct fuzz_input *in, struct change *ret)
{
	unsigned how = (unsigned)fuzz_number(in, 1), which = (unsigned)fuzz_number(in, 2);
	size_t where = fuzz_number(in, 2);
	uint64_t number = fuzz_number(in, 8), before = 0;
	const struct region *r =
	        how & 16 ? &s->memory.items[which % s->memory.count] : &s->frozen.items[which % s->frozen.count];

	*ret = (struct change){ 0 };
	if (!r->length)
		return;
	where %= r->length;
	if (how & 32)
		where = where / 8 * 8;
	ret->at = r->at + where;
	ret->width = MIN((size_t)1 << (how >> 2 & 3), r->length - where);
	memcpy(ret->before, ret->at, ret->width);
	memcpy(&before, ret->at, ret->width);
	uint64_t now = value_of(s, how, number, before);
	memcpy(ret->at, &now, ret->width);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct fuzz_input in = { bytes, length };
	size_t which = fuzz_number(&in, 1) % ARRAY_SIZE(captures);
	struct scene *s = scene_of(which);
	struct memory memory = { .read = read_scene, .context = s };
	struct change changes[CHANGES_MOST];
	uint8_t choice = (uint8_t)fuzz_number(&in, 1);
	size_t count = MIN((choice & 0x7fU) % (CHANGES_MOST + 1), in.length / CHANGE_BYTES);

	for (size_t i = 0; i < count; i++)
		change_one(s, &in, &changes[i]);
	s->in = choice & 0x80 ? &in : NULL;
	captures[which].decode(s->kept, &memory);
	while (count--)
		memcpy(changes[count].at, changes[count].before, changes[count].width);
	return 0;
}
