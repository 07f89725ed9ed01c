/* What to type, where several causes say the same: one step a line, each with its command. */
#pragma once
#include "rule/inquiry.h"

/* To restart a process: by its service, where it is the system manager's; else whoever started it must be found by its
 * pid. `effect`: what it brings, and what it does not. */
void advise_restart(struct inquiry *q, struct finding *f, uint32_t process, const char *effect);
/* What would give that budget more ports, counted. */
struct port_budget;
void advise_reliefs(struct inquiry *q, struct finding *f, const struct port_budget *b);
/* `sysctl -w` lasts until the next boot: what writes a setting down, as it is by then. Nothing of a namespace that is
 * not the reader's own: no file is read for it. */
void advise_keep(struct inquiry *q, struct finding *f, const char *setting);
