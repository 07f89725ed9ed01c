#include "runtimes.h"
#include <stddef.h>

static const struct runtime_row rows[] = {
	{ "native",
	  "C, C++ and Rust with a line table (-g, or PROGRAM.debug beside it); without: function, or file and offset",
	  "32-bit programs; debuginfod is not asked. Not tried: arm64, musl" },
	{ "go", "1.16 to 1.27, stripped or not", "cgo's own threads. Tried with 1.19" },
	{ "python", "3.8 to 3.13, threads and asyncio",
	  "3.14, other interpreters in one process. Not tried: builds without the GIL, musl" },
	{ "php", "8.2", "other versions, builds for threads (ZTS). Not tried: FPM" },
	{ "perl", "5.36 with ithreads", "other versions, builds without ithreads" },
	{ "ruby", "3.1 with libruby.so", "other versions, a libruby that is linked in" },
	{ "java", NULL, "HotSpot, OpenJ9" },
	{ "node", NULL, "node, deno, bun" },
	{ "others", NULL, ".NET, Mono, Erlang, Lua" },
	{ NULL },
};

const struct runtime_row *runtime_rows(void)
{
	return rows;
}
