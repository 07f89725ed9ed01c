/* What the host lets the tool see, for people and for programs. */
#pragma once
#include "model/feature.h"
#include "model/moment.h"
#include "page_style.h"

/* `lines`: can lines of code be told (unfin blame)? Where they cannot, that is no fault of the host. */
void doctor_json(struct text *out, const struct moment *m, const features *all, const struct feature *lines,
                 const struct rights *rights);
void doctor_text(struct text *out, const features *all, const struct feature *lines, const struct rights *rights,
                 const struct page_style *style);
