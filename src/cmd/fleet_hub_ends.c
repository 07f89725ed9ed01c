/* A question is about some ends, and about whatever could be joined to them: what has the same flow, or the same
 * sequence numbers, and so on from there. A join of these comes to what a join of all would. */
#include "fleet_hub_rows.h"
#include "fleet_hub.h"

static int ask_of_looks(struct hub_reading *in, enum row_question what, row_visitor *visit)
{
	return hub_ask(in,
	               &(struct row_asked){ .what = what,
	                                    .from_ms = in->newest_from_ms,
	                                    .looks = in->newest.items,
	                                    .look_count = in->newest.count,
	                                    .ids = in->ids.items,
	                                    .id_count = in->ids.count,
	                                    .words = in->words.items,
	                                    .word_count = in->words.count,
	                                    .ends = in->want->ends,
	                                    .end_count = in->want->end_count },
	               visit);
}

static void visit_debts(void *reading, uint64_t host_id, const void *row)
{
	struct hub_reading *in = reading;
	const struct count_row *r = row;
	uint32_t look = hub_look_find(in, host_id, r->at_ms);

	if (look != INDEX_NONE)
		in->fleet->looks.items[look].unfinished += (uint32_t)r->told;
}

static void visit_healthy(void *reading, uint64_t host_id, const void *row)
{
	struct hub_reading *in = reading;
	const struct count_row *r = row;

	in->fleet->healthy_apart += (uint32_t)r->told;
	in->fleet->counts[PAIR_HEALTHY] += (uint32_t)r->told;
}

static void add_id(struct hub_reading *in, uint64_t id)
{
	if (!id || keyed_has(&in->asked_ids, id))
		return;
	keyed_add(&in->asked_ids, id, 1);
	*array_push(&in->ids) = (struct row_id){ .id = id };
}

static int read_related(struct hub_reading *in, enum row_question what)
{
	const struct fleet *f = in->fleet;
	size_t known = 0;
	int err = 0;

	while (!err && known < f->ends.count) {
		in->ids.count = 0;
		for (; known < f->ends.count; known++) {
			add_id(in, f->ends.items[known].flow);
			add_id(in, f->ends.items[known].sequence);
			add_id(in, f->ends.items[known].sequence_unended);
		}
		if (in->ids.count)
			err = ask_of_looks(in, what, hub_visit_suspect);
	}
	return err;
}

/* The services that leak, or the one that was asked for. */
static void find_words(struct hub_reading *in)
{
	const struct fleet *f = in->fleet;
	cleanup(cleanup_free) bool *leaks = memory_zeroed(f->services.count + 1);

	if (in->want->word)
		*array_push(&in->words) = in->want->word;
	array_each (&in->files->takings.leaks, l)
		leaks[l->service] = true;
	for (size_t i = 0; i < f->services.count; i++)
		if (leaks[i])
			*array_push(&in->words) = f->services.items[i];
}

int hub_read_ends(struct hub_reading *in)
{
	static const struct {
		enum row_question what, related; /* ROW_QUESTIONS: nothing is */
	} reads[] = {
		[FLEET_NEEDS_ALL] = { ROW_ASKS_SUSPECTS, ROW_QUESTIONS },
		[FLEET_NEEDS_UNHEALTHY] = { ROW_ASKS_UNHEALTHY, ROW_QUESTIONS },
		[FLEET_NEEDS_DEBTS] = { ROW_COUNTS_DEBTS, ROW_QUESTIONS },
		[FLEET_NEEDS_SERVICE] = { ROW_ASKS_OF_SERVICES, ROW_QUESTIONS },
		[FLEET_NEEDS_LEAKING] = { ROW_ASKS_DEBTS_OF_SERVICES, ROW_ASKS_OF_IDS_NO_DEBTS },
		[FLEET_NEEDS_VOTES] = { ROW_ASKS_VOTES, ROW_ASKS_OF_IDS_NO_VOTES },
		[FLEET_NEEDS_UNJOINED] = { ROW_ASKS_UNJOINED, ROW_ASKS_OF_IDS },
		[FLEET_NEEDS_CONNECTION] = { ROW_ASKS_OF_ENDS, ROW_ASKS_OF_IDS },
	};
	const enum fleet_need need = in->want->need;

	if (need == FLEET_NEEDS_NONE)
		return 0;
	find_words(in);
	int err = ask_of_looks(in, reads[need].what, need == FLEET_NEEDS_DEBTS ? visit_debts : hub_visit_suspect);
	if (!err && need == FLEET_NEEDS_UNHEALTHY)
		err = ask_of_looks(in, ROW_COUNTS_HEALTHY, visit_healthy);
	return err || reads[need].related == ROW_QUESTIONS ? err : read_related(in, reads[need].related);
}

/* Where an earlier look of the other host proves that something is gone: if that look has its flow or its numbers, it
 * was there. */
static void find_doubts(struct hub_reading *in)
{
	const struct fleet *f = in->fleet;

	in->ids.count = 0;
	array_each (&f->pairs, p) {
		const struct fleet_end *e = &f->ends.items[p->ours];
		if (!fleet_rests_on_earlier(f, p))
			continue;
		uint64_t host_id = f->hosts.items[p->other_host].id;
		*array_push(&in->ids) = (struct row_id){ e->flow, host_id };
		if (e->sequence)
			*array_push(&in->ids) = (struct row_id){ e->sequence, host_id };
	}
}

int hub_read_earlier(struct hub_reading *in)
{
	find_doubts(in);
	if (!in->ids.count)
		return 0;
	return hub_ask(in,
	               &(struct row_asked){ .what = ROW_ASKS_OF_IDS_AT_HOSTS,
	                                    .from_ms = in->earlier_from_ms,
	                                    .looks = in->earlier.items,
	                                    .look_count = in->earlier.count,
	                                    .ids = in->ids.items,
	                                    .id_count = in->ids.count },
	               hub_visit_suspect);
}
