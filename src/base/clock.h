/* The clocks this tool uses, in the units it uses. Rules never call these: a moment carries its time. */
#pragma once
#include "util.h"

uint64_t clock_unix_ms(void);
uint64_t clock_boot_ns(void); /* CLOCK_BOOTTIME: what process start times count in */
/* One moment on both: times since boot then become the same milliseconds of the day in every run. */
void clock_now(uint64_t *ret_boot_ns, uint64_t *ret_unix_ms);
/* What our time namespace adds to the kernel's own CLOCK_BOOTTIME, which is what BPF programs tell; it may be less
 * than nothing, and then wraps. Our clocks and /proc have it in them. */
uint64_t clock_boot_offset_ns(void);
uint64_t clock_monotonic_ns(void);
uint64_t clock_spent_ns(void); /* of the processor, by this process */
uint64_t clock_tick_ns(void);  /* one jiffy of this kernel */
