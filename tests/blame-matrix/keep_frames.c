/* Keeps for the unit tests (see tests/unit/kept.h) what the kernel's programs froze of an interpreter or of Node, and
 *what was read to decode it: the next connection that this process opens.
 *
 *	keep-frames PID >tests/unit/captures/NAME */
#include "blame/runtime.h"
#include "blame/decoder.h"
#include "blame/own.h"
#include "blame/v8.h"
#include "source/image.h"
#include "trace/captures.h"
#include <errno.h>
#include <inttypes.h>

enum { PIECE_BYTES = 64, COOKIES_MOST = 100000000, TRIES = 100, TAKE_MS = 200 };

struct recorder {
	int memory;
	ARRAY(uint64_t) pieces; /* addresses of pieces of PIECE_BYTES that were read */
	const struct symbols *symbols;
	void (*take)(void *to, const char *name, uint64_t address); /* of the symbols that are gone through */
	void *to;
};

static int read_and_note(void *context, uint64_t address, void *to, size_t bytes)
{
	struct recorder *r = context;

	if (pread(r->memory, to, bytes, (off_t)address) != (ssize_t)bytes)
		return -EFAULT;
	for (uint64_t at = address / PIECE_BYTES * PIECE_BYTES; at < address + bytes; at += PIECE_BYTES)
		*array_push(&r->pieces) = at;
	return 0;
}

static int find(void *context, bool of_libc, const char *name, uint64_t *ret_address)
{
	const struct symbols *s = ((struct recorder *)context)->symbols;
	int err = s->find(s->context, of_libc, name, ret_address);

	if (!err)
		printf("place %s %" PRIx64 " 1\n", name, *ret_address);
	return err;
}

static int find_thread_variable(void *context, const char *name, uint64_t *ret_slot, uint64_t *ret_offset)
{
	const struct symbols *s = ((struct recorder *)context)->symbols;
	int err = s->find_thread_variable(s->context, name, ret_slot, ret_offset);

	if (!err)
		printf("place %s %" PRIx64 " %" PRIx64 "\n", name, *ret_slot, *ret_offset);
	return err;
}

/* Those that were read, and no other of hundreds. */
static void take(void *context, const char *name, uint64_t address)
{
	struct recorder *r = context;
	size_t before = r->pieces.count;

	r->take(r->to, name, address);
	if (r->pieces.count != before && strlen(name) < 80)
		printf("place %s %" PRIx64 " 1\n", name, address);
}

static void each(void *context, const char *prefix, void (*taken)(void *, const char *, uint64_t), void *to)
{
	struct recorder *r = context;

	r->take = taken;
	r->to = to;
	r->symbols->each(r->symbols->context, prefix, take, r);
}

static void write_hex(const uint8_t *bytes, size_t count)
{
	for (size_t i = 0; i < count; i++)
		printf("%02x", bytes[i]);
	printf("\n");
}

static void write_node(const char *word, const struct record_node *n)
{
	printf("%s %llx ", word, (unsigned long long)n->address);
	write_hex(n->bytes, sizeof(n->bytes));
}

static void write_pieces(struct recorder *r)
{
	uint8_t bytes[PIECE_BYTES];
	uint64_t before = 0;

	array_sort(&r->pieces, compare_u64);
	array_each (&r->pieces, at) {
		if (*at == before || pread(r->memory, bytes, sizeof(bytes), (off_t)*at) != sizeof(bytes))
			continue;
		before = *at;
		printf("read %" PRIx64 " ", *at);
		write_hex(bytes, sizeof(bytes));
	}
}

static void write_frames(const struct frame *f, size_t count)
{
	for (size_t i = 0; i < count; i++)
		printf("frame %s|%s|%" PRIu32 "|%s\n", f[i].function, f[i].file, f[i].line, f[i].library);
}

