/* Pages made from the tables of commands and options, examples first. */
#pragma once
#include "command.h"

void help_overview(struct text *t);
void help_command(struct text *t, const struct command *c);
