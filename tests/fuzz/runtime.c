/* Every decoder, behind the door that all of them have: a capture, the memory of a process and its program, each of
 * them changed. The program is one of this host's, so that it is recognised, its symbols are found and its version is
 * read; what stands in its memory is what its file has, or the next bytes of the input. A new decoder is a row of
 * `programs`.
 *
 * In the input: which program, the head of the capture, how long its body is, the body, then one byte and a piece for
 * each read. */
#include "fuzz.h"
#include "blame/decoder.h"
#include <fcntl.h>
#include <glob.h>
#include <sys/mman.h>
#include <sys/stat.h>

enum { START = 0x10000000, FILE_MOST = 256 << 20 };

/* The first that is there of each. */
static const char *const programs[] = {
	"/usr/bin/python3.[0-9]*", "/usr/bin/perl",        "/usr/bin/php[0-9]*",
	"/usr/lib/*/libruby*.so*", "/usr/bin/node",        "/usr/lib/jvm/*/lib/server/libjvm.so",
	"/usr/lib/go-*/bin/go",    "/usr/lib/*/libc.so.6",
};

struct program {
	int fd; /* -1: this host has none */
	const uint8_t *bytes;
	size_t length;
	char path[256];
};

static void open_program(const char *pattern, struct program *ret)
{
	glob_t found = { 0 };
	struct stat st;

	*ret = (struct program){ .fd = -1 };
	if (!glob(pattern, 0, NULL, &found) && found.gl_pathc) {
		snprintf(ret->path, sizeof(ret->path), "%s", found.gl_pathv[0]);
		ret->fd = open(ret->path, O_RDONLY | O_CLOEXEC);
	}
	globfree(&found);
	if (ret->fd < 0 || fstat(ret->fd, &st) || st.st_size > FILE_MOST)
		return;
	ret->length = (size_t)st.st_size;
	ret->bytes = mmap(NULL, ret->length, PROT_READ, MAP_PRIVATE, ret->fd, 0);
	if (ret->bytes == MAP_FAILED)
		abort();
}

/* Of the fuzzer, which has one thread and lives as long as its process. */
static const struct program *program_of(size_t which)
{
	static struct program opened[ARRAY_SIZE(programs)];
	static bool done;

	for (size_t i = 0; !done && i < ARRAY_SIZE(programs); i++)
		open_program(programs[i], &opened[i]);
	done = true;
	return &opened[which % ARRAY_SIZE(programs)];
}

struct place {
	struct fuzz_input *in;
	const struct program *program;
};

/* One in eight fails, half of the others are the file's where it reaches so far. */
static int read_place(void *context, uint64_t address, void *to, size_t bytes)
{
	const struct place *p = context;
	uint8_t choice = (uint8_t)fuzz_number(p->in, 1);
	uint64_t at = address - START;

	if ((choice & 7) == 7 || (!p->in->length && at >= p->program->length))
		return -1;
	if ((choice & 8 || !p->in->length) && at < p->program->length && bytes <= p->program->length - at) {
		memcpy(to, p->program->bytes + at, bytes);
		return 0;
	}
	memset(to, 0, bytes);
	memcpy(to, p->in->bytes, MIN(bytes, p->in->length));
	p->in->bytes += MIN(bytes, p->in->length);
	p->in->length -= MIN(bytes, p->in->length);
	return 0;
}

static struct record_capture *take_capture(struct fuzz_input *in)
{
	struct record_capture *c = calloc(1, sizeof(*c));

	c->kind = fuzz_number(in, 1) & 1 ? CAPTURE_OPENED : CAPTURE_SAMPLED;
	c->flags = (uint32_t)fuzz_number(in, 1);
	c->tgid = c->tid = 1;
	c->thread_pointer = fuzz_number(in, 4);
	for (size_t i = 0; i < CAPTURE_X86_COUNT; i++)
		c->registers[i] = fuzz_number(in, 4);
	for (size_t i = 0; c->flags & CAPTURE_LED && i < sizeof(c->lead.bytes); i++)
		c->lead.bytes[i] = (uint8_t)fuzz_number(in, 1);
	size_t body = fuzz_number(in, 2) % (CAPTURE_STACK_BYTES + 1);
	c->body_bytes = (uint32_t)MIN(body, in->length);
	memcpy(c->body.stack, in->bytes, c->body_bytes);
	in->bytes += c->body_bytes;
	in->length -= c->body_bytes;
	return c;
}

static void check(const struct stack *s)
{
	if (s->count > STACK_FRAMES || s->own > s->count || !memchr(s->why, '\0', sizeof(s->why)) ||
	    !memchr(s->runtime, '\0', sizeof(s->runtime)))
		abort();
	for (uint32_t i = 0; i < s->count; i++)
		if (!memchr(s->frames[i].function, '\0', STACK_FUNCTION) ||
		    !memchr(s->frames[i].file, '\0', STACK_FILE) || !memchr(s->frames[i].library, '\0', STACK_LIBRARY))
			abort();
}

static void decode(struct image *image, const struct memory *memory, const struct record_capture *c)
{
	struct stack *s = calloc(1, sizeof(*s));
	struct decoder *d = decoder_new(image, memory);
	struct record_walk walk;

	(void)decoder_walk(d, &walk);
	decoder_read(d, c, NULL, s);
	check(s);
	decoder_read(d, c, NULL, s);
	check(s);
	decoder_free(d);
	free(s);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct fuzz_input in = { bytes, length };
	const struct program *p = program_of(fuzz_number(&in, 1));
	struct place place = { &in, p };
	struct memory memory = { .read = read_place, .context = &place };
	struct image image = { .pid = 1, .memory = -1, .exe = p->path, .cwd = "/srv" };

	if (p->fd < 0)
		return 0;
	*array_push(&image.files) = (struct image_file){ .path = p->path,
		                                         .start = START,
		                                         .end = START + p->length,
		                                         .first_end = START + 4096,
		                                         .runs = true,
		                                         .fd = fcntl(p->fd, F_DUPFD_CLOEXEC, 3),
		                                         .debug_fd = -1 };
	struct record_capture *c = take_capture(&in);
	decode(&image, &memory, c);
	free(c);
	array_each (&image.files, f) {
		cleanup_close(&f->fd);
		cleanup_close(&f->debug_fd);
	}
	array_free(&image.files);
	return 0;
}
