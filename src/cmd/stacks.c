/* unfin stacks: where the threads of a process are that does not get on. No matter of people: `unfin check` asks for it
 * (see hanging.h), and what it writes are records. Its row; what it does is in src/cmd/blame. */
#include "blame.h"
#include "power/power.h"

static const char *const accepted[] = { NULL };

const struct command command_stacks = {
	.name = "stacks",
	.arguments = "PID:START:TID:SPINS...",
	.summary = "where the threads of a process that hangs are, as records",
	.options = accepted,
	.power = POWER_LOOK | POWER_FOLLOW,
	.hidden = true,
	.beside = "unfin-blame",
	.run = stacks_run,
};
