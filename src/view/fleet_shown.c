#include "fleet_shown.h"
#include "fleet_words.h"

static void json_unseen(struct json *j, const struct fleet *f)
{
	fleet_unseen_list list = { 0 };

	json_array_begin(j, "not_seen");
	fleet_find_unseen(f, &list);
	array_each (&list, u) {
		TEXT_CLEANUP t = { 0 };
		fleet_unseen_add(&t, u);
		json_text(j, NULL, t.bytes);
	}
	json_array_end(j);
	array_free(&list);
}

static void json_headings(struct json *j, const struct fleet_table *t)
{
	json_array_begin(j, "headings");
	for (size_t i = 0; i < t->width; i++) {
		json_object_begin(j, NULL);
		json_text(j, "name", t->columns[i].name);
		json_text(j, "text", t->columns[i].heading);
		json_bool(j, "right", t->columns[i].right);
		json_object_end(j);
	}
	json_array_end(j);
}

static void json_cells(struct json *j, const struct fleet_table *t)
{
	static const struct cell_style style = { .wide = true };

	json_array_begin(j, "cells");
	for (size_t at = 0; at < t->cells.count; at += t->width) {
		json_array_begin(j, NULL);
		for (size_t i = 0; i < t->width; i++) {
			TEXT_CLEANUP cell = { 0 };
			cell_add(&cell, &t->cells.items[at + i], &style);
			json_text(j, NULL, cell.bytes);
		}
		json_array_end(j);
	}
	json_array_end(j);
}

void fleet_json_shown(struct json *j, const struct fleet_table *t, const struct fleet *f)
{
	TEXT_CLEANUP head = { 0 };

	fleet_head_add(&head, f, t->counted);
	json_object_begin(j, "shown");
	json_text(j, "head", head.bytes);
	json_unseen(j, f);
	json_text(j, "none", fleet_table_rows(t) ? NULL : t->none);
	if (!t->groups.count) {
		json_headings(j, t);
		json_cells(j, t);
	}
	json_object_end(j);
}

static void json_rung(void *to, const char *label, const char *ours, const char *theirs)
{
	struct json *j = to;

	json_object_begin(j, NULL);
	json_text(j, "label", label);
	json_text(j, "ours", ours);
	json_text(j, "theirs", theirs);
	json_object_end(j);
}

static void json_ladder(struct json *j, const struct fleet *f, const struct fleet_pair *p)
{
	TEXT_CLEANUP verdict = { 0 };

	fleet_peer_verdict_add(&verdict, f, p);
	json_text(j, "verdict", verdict.bytes);
	json_array_begin(j, "ladder");
	fleet_ladder(f, p, json_rung, j);
	json_array_end(j);
}

static void json_edge(struct json *j, const struct fleet *f, const struct fleet_group *g)
{
	TEXT_CLEANUP ower = { 0 }, owed = { 0 };

	fleet_ower_add(&ower, f, g);
	fleet_owed_add(&owed, f, g);
	json_text(j, "ower", ower.bytes);
	json_text(j, "owed", owed.bytes);
}

static void json_end(struct json *j, const char *name, const struct fleet *f, uint32_t end)
{
	TEXT_CLEANUP t = { 0 };

	if (end != FLEET_NONE)
		fleet_end_add(&t, f, end);
	json_text(j, name, t.bytes);
}

static void json_group(struct json *j, const struct fleet *f, const struct fleet_group *g)
{
	const struct fleet_pair *p = &f->pairs.items[g->example];
	TEXT_CLEANUP title = { 0 };

	fleet_title_add(&title, f, g);
	json_text(j, "verdict", fleet_verdict_words((enum pair_verdict)p->verdict));
	json_text(j, "title", title.bytes);
	json_text(j, "proof", p->joined ? fleet_proof_words(p) : NULL);
	json_end(j, "ours", f, p->ours);
	json_end(j, "theirs", f, p->theirs);
	json_edge(j, f, g);
}

void fleet_json_shown_pair(struct json *j, const struct fleet_table *t, const struct fleet *f, size_t row)
{
	const struct fleet_group *g = &t->groups.items[row];

	json_object_begin(j, "shown");
	if (t->ladder)
		json_ladder(j, f, &f->pairs.items[g->example]);
	else
		json_group(j, f, g);
	json_object_end(j);
}
