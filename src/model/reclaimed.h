/* What the audit file tells: a row for each socket that `unfin reclaim` set out to destroy. Texts are the arena's, and
 * as they stand in the file: whoever may write there may have chosen them. */
#pragma once
#include "base/array.h"

struct reclaimed {
	const char *at, *plan_id, *command, *state, *local, *peer, *holder, *cause, *forced, *method;
	const char *result; /* NULL: none was written. unfin was cut off in between */
	const char *why;
	uint64_t cookie;
	int64_t uid, login_uid; /* login_uid -1: none */
	int64_t error;
};

typedef ARRAY(struct reclaimed) reclaimed_list;
