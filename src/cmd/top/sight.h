/* Where the moments of a screen are from: this host, looked at again and again; what an agent saw last; a kept file; or
 * what the agent kept before. It has the rights and no terminal. */
#pragma once
#include "cmd/command.h"
#include "rule/judgement.h"
#include "source/source.h"
#include "top/picture.h"

enum sight_kind { SIGHT_LIVE, SIGHT_AGENT, SIGHT_FILE };

struct sight;

/* What it is of is decided here, once. The request is of the command line, its `about` set by each order; all of it is
 * borrowed. */
struct sight *sight_new(const struct invocation *in, const struct source_request *look, struct request *request);
void sight_free(struct sight *s); /* NULL is fine */
enum sight_kind sight_kind_of(const struct sight *s);
/* enum power that it needs. */
unsigned sight_power(const struct sight *s);
/* What is asked for. Never fails: what could not be seen is told in the picture. The caller frees it. */
struct picture *sight_answer(struct sight *s, const struct picture_order *o);
/* The answer is sent: the next window begins. */
void sight_rest(struct sight *s);
