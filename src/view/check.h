/* A judgement as people read it at 3 a.m., and as programs do. Both show the same facts. */
#pragma once
#include "check_lines.h"
#include "page_style.h"

void check_text(struct text *out, const struct check_ground *g, const struct page_style *style);
void check_md(struct text *out, const struct check_ground *g);
void check_nagios(struct text *out, const struct moment *m, const struct judgement *j);
void check_json(struct text *out, const struct check_ground *g);
/* One of its findings, for who keeps them by themselves. */
struct json;
void check_json_finding(struct json *j, const struct check_ground *g, const struct finding *f);
