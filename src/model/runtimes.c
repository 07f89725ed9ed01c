#include "runtimes.h"
#include <stddef.h>

static const struct runtime_row rows[] = {
	{ "native",
	  "C, C++ and Rust with a line table (-g, or its separate file by build-id, debuglink or as PROGRAM.debug, "
	  "or from servers that DEBUGINFOD_URLS names); "
	  "without: function, or file and offset",
	  "32-bit programs, stacks that are swapped out. Not tried: arm64, musl" },
	{ "go", "1.16 to 1.27, stripped or not; through net/http and net from 1.18",
	  "what C in it has called (cgo). Tried with 1.16 to 1.27, net/http with 1.19" },
	{ "python", "3.8 to 3.13, threads and asyncio",
	  "3.14, other interpreters in one process, of more than 512 threads the oldest. Not tried: builds without the "
	  "GIL, musl" },
	{ "php", "8.2, with its JIT and under FPM", "other versions, builds for threads (ZTS)" },
	{ "perl", "5.36 with ithreads", "other versions, builds without ithreads" },
	{ "ruby", "3.1 with libruby.so", "other versions, a libruby that is linked in" },
	{ "java", "HotSpot 11 to 21 and 25, interpreted and compiled",
	  "other releases, OpenJ9, what a virtual thread has in the heap; who asked, where an event loop connects "
	  "(Netty, java.net.http). Tried with 17 and 25" },
	{ "node", "18, 20 and 22; of compiled code the line where its function begins",
	  "other versions; what a pool dials when nothing of the program's is on the stack" },
	{ "others", NULL, "Deno, Bun, .NET, Mono, Erlang, Lua" },
	{ NULL },
};

const struct runtime_row *runtime_rows(void)
{
	return rows;
}
