/* Perl with ithreads, as Debian builds it. */
#pragma once
#include "base/util.h"

struct perl {
	uint32_t minor; /* of 5.minor */
};
