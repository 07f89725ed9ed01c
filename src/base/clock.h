/* The clocks this tool uses, in the units it uses. Rules never call these: a moment carries its time. */
#pragma once
#include "util.h"

uint64_t clock_unix_ms(void);
uint64_t clock_boot_ns(void); /* CLOCK_BOOTTIME: what process start times count in */
uint64_t clock_monotonic_ns(void);
uint64_t clock_tick_ns(void); /* one jiffy of this kernel */
