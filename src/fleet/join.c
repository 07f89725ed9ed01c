/* Both ends side by side. Sequence numbers are asked first, for they are the stronger evidence (64 bits, whoever has
 * the same addresses elsewhere); what they join with the same flow counts as joined by flow. */
#include "absence.h"
#include "coverage.h"
#include "ends.h"
#include "times.h"
#include "verdict.h"
#include "model/hash.h"

struct row {
	uint64_t key;
	uint32_t end;
};

typedef ARRAY(struct row) row_list;

static int compare_rows(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	return CMP(x->key, y->key) ?: CMP(x->end, y->end);
}

static void mark_earlier(struct fleet *f)
{
	array_each (&f->ends, e)
		if (f->hosts.items[f->looks.items[e->look].host].newest != e->look)
			e->flags |= END_EARLIER;
}

static bool is_free(const struct fleet_end *e)
{
	return e->pair == FLEET_NONE && !(e->flags & END_EARLIER);
}

static void add_pair(struct fleet *f, uint32_t a, uint32_t b, enum fleet_joined joined)
{
	uint32_t at = (uint32_t)f->pairs.count;

	*array_push(&f->pairs) =
	        (struct fleet_pair){ .ours = a, .theirs = b, .other_host = FLEET_NONE, .joined = (uint8_t)joined };
	f->ends.items[a].pair = at;
	if (b != FLEET_NONE)
		f->ends.items[b].pair = at;
}

static bool are_opposite(const struct fleet_end *a, const struct fleet_end *b)
{
	return endpoint_same(&a->local, &b->peer) && endpoint_same(&a->peer, &b->local);
}

/* What is left of an earlier connection with the same ports stands aside. */
static size_t drop_time_waits(const struct fleet *f, struct row *rows, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		if (f->ends.items[rows[i].end].state != STATE_TIME_WAIT)
			rows[kept++] = rows[i];
	return kept;
}

static void leave_open(struct fleet *f, const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (!verdict_needs_other(&f->ends.items[rows[i].end]))
			continue;
		add_pair(f, rows[i].end, FLEET_NONE, JOINED_NOT);
		f->pairs.items[f->pairs.count - 1].reason = REASON_SEVERAL_ENDS;
	}
}

static bool may_join(const struct fleet *f, const struct row *rows, size_t count, enum fleet_joined by)
{
	return count == 2 &&
	       (by == JOINED_SEQUENCE || are_opposite(&f->ends.items[rows[0].end], &f->ends.items[rows[1].end]));
}

static void join_run(struct fleet *f, struct row *rows, size_t count, enum fleet_joined by)
{
	if (!may_join(f, rows, count, by))
		count = drop_time_waits(f, rows, count);
	if (may_join(f, rows, count, by)) {
		bool same = f->ends.items[rows[0].end].flow == f->ends.items[rows[1].end].flow;
		add_pair(f, rows[0].end, rows[1].end, same ? JOINED_FLOW : by);
	} else if (count > 1) {
		leave_open(f, rows, count);
	}
}

static void join_rows(struct fleet *f, row_list *rows, enum fleet_joined by)
{
	array_sort(rows, compare_rows);
	for (size_t first = 0, end; first < rows->count; first = end) {
		for (end = first + 1; end < rows->count && rows->items[end].key == rows->items[first].key;)
			end++;
		if (end - first > 1)
			join_run(f, rows->items + first, end - first, by);
	}
	array_free(rows);
}

static void add_row(row_list *rows, uint64_t key, const struct fleet *f, const struct fleet_end *e)
{
	if (key)
		*array_push(rows) = (struct row){ key, (uint32_t)(e - f->ends.items) };
}

static void join_sequences(struct fleet *f)
{
	row_list rows = { 0 };

	array_each (&f->ends, e)
		if (is_free(e))
			add_row(&rows, end_sequence_key(f, e, e->sequence), f, e);
	join_rows(f, &rows, JOINED_SEQUENCE);
}

/* One that got a FIN, and the end that did not send it. */
static void join_unended(struct fleet *f)
{
	row_list rows = { 0 };

	array_each (&f->ends, e) {
		if (!is_free(e))
			continue;
		if (e->sequence_unended)
			add_row(&rows, end_sequence_key(f, e, e->sequence_unended), f, e);
		else if (e->state == STATE_ESTABLISHED)
			add_row(&rows, end_sequence_key(f, e, e->sequence), f, e);
	}
	join_rows(f, &rows, JOINED_SEQUENCE);
}

static void join_flows(struct fleet *f)
{
	row_list rows = { 0 };

	array_each (&f->ends, e)
		if (is_free(e))
			add_row(&rows, e->flow, f, e);
	join_rows(f, &rows, JOINED_FLOW);
}

static void add_singles(struct fleet *f)
{
	for (uint32_t i = 0; i < f->ends.count; i++)
		if (is_free(&f->ends.items[i]) && verdict_needs_other(&f->ends.items[i]))
			add_pair(f, i, FLEET_NONE, JOINED_NOT);
}

static void judge_one(struct fleet *f, const struct absence *absence, struct fleet_pair *p)
{
	const struct fleet_end *e = &f->ends.items[p->ours];
	uint32_t host = FLEET_NONE, look = FLEET_NONE;
	enum fleet_reason why = p->reason ?: absence_prove(absence, e, &host, &look);

	verdict_of_one(f, p, why);
	p->other_host = host;
	p->proof = look;
}

void fleet_join(struct fleet *f)
{
	struct absence absence;

	mark_earlier(f);
	join_sequences(f);
	join_unended(f);
	join_flows(f);
	times_compare(f);
	fleet_compare_hosts(f);
	add_singles(f);
	absence_begin(&absence, f);
	array_each (&f->pairs, p) {
		if (p->theirs == FLEET_NONE)
			judge_one(f, &absence, p);
		else
			verdict_of_both(f, p);
		f->counts[p->verdict]++;
	}
	absence_end(&absence);
}

bool fleet_rests_on_earlier(const struct fleet *f, const struct fleet_pair *p)
{
	return p->joined == JOINED_ABSENCE && f->hosts.items[p->other_host].newest != p->proof;
}

void fleet_judge_absent(struct fleet *f)
{
	struct absence absence;

	mark_earlier(f);
	absence_begin(&absence, f);
	array_each (&f->pairs, p) {
		if (!fleet_rests_on_earlier(f, p))
			continue;
		f->counts[p->verdict]--;
		judge_one(f, &absence, p);
		f->counts[p->verdict]++;
	}
	absence_end(&absence);
}
