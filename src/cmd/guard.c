/* unfin guard: a command, and what of its connections outlives its use. Its row; what it does is in src/cmd/blame. */
#include "blame.h"
#include "power/power.h"

static const char *const accepted[] = { "max-age", "allow", "repo",      "show-change", "folded", "output",
	                                "json",    "color", "show-args", "quiet",       NULL };

const struct command command_guard = {
	.name = "guard",
	.arguments = "-- CMD",
	.summary =
	        "run a command or a test suite; fail if connections outlive their use, and show where they were opened",
	.examples = "unfin guard -- pytest tests/            # silent, with its status, if it leaves nothing\n"
	            "unfin guard --max-age 2s -- go test ./...\n"
	            "unfin guard --allow 'peer_port == 5432' -- npm test\n"
	            "unfin guard --json -- make check >left.json # what it prints goes to stderr then\n",
	.details =
	        "A connection outlives its use when its peer has finished and the program keeps it: until its process\n"
	        "ends (which closes it, so that no look would show it), for longer than --max-age, or still when the\n"
	        "command has ended; or when who opened it has ended and another process, a daemon perhaps, holds it.\n"
	        "Seen is what the command and all that it starts open, each process, children of a test included.\n"
	        "What is kept for less than 100 ms is nobody's fault. Connections that both ends keep open are none.\n"
	        "The report is on stderr, and stdout is the command's; with --json the document is on stdout.\n"
	        "What was committed since an earlier start is not told (blame and check have it as `changes`): a "
	        "command\n"
	        "that has just been started has no earlier start that an agent could remember.\n"
	        "Without the right to follow events it looks, ten times a second, at what its processes hold: no line\n"
	        "is known then, nor what comes and goes between two looks; this is said.\n"
	        "Exit status: that of the command; if that is 0, 99 if connections outlived their use, and 4 if that "
	        "could not be\n"
	        "seen to the end; 2 and 4 as everywhere, before the command was started.\n",
	.options = accepted,
	.outputs = OUTPUT(TABLE) | OUTPUT(JSON),
	.power = POWER_LOOK | POWER_ENTER | POWER_FOLLOW | POWER_HISTORY,
	.beside = "unfin-blame",
	.runs_command = true,
	.run = guard_run,
};
