/* The page of pairs: who has to act, with both ends, and what is not known. */
#include "fleet.h"
#include "fleet_words.h"
#include "wrap.h"
#include <inttypes.h>

enum { LABEL = 9, INDENT = 4, GROUPS_MOST = 30, UNKNOWN_MOST = 12, GAPS_MOST = 8 };

void fleet_head(struct text *out, const struct fleet *f, enum fleet_counted counted, const struct page_style *style)
{
	const struct wrap w = { out, style->columns, false };
	TEXT_CLEANUP t = { 0 };

	fleet_head_add(&t, f, counted);
	wrap_line(&w, 0, "", 0, t.bytes);
}

void fleet_foot(struct text *out, const struct fleet *f, const struct page_style *style)
{
	const struct wrap w = { out, style->columns, false };
	fleet_unseen_list list = { 0 };

	fleet_find_unseen(f, &list);
	text_add(out, list.count ? "\n" : "");
	for (size_t i = 0; i < MIN(list.count, (size_t)GAPS_MOST); i++) {
		TEXT_CLEANUP t = { 0 };
		fleet_unseen_add(&t, &list.items[i]);
		wrap_line(&w, 0, "not seen", LABEL, t.bytes);
	}
	if (list.count > GAPS_MOST)
		text_printf(out, "and %zu more (--json has all)\n", list.count - GAPS_MOST);
	array_free(&list);
}

static void add_example(const struct wrap *w, const struct fleet *f, uint32_t end, const char *label)
{
	TEXT_CLEANUP t = { 0 };

	fleet_end_add(&t, f, end);
	wrap_line(w, INDENT, label, LABEL, t.bytes);
}

static void add_group(const struct wrap *w, const struct fleet *f, const struct fleet_group *g, size_t number)
{
	const struct fleet_pair *p = &f->pairs.items[g->example];
	TEXT_CLEANUP title = { 0 };
	char label[16];

	snprintf(label, sizeof(label), "%zu.", number);
	fleet_title_add(&title, f, g);
	wrap_line(w, 0, label, 3, title.bytes);
	wrap_line(w, INDENT, "proof", LABEL, fleet_proof_words(p));
	add_example(w, f, p->ours, "such as");
	if (p->theirs != FLEET_NONE)
		add_example(w, f, p->theirs, "");
	text_add_char(w->out, '\n');
}

static void add_unknown(const struct wrap *w, const struct fleet *f, const struct fleet_group *g)
{
	TEXT_CLEANUP t = { 0 };
	char count[24];

	snprintf(count, sizeof(count), "%" PRIu32, g->count);
	fleet_unknown_add(&t, f, &f->pairs.items[g->example]);
	wrap_line(w, INDENT, count, 5, t.bytes);
}

static void add_unknowns(const struct wrap *w, const struct fleet *f, const fleet_groups *groups)
{
	size_t shown = 0;

	array_each (groups, g) {
		if (f->pairs.items[g->example].verdict != PAIR_UNSURE)
			continue;
		if (!shown++) {
			TEXT_CLEANUP t = { 0 };
			fleet_connections_add(&t, f->counts[PAIR_UNSURE]);
			text_add(&t, " whose other end is unknown");
			wrap_line(w, 0, "", 0, t.bytes);
		}
		if (shown <= UNKNOWN_MOST)
			add_unknown(w, f, g);
	}
	if (shown > UNKNOWN_MOST)
		text_printf(w->out, "    and %zu more lines (-o wide has all)\n", shown - UNKNOWN_MOST);
}

void fleet_pairs_page(struct text *out, const struct fleet *f, unsigned verdicts, const struct page_style *style)
{
	const struct wrap w = { out, style->columns, false };
	fleet_groups groups = { 0 };
	size_t number = 0;

	fleet_group_pairs(f, verdicts, &groups);
	fleet_head(out, f, fleet_counted_of(verdicts), style);
	text_add_char(out, '\n');
	array_each (&groups, g)
		if (f->pairs.items[g->example].verdict != PAIR_UNSURE && ++number <= GROUPS_MOST)
			add_group(&w, f, g, number);
	if (number > GROUPS_MOST)
		text_printf(out, "and %zu more (-o wide has all)\n\n", number - GROUPS_MOST);
	if (!number)
		text_printf(out, "%s\n\n", fleet_nobody_words(f, verdicts));
	add_unknowns(&w, f, &groups);
	fleet_foot(out, f, style);
	array_free(&groups);
}
