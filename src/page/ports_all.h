/* The ports document of a whole moment, without what somebody asked for by name: of the API, and of a report. */
#pragma once
#include "base/text.h"
#include "model/moment.h"

void ports_all_json(struct text *out, const struct moment *m);
