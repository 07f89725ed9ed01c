/* Which findings live: each cycle's judgement is held against those before. A finding opens, changes, gets worse by a
 * class, and closes when three looks in a row did not find it. Within an hour after that it opens again as the same
 * one; later it is another one under the same key. */
#pragma once
#include "rule/judgement.h"
#include "rule/life.h"

enum { LIFE_MISSED_MOST = 3, LIFE_REOPENS_MS = 60 * 60 * 1000 };

enum life_event { LIFE_OPENED, LIFE_REOPENED, LIFE_WORSE, LIFE_GROWS, LIFE_CLOSED };

struct life_news {
	enum life_event event;
	struct life *life;
	uint32_t finding; /* index into the judgement's findings; UINT32_MAX: closed */
};

struct lives {
	ARRAY(struct life *) items; /* open, and ended less than an hour ago */
	bool began;                 /* a judgement was taken before */
};

typedef ARRAY(struct life_news) news_list;

/* Takes a judgement; what happened is added to `news`. */
void lives_take(struct lives *ls, const struct moment *m, const struct judgement *j, uint64_t at_ms, news_list *news);
/* What an agent before has left open goes on; where it was seen here, too, that is the same life. Owns it then. */
void lives_resume(struct lives *ls, struct life *before);
/* NULL: none is known under this key. */
struct life *lives_find(const struct lives *ls, const char *key);
/* The clock was set: times of what lives move with it, so that no life is shorter or longer for it. */
void lives_shift(struct lives *ls, int64_t by_ms);
void lives_free(struct lives *ls);
