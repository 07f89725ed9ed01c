/* What is remembered of a span of time: as a table of findings, as one finding's life with its chart, and as the
 * documents of the contract. */
#pragma once
#include "check_lines.h"
#include "page_style.h"
#include "rule/chronicle.h"
#include "sheet.h"

/* The findings, one a row. `write`: any writer of sheets but that of JSON. 0 or -errno of the writing. */
int history_rows(int fd, const struct chronicle *c, sheet_writer *write, const struct page_style *style);
/* One finding's life, for people. */
void history_life(struct text *out, const struct chronicle *c, const struct life *l, const struct page_style *style);
/* The numbers over time, one a row; and with all their points. */
int history_counts(int fd, const struct chronicle *c, sheet_writer *write, const struct page_style *style);
void history_counts_json(struct text *out, const struct chronicle *c);
/* Its lines above the chart, and those below. */
void history_life_begins(const struct chronicle *c, const struct life *l, finding_line *emit, void *to);
void history_life_goes_on(const struct life *l, finding_line *emit, void *to);
/* The document; `one`: with the points and victims of each. */
void history_json(struct text *out, const struct chronicle *c, bool one);
/* Its member `findings`, for a document that has more. */
struct json;
void history_json_findings(struct json *j, const struct chronicle *c, bool one);

/* Something that happened to a finding: `event` is began, is-back, got-worse, grows, has-ended. `suppressed`: so many
 * events before it were not told of. */
void history_event_json(struct text *out, const char *host, const char *event, uint64_t at_ms, const struct life *l,
                        uint64_t suppressed);

/* What a life is about, for people: "fetch-profiles[2855] to 127.0.0.1:8080". */
void history_subject(struct text *t, const struct life *l);
