/* The time left, in the words and the members that ports, limits and check share. */
#pragma once
#include "base/json.h"
#include "model/forecast.h"

/* `eta` {s, low_s, high_s, basis} or null, and `eta_why`. A high_s that has no end is null. */
void forecast_json(struct json *j, const struct forecast *f);
/* "42 s", "not at this rate", "not known". */
void forecast_text(struct text *t, const struct forecast *f);
