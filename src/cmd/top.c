/* unfin top: what is wrong, live, in a terminal. Its row; what it does is in src/cmd/top. */
#include "top.h"
#include "power/power.h"

static const char *const accepted[] = { "window",      "netns",         "only",       "ignore",    "critical-eta",
	                                "warning-eta", "warning-share", "config",     "from",      "run",
	                                "state-dir",   "once",          "size",       "show-args", "color",
	                                "source",      "without-hook",  "table-rows", "quiet",     NULL };

const struct command command_top = {
	.name = "top",
	.arguments = "[EXPR]",
	.summary = "what is wrong, live, in a terminal: findings, states, programs by unfinished connections",
	.examples = "unfin top                          # ? shows the keys; q ends it\n"
	            "unfin top --window 10s             # look every 10 s: slower things show\n"
	            "unfin top 'comm == python3'        # only these connections; / changes it\n"
	            "unfin top --from trouble.unfin     # of a kept moment\n"
	            "unfin top --once >screen.txt       # one screen as text, for a ticket\n",
	.details =
	        "Where an agent runs it shows what the agent has seen last, and t replays the moments it has kept; "
	        "else\n"
	        "it looks by itself, every 2 s. Verdicts, words and numbers are those of unfin check. No colour is\n"
	        "needed; NO_COLOR leaves them out. Looking takes at most 10% of one processor: where one look costs\n"
	        "more than that, it looks less often, and says so.\n"
	        "Exit status: 0 it was ended, 130 by Ctrl-C; with --once that of unfin check.\n",
	.options = accepted,
	.power = POWER_LOOK | POWER_ENTER | POWER_TRACK | POWER_OPEN | POWER_FOREIGN,
	.beside = "unfin-top",
	.run = top_run,
};
