/* Separate files of debugging information: which of them are missing. */
#pragma once
#include "model/image.h"

/* Of `wanted`, those that no file of that build is open for. 0 or -ENOENT: none. */
int debugs_missing(const struct image *image, const struct image_debugs *wanted, struct image_debugs *ret);
