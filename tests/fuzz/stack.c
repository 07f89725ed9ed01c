/* A native stack: registers, a copy of the stack and a program, each of them changed. The program is libc's loader, or
 * one with DWARF (tests/fuzz/run makes it), of which some bytes are changed in a copy; so that unwinding and lines
 * begin with what makes sense. In the input: how many bytes of the file to change (and by its highest bit, of which
 * file) and where, then registers, then the stack. */
#include "fuzz.h"
#include "blame/debugs.h"
#include "blame/decoder.h"
#include "blame/elf.h"
#include "blame/golang.h"
#include "blame/hotspot.h"
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

enum { CHANGES_MOST = 32, PROGRAM_MOST = 64 << 20 };

static int read_nothing(void *context, uint64_t address, void *to, size_t bytes)
{
	return -1;
}

/* Both are small; every Linux has the loader. */
static int open_copy(struct fuzz_input *in, uint64_t *ret_size)
{
	char with_lines[512] = "";
	ssize_t length = readlink("/proc/self/exe", with_lines, sizeof(with_lines) - 32);
	char *slash = length > 0 ? strrchr(with_lines, '/') : NULL;
	unsigned choice = (unsigned)fuzz_number(in, 1);
	const char *path = choice & 0x80 ? with_lines : "/lib64/ld-linux-x86-64.so.2";
	if (slash)
		strcpy(slash, "/program-with-lines");
	cleanup(cleanup_close) int from = open(path, O_RDONLY | O_CLOEXEC);
	int copy = memfd_create("program", MFD_CLOEXEC);
	struct stat st;

	if (from < 0 || copy < 0 || fstat(from, &st) || st.st_size > PROGRAM_MOST)
		return copy;
	char *bytes = malloc((size_t)st.st_size);
	ssize_t got = pread(from, bytes, (size_t)st.st_size, 0);
	for (size_t changes = choice % CHANGES_MOST; changes && got > 0; changes--) {
		size_t at = fuzz_number(in, 3) % (size_t)got;
		bytes[at] = (char)fuzz_number(in, 1);
	}
	if (got < 0 || write(copy, bytes, (size_t)got) != got)
		abort();
	free(bytes);
	*ret_size = (uint64_t)got;
	return copy;
}

static void check(const struct stack *s)
{
	if (s->count > STACK_FRAMES || s->own > s->count)
		abort();
	for (uint32_t i = 0; i < s->count; i++)
		if (!memchr(s->frames[i].function, '\0', STACK_FUNCTION) ||
		    !memchr(s->frames[i].file, '\0', STACK_FILE))
			abort();
}

static void take_nothing(void *context, const char *name, uint64_t offset)
{
	*(size_t *)context += strlen(name);
}

/* What else is asked of a file that others made: by names, for an interpreter, Go, a JVM, and for its lines elsewhere.
 */
static void look_up(struct decoder *d, const struct image *image)
{
	static const uint8_t build[20];
	int fd = image->files.items[0].fd;
	struct golang_places golang;
	struct hotspot_places hotspot;
	struct image_debugs wanted, missing;
	struct elf_place place;
	uint64_t value, offset;
	size_t letters = 0;

	(void)golang_find(fd, image->files.items[0].start, &golang);
	(void)hotspot_find(fd, image->files.items[0].start, &hotspot);
	(void)elf_thread_variable_find(fd, "errno", &value, &offset);
	(void)elf_section_find(fd, ".gopclntab", &place);
	if (!elf_symbol_find(fd, "main", &value))
		(void)elf_file_offset(fd, value, &offset);
	elf_symbols_each(fd, "", take_nothing, &letters);
	(void)elf_is_build(fd, build, sizeof(build));
	if (!decoder_wants(d, &wanted))
		(void)debugs_missing(image, &wanted, &missing);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct fuzz_input in = { bytes, length };
	struct memory memory = { .read = read_nothing };
	struct image image = { .pid = 1, .memory = -1, .exe = "/program" };
	uint64_t size = 0, base = 0x555555554000;
	struct image_file *f = array_push(&image.files);

	*f = (struct image_file){ .path = "/program", .start = base, .runs = true, .debug_fd = -1 };
	f->fd = open_copy(&in, &size);
	f->end = base + size;
	struct record_capture *c = calloc(1, sizeof(*c));
	c->tgid = c->tid = 1;
	for (size_t i = 0; i < CAPTURE_X86_COUNT; i++)
		c->registers[i] = fuzz_number(&in, 4) + (i == CAPTURE_X86_IP ? base : 0);
	for (; in.length && c->body_bytes + 8 <= CAPTURE_STACK_BYTES; c->body_bytes += 8) {
		uint64_t word = fuzz_number(&in, 4);
		word = word & 1 ? base + word % size : word;
		memcpy(c->body.stack + c->body_bytes, &word, 8);
	}
	struct stack *s = calloc(1, sizeof(*s));
	struct decoder *d = decoder_new(&image, &memory);
	look_up(d, &image);
	decoder_read(d, c, NULL, s);
	decoder_read(d, c, NULL, s);
	check(s);
	decoder_free(d);
	array_each (&image.files, file)
		cleanup_close(&file->fd);
	array_free(&image.files);
	free(s);
	free(c);
	return 0;
}
