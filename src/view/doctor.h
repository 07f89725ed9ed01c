/* What the host lets the tool see, for people and for programs. */
#pragma once
#include "model/feature.h"
#include "model/moment.h"
#include "page_style.h"

void doctor_json(struct text *out, const struct moment *m, const features *all, const struct rights *rights);
void doctor_text(struct text *out, const features *all, const struct rights *rights, const struct page_style *style);
