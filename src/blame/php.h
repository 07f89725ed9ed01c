/* PHP without thread safety (NTS), as its command line, FPM and Apache's module have it. */
#pragma once
#include "base/util.h"

struct php {
	uint32_t file_at; /* in a zend_op_array: the file's name */
};
