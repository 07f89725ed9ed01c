/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Is this kernel too old for a set of our programs? Asked of its own types, once it has refused them: a release may
 * have more than its number says. */
#pragma once

enum program_set { PROGRAMS_SNAPSHOT, PROGRAMS_HIDING, PROGRAMS_EVENTS, PROGRAMS_CAPTURE };

/* "Linux 5.12", the first that has what these programs call, if this kernel has not; NULL: it has, or does not say. */
const char *programs_since(enum program_set set);
