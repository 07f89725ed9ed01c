/* A judgement as people read it at 3 a.m., and as programs do. Both show the same facts. */
#pragma once
#include "rule/judgement.h"
#include "page_style.h"

/* `request` is what was asked for: what was left out is told. */
void check_text(struct text *out, const struct moment *m, const struct judgement *j, const struct request *request,
                const struct page_style *style);
void check_md(struct text *out, const struct moment *m, const struct judgement *j, const struct request *request);
void check_nagios(struct text *out, const struct moment *m, const struct judgement *j);
void check_json(struct text *out, const struct moment *m, const struct judgement *j, const struct request *request);
/* One of its findings, for who keeps them by themselves. */
struct json;
void check_json_finding(struct json *j, const struct moment *m, const struct finding *f);
