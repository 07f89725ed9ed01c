/* The port budget, for people and for programs. */
#pragma once
#include "model/port/report.h"

void ports_json(struct text *out, const struct port_report *r);
/* For people, as text or as Markdown. 0 or -errno of the writing. */
int ports_text(int fd, const struct port_report *r, bool md);
