/* What is linked where node was missing: no page. */
#include "bundle.h"

const struct page_bundle page_bundle = { .script = "", .style = "", .script_hash = "", .style_hash = "" };
