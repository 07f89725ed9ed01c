/* What every JSON document begins with (contract, section 4), and the objects that several of them share. */
#pragma once
#include "base/json.h"
#include "model/moment.h"

/* Opens the document: `schema` is "check", "list", …; host, boot_id, taken_at and coverage follow. */
void document_begin(struct json *j, const char *schema, const struct moment *m);
void document_end(struct json *j);
void document_gaps(struct json *j, const struct moment *m);
void document_coverage(struct json *j, const struct moment *m); /* its member: for a second moment */

/* null for an index that names none (UINT32_MAX). */
void document_process(struct json *j, const char *name, const struct moment *m, uint32_t process);
/* The same of a process that no moment has; `netns`: the inode, 0: not known. */
void document_process_of(struct json *j, const char *name, const struct process *p, uint64_t netns);
void document_container(struct json *j, const char *name, const struct process *p); /* null if it is in none */
void document_time(struct json *j, const char *name, uint64_t unix_ms);             /* 0: null */
void document_age_classes(struct json *j);                                          /* its member: where each begins */
void document_endpoint(struct json *j, const char *name, const struct endpoint *e);

/* Members: `function`, `file`, `line` of its place, null where they are not known. */
void document_place(struct json *j, const struct stack *s);
/* Members: `stack`, the innermost first, and `stack_cut`. */
void document_frames(struct json *j, const struct stack *s);
/* Members: a place where sockets were opened, as far as every command tells it, and its commit. */
void document_site(struct json *j, const struct moment *m, const struct site *site);
/* Where a thread stands that does not get on. */
void document_standing(struct json *j, const char *name, const struct standing *s);

/* Lines of a page for people: a finding_line (check_lines.h) that writes an object each. What follows under one label
 * has it, too. */
struct document_lines {
	struct json *json;
	const char *label; /* "" */
};
void document_line(void *to, const char *label, const char *text, const char *command);
