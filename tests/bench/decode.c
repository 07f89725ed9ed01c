/* bench-decode: what it takes to make lines of a native stack, of this process itself, once all is warm.
 * Says "FRAMES FIRST-US WARM-US", the last the middle of many. */
#include "base/arena.h"
#include "base/clock.h"
#include "blame/decoder.h"
#include "source/image.h"
#include <ucontext.h>

enum { ROUNDS = 2001 };

static struct record_capture capture;

/* What the kernel program would freeze if this were connect(). */
static __attribute__((noinline)) void freeze(void)
{
	ucontext_t here;

	getcontext(&here);
	const greg_t *g = here.uc_mcontext.gregs;
	const uint64_t registers[] = {
		[CAPTURE_X86_R15] = (uint64_t)g[REG_R15], [CAPTURE_X86_R14] = (uint64_t)g[REG_R14],
		[CAPTURE_X86_R13] = (uint64_t)g[REG_R13], [CAPTURE_X86_R12] = (uint64_t)g[REG_R12],
		[CAPTURE_X86_BP] = (uint64_t)g[REG_RBP],  [CAPTURE_X86_BX] = (uint64_t)g[REG_RBX],
		[CAPTURE_X86_IP] = (uint64_t)g[REG_RIP],  [CAPTURE_X86_SP] = (uint64_t)g[REG_RSP]
	};
	memcpy(capture.registers, registers, sizeof(registers));
	capture.kind = CAPTURE_OPENED;
	capture.tgid = capture.tid = (uint32_t)getpid();
	capture.registers[CAPTURE_X86_CS] = 0x33;
	capture.body_bytes = 4096;
	memcpy(capture.body.stack, (const char *)capture.registers[CAPTURE_X86_SP], capture.body_bytes);
}

#define LEVEL(name, next)                                                                                              \
	static __attribute__((noinline)) void name(void)                                                               \
	{                                                                                                              \
		next();                                                                                                \
		__asm__ volatile("");                                                                                  \
	}
LEVEL(ask, freeze)
LEVEL(fetch, ask)
LEVEL(load, fetch)
LEVEL(refresh, load)
LEVEL(tick, refresh)
LEVEL(run_once, tick)

static int compare_once(const void *a, const void *b)
{
	if (!capture.body_bytes)
		run_once();
	return *(const int *)a - *(const int *)b;
}

static uint64_t read_once(struct decoder *d, struct stack *s)
{
	uint64_t began_ns = clock_monotonic_ns();

	decoder_read(d, &capture, NULL, s);
	return clock_monotonic_ns() - began_ns;
}

int main(void)
{
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	static uint64_t took_ns[ROUNDS];
	static struct stack stack;
	struct image image = { 0 };
	int two[] = { 2, 1 };

	qsort(two, 2, sizeof(*two), compare_once);
	if (image_open((uint32_t)getpid(), arena, &image))
		return 1;
	struct memory memory = memory_of_image(&image);
	struct decoder *d = decoder_new(&image, &memory);
	uint64_t first_ns = read_once(d, &stack);
	for (size_t i = 0; i < ROUNDS; i++)
		took_ns[i] = read_once(d, &stack);
	qsort(took_ns, ROUNDS, sizeof(*took_ns), compare_u64);
	if (stack.how != SITE_EXACT) {
		fprintf(stderr, "%s: %s\n", site_how_name(stack.how), stack.why);
		return 1;
	}
	printf("%u %.0f %.1f\n", stack.count, (double)first_ns / 1e3, (double)took_ns[ROUNDS / 2] / 1e3);
	decoder_free(d);
	image_close(&image);
	return 0;
}
