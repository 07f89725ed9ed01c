/* When each look was taken, on one clock. Hosts' own clocks may be off, and "it was not there" proves something only if
 * one knows which of two looks was the later one. Two things tell: one boot has one clock, and an idle connection whose
 * both ends are there: what one sent last the other received at the same time. Pure. */
#pragma once
#include "fleet.h"

/* After the ends are laid side by side: sets at_ms, times, slack_ms of all looks. */
void times_compare(struct fleet *f);
/* How much later the first look was taken than the second: at least and at most. False: not known. */
bool times_apart_ms(const struct fleet *f, uint32_t look, uint32_t other, int64_t *ret_low, int64_t *ret_high);
/* How far the host's clock is from that of most others, or of the hub that it told, in ms; false: not known, or only
 * its own. */
bool times_clock_off_ms(const struct fleet *f, uint32_t look, int64_t *ret);
