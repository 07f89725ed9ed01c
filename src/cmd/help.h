/* Pages made from the tables of commands and options, examples first. */
#pragma once
#include "command.h"

void help_overview(struct text *t);
void help_command(struct text *t, const struct command *c);
/* Pages that are not of a command: `unfin help fields`. False if there is none of that name. */
bool help_topic(struct text *t, const char *name);
