/* From registers and a copy of the stack to the addresses that will be returned to: by .eh_frame and .debug_frame
 * (libdwfl), as a debugger does. Frame pointers alone would not do: most programs and libraries are built without. */
#pragma once
#include "bpf/capture.h"
#include "memory.h"
#include "model/image.h"
#include <elfutils/libdwfl.h>

enum { UNWIND_MOST = 96 };

/* Where a frame was. */
struct registers {
	uint64_t pc, sp, fp;
};

struct unwinder {
	const struct image *image;
	const struct memory *memory;
	const struct record_capture *now; /* the capture that is unwound */
	Dwfl *dwfl;
	uint64_t stop_low, stop_high; /* code that no file has: who knows it goes on from there */
};

struct addresses {
	uint32_t count;
	bool cut;
	struct registers stopped; /* pc 0: it was not met */
	uint64_t at[UNWIND_MOST]; /* the innermost first; of callers one less, which lies in their call */
};

/* `u` stays where it is, with its image and memory, until unwinder_close(). Descriptors of the image that are used are
 * taken. 0 or -EINVAL. */
int unwinder_open(const struct image *image, const struct memory *memory, struct unwinder *u);
void unwinder_read(struct unwinder *u, const struct record_capture *capture, struct addresses *ret);
void unwinder_close(struct unwinder *u);
