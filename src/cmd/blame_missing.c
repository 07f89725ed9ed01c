/* `unfin blame` and `unfin guard` in the core: reached only where the executable that runs it is not there. */
#include "blame.h"
#include "base/log.h"

static int refuse(const struct invocation *in)
{
	log_error("%s is run by unfin-blame, which is not beside unfin", in->command->name);
	log_hint("build it: make deps, then make; or install the package that has it");
	return STATUS_UNABLE;
}

int stacks_run(const struct invocation *in)
{
	return refuse(in);
}

int blame_run(const struct invocation *in)
{
	return refuse(in);
}

int guard_run(const struct invocation *in)
{
	return refuse(in);
}
