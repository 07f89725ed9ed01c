/* Keeps a capture for the unit tests (see tests/unit/kept.h): waits until a thread of a process calls connect() or
 * accept(), takes its registers and its stack as capture.bpf.c does, decodes them, and writes what was read for that.
 *
 *	keep golang|hotspot PID >tests/unit/captures/NAME */
#include "blame/golang.h"
#include "blame/hotspot.h"
#include "base/file.h"
#include "base/parse.h"
#include "source/image.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <elf.h>

enum { PIECE_BYTES = 64 };

struct recorder {
	int memory;
	ARRAY(uint64_t) pieces; /* addresses of pieces of PIECE_BYTES that were read */
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

static void write_hex(const uint8_t *bytes, size_t count)
{
	for (size_t i = 0; i < count; i++)
		printf("%02x", bytes[i]);
	printf("\n");
}

static void write_pieces(struct recorder *r)
{
	static const uint8_t zeros[PIECE_BYTES];
	uint8_t bytes[PIECE_BYTES];
	uint64_t before = 0;

	array_sort(&r->pieces, compare_u64);
	array_each (&r->pieces, at) {
		if (*at == before || pread(r->memory, bytes, sizeof(bytes), (off_t)*at) != sizeof(bytes))
			continue;
		before = *at;
		if (memcmp(bytes, zeros, sizeof(bytes)) == 0) {
			printf("zeros %" PRIx64 " %x\n", *at, PIECE_BYTES);
			continue;
		}
		printf("read %" PRIx64 " ", *at);
		write_hex(bytes, sizeof(bytes));
	}
}

static void write_place(const char *name, const struct elf_place *p)
{
	if (p->bytes)
		printf("place %s %" PRIx64 " %" PRIx64 "\n", name, p->offset, p->bytes);
}

static void write_frames(const struct frame *f, size_t count)
{
	for (size_t i = 0; i < count; i++)
		printf("frame %s|%s|%" PRIu32 "|%s\n", f[i].function, f[i].file, f[i].line, f[i].library);
}

static void write_capture(const struct record_capture *c)
{
	for (unsigned i = 0; i < CAPTURE_X86_COUNT; i++)
		if (i == CAPTURE_X86_IP || i == CAPTURE_X86_SP || i == CAPTURE_X86_BP)
			printf("register %u %llx\n", i, (unsigned long long)c->registers[i]);
	for (uint32_t at = 0; at < c->body_bytes; at += PIECE_BYTES) {
		printf("stack ");
		write_hex((const uint8_t *)c->body.stack + at, MIN((uint32_t)PIECE_BYTES, c->body_bytes - at));
	}
}

/* All threads of it, and those to come. */
static void trace_all(pid_t pid)
{
	char path[64];
	uint64_t tid;
	const char *name;
	int err = 0;

	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	cleanup(cleanup_closedir) DIR *dir = file_open_dir(-1, path);
	while (dir && (name = file_next_name(dir, &err))) {
		if (parse_u64(name, &tid))
			continue;
		if (!ptrace(PTRACE_SEIZE, (pid_t)tid, 0, PTRACE_O_TRACECLONE | PTRACE_O_TRACESYSGOOD))
			ptrace(PTRACE_INTERRUPT, (pid_t)tid, 0, 0);
	}
}

static bool is_opening(pid_t tid, struct user_regs_struct *ret)
{
	struct iovec to = { ret, sizeof(*ret) };

	if (ptrace(PTRACE_GETREGSET, tid, NT_PRSTATUS, &to))
		return false;
	return (int64_t)ret->rax == -ENOSYS && /* on its way in */
	       (ret->orig_rax == SYS_connect || ret->orig_rax == SYS_accept4 || ret->orig_rax == SYS_accept);
}

static pid_t wait_for_opening(struct user_regs_struct *ret)
{
	int status;

	for (;;) {
		pid_t tid = waitpid(-1, &status, __WALL);
		if (tid < 0)
			return -1;
		if (!WIFSTOPPED(status))
			continue;
		bool called = WSTOPSIG(status) == (SIGTRAP | 0x80);
		if (called && is_opening(tid, ret))
			return tid;
		int pass = called || status >> 16 || WSTOPSIG(status) == SIGTRAP || WSTOPSIG(status) == SIGSTOP
		                   ? 0
		                   : WSTOPSIG(status);
		ptrace(PTRACE_SYSCALL, tid, 0, pass);
	}
}

static void freeze(pid_t tid, const struct user_regs_struct *registers, int memory, struct record_capture *ret)
{
	memcpy(ret->registers, registers, sizeof(uint64_t) * CAPTURE_X86_COUNT);
	ret->tid = (uint32_t)tid;
	while (ret->body_bytes < CAPTURE_STACK_BYTES &&
	       pread(memory, ret->body.stack + ret->body_bytes, 8, (off_t)registers->rsp + ret->body_bytes) == 8)
		ret->body_bytes += 8;
}

/* The runtime's record is searched for: it may be found at once, and what lies before it need not be kept. */
static void golang_narrow(const struct memory *m, struct golang_places *places)
{
	struct golang g;

	for (size_t i = 0; i < ARRAY_SIZE(places->data); i++) {
		struct golang_places less = *places;
		for (;;) {
			less.data[i].offset += PIECE_BYTES;
			less.data[i].bytes = MAX(less.data[i].bytes, (uint64_t)PIECE_BYTES) - PIECE_BYTES;
			if (golang_open(m, &less, &g))
				break;
			golang_close(&g);
			*places = less;
			if (!less.data[i].bytes)
				break;
		}
	}
}

static int keep_golang(const struct image *image, struct recorder *r, struct record_capture *c)
{
	struct memory memory = { .read = read_and_note, .context = r }, *m = &memory;
	struct golang_places places;
	struct golang g;
	struct addresses callers;
	struct frame frames[FOUND_INLINED];
	static const char *const data[] = { "module", "noptrdata", "data" };

	array_each (&image->files, f)
		if (f->runs && !golang_find(f->fd, f->start, &places))
			break;
	golang_narrow(m, &places);
	array_free(&r->pieces);
	if (golang_open(m, &places, &g) || !golang_unwind(&g, c, &callers))
		return 1;
	write_place("table", &places.table);
	write_place("build", &places.build);
	for (size_t i = 0; i < ARRAY_SIZE(data); i++)
		write_place(data[i], &places.data[i]);
	for (size_t i = 0; i < callers.count; i++)
		write_frames(frames, golang_lines(&g, callers.at[i], frames, FOUND_INLINED));
	uint32_t whole = c->body_bytes, count = callers.count;
	for (c->body_bytes = 0; c->body_bytes < whole; c->body_bytes += PIECE_BYTES)
		if (golang_unwind(&g, c, &callers) && callers.count == count && !callers.cut)
			break; /* this much of the stack is needed */
	golang_close(&g);
	return 0;
}

static struct registers to_java(struct image *image, const struct memory *m, const struct hotspot *h,
                                const struct record_capture *c)
{
	struct unwinder u;
	struct addresses callers = { 0 };

	if (!unwinder_open(image, m, &u)) {
		u.stop_low = h->low;
		u.stop_high = h->high;
		unwinder_read(&u, c, &callers);
	}
	return callers.stopped;
}

static int keep_hotspot(struct image *image, struct recorder *r, struct record_capture *c)
{
	struct memory m = { .read = read_and_note, .context = r };
	struct hotspot_places places;
	struct hotspot h;
	struct frame frames[STACK_FRAMES];
	bool cut;

	array_each (&image->files, f)
		if (f->runs && strstr(f->path, "/libjvm.so") && !hotspot_find(f->fd, f->start, &places))
			break;
	if (hotspot_open(&m, &places, &h))
		return 1;
	struct registers from = to_java(image, &m, &h, c);
	array_free(&r->pieces);
	size_t count = hotspot_open(&m, &places, &h) ? 0 : hotspot_walk(&h, c, &from, frames, STACK_FRAMES, &cut);
	for (size_t i = 0; i < HOTSPOT_SYMBOLS; i++) {
		char name[16];
		snprintf(name, sizeof(name), "symbol%zu", i);
		write_place(name, &(struct elf_place){ places.at[i], 8 });
	}
	write_place("java-pc", &(struct elf_place){ from.pc, 8 });
	write_place("java-sp", &(struct elf_place){ from.sp, 8 });
	write_place("java-fp", &(struct elf_place){ from.fp, 8 });
	write_frames(frames, count);
	uint32_t whole = c->body_bytes;
	for (c->body_bytes = 0; c->body_bytes < whole; c->body_bytes += PIECE_BYTES)
		if (hotspot_walk(&h, c, &from, frames, STACK_FRAMES, &cut) == count)
			break; /* this much of the stack is needed */
	return count ? 0 : 1;
}

int main(int argc, char **argv)
{
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	cleanup(cleanup_free) struct record_capture *c = memory_zeroed(sizeof(*c));
	struct user_regs_struct registers;
	struct image image = { 0 };
	struct recorder r = { 0 };

	if (argc != 3)
		return 2;
	trace_all(atoi(argv[2]));
	kill(atoi(argv[2]), SIGCONT); /* it may wait for us, before it starts the program */
	pid_t tid = wait_for_opening(&registers);
	if (tid < 0 || image_open((uint32_t)atoi(argv[2]), arena, &image))
		return 1;
	r.memory = image.memory;
	freeze(tid, &registers, image.memory, c);
	int status = streq(argv[1], "hotspot") ? keep_hotspot(&image, &r, c) : keep_golang(&image, &r, c);
	write_capture(c);
	write_pieces(&r);
	return status; /* and with us the tracing */
}
