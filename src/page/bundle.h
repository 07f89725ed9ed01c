/* The page as esbuild made it of web/: one script, one sheet of styles. Served by `unfin web`, and put into the file of
 * `unfin report`. A build without node has none. */
#pragma once
#include <stddef.h>

struct page_bundle {
	const char *script, *style; /* "": this build has none */
	size_t script_length, style_length;
	/* As a Content-Security-Policy names them where they stand within a page: "sha256-…". */
	const char *script_hash, *style_hash;
};

extern const struct page_bundle page_bundle;

static inline int page_is_built(void)
{
	return page_bundle.script_length > 0;
}