/* The cookie of the first connection that has what is sought; 0: none came. */
static uint64_t wait_for(struct captures *c, bool calls, struct record_javascript *ret)
{
	for (int i = 0; i < TRIES && !captures_take(c, TAKE_MS); i++) {
		if (captures_count(c).kept < 8)
			continue;
		for (uint64_t cookie = 1; cookie < COOKIES_MOST; cookie++) {
			const struct record_capture *r = captures_find(c, cookie);
			if (r && (calls ? !nodes_find(captures_nodes(c), cookie, ret) : r->flags & CAPTURE_WALKED))
				return cookie;
		}
	}
	return 0;
}

static int keep_interpreted(struct captures *c, uint32_t pid, const struct runtime *runtime, struct recorder *r,
                            struct memory *m, struct symbols *s)
{
	struct interpreter_place place = { m, s, runtime->file->path };
	struct interpreter in = { .kind = runtime->interpreter };
	struct record_javascript none;
	struct frame frames[STACK_FRAMES];

	if (in.kind->find(&place, &in) || captures_walk(c, pid, &in.walk))
		return 1;
	captures_begin(c);
	const struct record_capture *capture = captures_find(c, wait_for(c, false, &none));
	if (!capture)
		return 1;
	size_t count = in.kind->read(&in, m, capture, frames, STACK_FRAMES);
	for (size_t i = 0; i < count; i++)
		in.kind->judge(&frames[i]);
	write_frames(frames, count);
	if (capture->flags & CAPTURE_LED)
		write_node("lead", &capture->lead);
	for (size_t i = 0; i < interpreter_nodes(capture); i++)
		write_node("node", &capture->body.nodes[i]);
	return 0;
}

static int keep_node(struct captures *c, uint32_t pid, const struct image *image, struct recorder *r, struct memory *m,
                     struct symbols *s)
{
	struct memory live = memory_of_image(image);
	struct decoder *d = decoder_new((struct image *)(uintptr_t)image, &live);
	struct record_node_program program;
	struct record_javascript calls;
	struct v8_notes notes;
	struct frame frames[STACK_FRAMES];
	const struct image_file *f;
	struct v8 v8;
	char path[96];

	if (v8_find(m, s, &v8) || decoder_node(d, &program, &f))
		return 1;
	snprintf(path, sizeof(path), "/proc/%" PRIu32 "/map_files/%" PRIx64 "-%" PRIx64, pid, f->start, f->first_end);
	if (nodes_add(captures_nodes(c), pid, path, &program))
		return 1;
	captures_begin(c);
	if (!wait_for(c, true, &calls))
		return 1;
	size_t count = v8_read(&v8, m, &calls, frames, STACK_FRAMES, &notes);
	for (size_t i = 0; i < count; i++)
		own_judge_javascript(&frames[i]);
	write_frames(frames, count);
	for (size_t i = 0; i < calls.count; i++)
		write_node("call", &calls.calls[i]);
	return 0;
}

int main(int argc, char **argv)
{
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	cleanup(captures_cleanup) struct captures *c = NULL;
	struct capture_scope scope = { argc == 2 ? (uint32_t)atoi(argv[1]) : 0, 0 };
	struct image image = { 0 };
	struct recorder r = { 0 };
	struct gap why;

	if (argc != 2)
		return 2;
	if (image_open(scope.pid, arena, &image) || captures_open(arena, &scope, &c, &why))
		return 1;
	struct runtime runtime = runtime_of(&image);
	struct symbol_files files = { &image, runtime.file };
	struct symbols real = symbols_of_files(&files), s = { find, find_thread_variable, each, &r };
	struct memory m = { read_and_note, &r };
	r.memory = image.memory;
	r.symbols = &real;
	int status = runtime.kind == RUNTIME_NODE ? keep_node(c, scope.pid, &image, &r, &m, &s)
	                                          : keep_interpreted(c, scope.pid, &runtime, &r, &m, &s);
	write_pieces(&r);
	return status;
}
