/* The agent's page: `unfin web`, kept running beside it, which becomes another user and has no right. */
#pragma once
#include "command.h"
#include "keeper.h"

/* Before the agent gives up its rights. Nothing is started with --no-web; where the page cannot be, that is said, and
 * the agent goes on without. */
void agent_web_start(struct attendant *k, const struct invocation *in);
