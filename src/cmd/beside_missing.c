/* Commands that are executables beside the core, where that one is not there. Each is weak: the executable that has the
 * command links its own. */
#include "blame.h"
#include "debuginfo.h"
#include "fleet_clickhouse.h"
#include "hub.h"
#include "top.h"
#include "web.h"
#include "base/log.h"

static int tell_missing(const struct invocation *in)
{
	log_error("%s is run by %s, which is not beside unfin", in->command->name, in->command->beside);
	log_hint("build it: make deps, then make; or install the package that has it");
	return STATUS_UNABLE;
}

__attribute__((weak)) int blame_run(const struct invocation *in)
{
	return tell_missing(in);
}

__attribute__((weak)) int guard_run(const struct invocation *in)
{
	return tell_missing(in);
}

__attribute__((weak)) int stacks_run(const struct invocation *in)
{
	return tell_missing(in);
}

__attribute__((weak)) int web_run(const struct invocation *in)
{
	return tell_missing(in);
}

__attribute__((weak)) int hub_run(const struct invocation *in)
{
	return tell_missing(in);
}

__attribute__((weak)) int top_run(const struct invocation *in)
{
	return tell_missing(in);
}

__attribute__((weak)) int uplink_run(const struct invocation *in)
{
	return tell_missing(in);
}

__attribute__((weak)) int debuginfo_run(const struct invocation *in)
{
	return tell_missing(in);
}

__attribute__((weak)) int hub_load_run(const struct invocation *in)
{
	return tell_missing(in);
}

__attribute__((weak)) int fleet_clickhouse_open(const struct options *o, struct row_source *ret)
{
	log_error("ClickHouse is asked by unfin-hub, which is not beside unfin");
	log_hint("build it: make deps, then make; or install the package that has it");
	return STATUS_UNABLE;
}
