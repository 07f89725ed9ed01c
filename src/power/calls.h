/* The system calls that are left to a command, each with the power that it belongs to, and those that no command ever
 * makes: who makes one of them has taken the process over. */
#pragma once
#include "base/util.h"

enum call_check {
	CHECK_NOTHING,
	CHECK_FAMILY,
	CHECK_NO_DESCRIPTOR, /* of descriptor -1 alone: a trial, which fails at once, and shows a hook that it is met */
};

struct call_row {
	int number;
	unsigned needs; /* enum power: any of these; CALLS_ALWAYS */
	enum call_check check;
};

#define CALLS_ALWAYS (~0U)

const struct call_row *calls_allowed(size_t *ret_count);
const int *calls_deadly(size_t *ret_count);

/* The families of sockets, for CHECK_FAMILY. */
struct family_row {
	int family;
	unsigned needs;
};

const struct family_row *calls_families(size_t *ret_count);
