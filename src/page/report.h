/* A moment as one file of HTML: the page with its data inside. It asks no server, and a browser runs nothing in it but
 * the script that is named by its hash. */
#pragma once
#include "view/check_lines.h"

enum { REPORT_SOCKETS_MOST = 200000 };

/* A chronicle is one that was read with its past. */
void report_html(struct text *out, const struct check_ground *g, bool redacted);
