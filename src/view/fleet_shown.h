/* What a document of a fleet says to people, as `shown`: the words of `unfin fleet`, for whoever shows them elsewhere.
 */
#pragma once
#include "base/json.h"
#include "fleet.h"

/* The member of a whole document: how far it speaks, what was not seen, and of a table its cells as people read them.
 */
void fleet_json_shown(struct json *j, const struct fleet_table *t, const struct fleet *f);
/* The member of a row of pairs. */
void fleet_json_shown_pair(struct json *j, const struct fleet_table *t, const struct fleet *f, size_t row);
