/* How a page for people is drawn. */
#pragma once
#include "base/util.h"

struct page_style {
	bool color;
	unsigned columns; /* width to wrap at */
};
