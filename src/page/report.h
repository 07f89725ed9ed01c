/* A moment as one file of HTML: the page with its data inside. It asks no server, and a browser runs nothing in it but
 * the script that is named by its hash. */
#pragma once
#include "base/text.h"
#include "rule/chronicle.h"
#include "rule/judgement.h"

struct report {
	const struct moment *moment;
	const struct judgement *judgement;
	const struct request *request; /* what was asked for */
	const struct chronicle
	        *chronicle; /* what the agent remembers, read with its past; NULL: nothing is known of before */
	bool redacted;
};

enum { REPORT_SOCKETS_MOST = 200000 };

void report_html(struct text *out, const struct report *r);
