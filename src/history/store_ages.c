/* Ages over time, as one short text a row: of each state the numbers of sockets by class of age (model/socket.h), those
 * that are 0 at the end left out: "close_wait 0 3 12,established 5". */
#include "store_rows.h"
#include "model/state.h"
#include "sql.h"
#include <inttypes.h>

enum { LOOKS_APART = 6, FIRST_LOOKS = 60 };

static void count_ages(const struct moment *m, uint64_t counts[STATE_COUNT][AGE_CLASSES])
{
	array_each (&m->sockets, s) {
		struct age age = socket_age(s);
		bool in_scope = s->netns == NETNS_UNKNOWN || m->netns.items[s->netns].in_scope;
		if (in_scope && age.basis != AGE_UNKNOWN && s->state != STATE_LISTEN)
			counts[s->state][age_class(age.min_ms)]++;
	}
}

static void add_state(struct text *t, enum tcp_state state, const uint64_t counts[AGE_CLASSES])
{
	unsigned used = AGE_CLASSES;

	while (used && !counts[used - 1])
		used--;
	if (!used)
		return;
	text_printf(t, "%s%s", t->length ? "," : "", state_json(state));
	for (unsigned i = 0; i < used; i++)
		text_printf(t, " %" PRIu64, counts[i]);
}

int store_add_ages(struct store *s, const struct cycle *c)
{
	uint64_t counts[STATE_COUNT][AGE_CLASSES] = { 0 };
	TEXT_CLEANUP ages = { 0 };

	unsigned look = s->aged_looks++;
	if (look >= FIRST_LOOKS && look % LOOKS_APART)
		return 0;
	count_ages(c->moment, counts);
	text_add(&ages, "");
	for (enum tcp_state state = STATE_ESTABLISHED; state < STATE_COUNT; state++)
		add_state(&ages, state, counts[state]);
	return sql_do(s->db, "INSERT OR REPLACE INTO age VALUES (?, ?)", "it", (int64_t)c->at_ms, ages.bytes);
}
