/* unfin blame: the line that opened what stays unfinished, and its commit. Its row; what it does is in src/cmd/blame.
 */
#include "blame.h"
#include "power/power.h"

static const char *const accepted[] = { "window", "pid",   "repo",      "show-change", "folded",    "output", "json",
	                                "netns",  "color", "show-args", "quiet",       "state-dir", NULL };

const struct command command_blame = {
	.name = "blame",
	.arguments = "[EXPR]",
	.summary = "the line of code that opened what stays unfinished, and its commit",
	.examples = "unfin blame                        # watch this host for 30 s\n"
	            "unfin blame --pid 812 --window 10s # one process\n"
	            "unfin blame 'peer_port == 8080'    # only connections to there\n"
	            "unfin blame --repo /src/shop=/app  # what the container has in /app lies there\n"
	            "unfin blame --json | jq '.sites[0]'\n",
	.details =
	        "The stack of each thread that opens a connection is frozen by the kernel as it does so; programs "
	        "are not\n"
	        "stopped, changed or restarted. For what is unfinished in the end (the peer has closed, for 2 s or "
	        "half\n"
	        "the window, and the program has not) it is decoded: C, C++, Rust, Go, Java, Python, PHP, Perl, Ruby "
	        "and Node,\n"
	        "in the versions that unfin doctor names. Others are named, with no line.\n"
	        "exact: function and line of that very moment. definition-line: the function, and where it begins, "
	        "for it runs\n"
	        "as compiled JavaScript. bridged: who asked the goroutine that opened it. late: the function, seen "
	        "some time\n"
	        "after. inferred: opened before the watch, by the same process to the same destination, or accepted at "
	        "the\n"
	        "same port. native-only: no line table. none: not known, with the reason.\n"
	        "listener: where the listener was set up that accepted ones came in by, for in a server that runs a "
	        "loop "
	        "of\n"
	        "events accept() is that loop; of Node it is all that is known. Only what is set up during the watch "
	        "has "
	        "a line.\n"
	        "EOF: where the program was told that the peer has finished, and did not close (since Linux 6.3).\n"
	        "The commit is that of the line in the version that runs, found by its bytes in the history of HEAD, "
	        "else of\n"
	        "another branch or a tag. changes: what was committed to that file between the last two starts of the "
	        "program,\n"
	        "where unfin agent has seen both.\n"
	        "A stripped program has lines where its .debug file is here, or where DEBUGINFOD_URLS names servers "
	        "that "
	        "have it\n"
	        "(unfin explain DEBUGINFOD_URLS).\n"
	        "--pid: what this process holds, and what it has opened, whoever holds it now. Other processes do not "
	        "pay for\n"
	        "the watch then, unless it has a unix socket besides those to its log: it may be handed what others "
	        "open, "
	        "and\n"
	        "each opening on the host costs its program some microseconds more.\n"
	        "What hangs and closes nothing is told with the line that it hangs in.\n"
	        "Exit status: 0 nothing is unfinished, 1 something is, 3 nothing was found but not all could be "
	        "seen.\n",
	.options = accepted,
	.outputs = OUTPUT(TABLE) | OUTPUT(JSON),
	.power = POWER_LOOK | POWER_ENTER | POWER_TRACK | POWER_FOLLOW | POWER_HISTORY | POWER_FETCH,
	.beside = "unfin-blame",
	.run = blame_run,
};
