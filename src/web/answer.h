/* What is sent back: a status, a type and bytes. Errors are JSON and say what, why and what to do, as the gaps of a
 * moment do. */
#pragma once
#include "base/text.h"

struct web_answer {
	unsigned status;  /* of HTTP */
	const char *type; /* of the body */
	struct text body;
	size_t rows;    /* of a list: how many there are, sent or not; SIZE_MAX: it is no list */
	bool challenge; /* asks for a user and a password */
};

#define ANSWER_CLEANUP cleanup(answer_free) struct web_answer

extern const char answer_json[], answer_html[], answer_css[], answer_plain[], answer_file[], answer_script[],
        answer_icon[];

void answer_free(struct web_answer *a);
/* An empty one, 200. */
struct web_answer answer_of(const char *type);
/* Whatever was in it is gone. `why` and `mend` may be NULL. */
void answer_error(struct web_answer *a, unsigned status, const char *what, const char *why, const char *mend);
