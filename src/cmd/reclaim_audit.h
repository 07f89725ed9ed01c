/* unfin reclaim --audit: what was destroyed here, by whom and why. */
#pragma once
#include "options.h"

int reclaim_audit(const struct options *o); /* enum status */
