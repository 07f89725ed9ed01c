/* Ruby (MRI), with its library beside it (libruby). */
#pragma once
#include "base/util.h"

struct ruby_layout;

struct ruby {
	const struct ruby_layout *layout;
};
