/* unfin stacks: lines of code for `unfin check`, which asks on its standard input (see lines.h). No matter of people:
 * what it writes are records. Its row; what it does is in src/cmd/blame. */
#include "blame.h"
#include "power/power.h"

static const char *const accepted[] = { "netns", "state-dir", NULL };

const struct command command_stacks = {
	.name = "stacks",
	.arguments = "[follow]",
	.summary = "where processes hang and sockets were opened, as records",
	.options = accepted,
	.power = POWER_LOOK | POWER_ENTER | POWER_FOLLOW | POWER_HISTORY,
	.hidden = true,
	.beside = "unfin-blame",
	.run = stacks_run,
};
