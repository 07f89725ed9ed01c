#include "past.h"
#include "base/clock.h"

enum { HALF_S = 300 };

static int compare_rows(const void *a, const void *b)
{
	const struct past_row *x = a, *y = b;

	return memcmp(&x->key, &y->key, sizeof(x->key));
}

static void add_idle(struct record_close *to, const struct record_close *from)
{
	if (!from->idle_known)
		return;
	to->idle_low = to->idle_known ? MIN(to->idle_low, from->idle_low) : from->idle_low;
	to->idle_high = MAX(to->idle_high, from->idle_high);
	to->idle_known += from->idle_known;
}

static void add_close(struct record_close *to, const struct record_close *from)
{
	add_idle(to, from);
	to->count += from->count;
	to->oldest = MAX(to->oldest, from->oldest);
	to->youngest = MIN(to->youngest, from->youngest);
	to->processes += from->processes;
	to->burst = MAX(to->burst, from->burst);
	for (size_t i = 0; i < RECORD_BUCKETS; i++) {
		to->delays[i] += from->delays[i];
		to->idles[i] += from->idles[i];
	}
}

static void append(past_list *to, const past_list *from)
{
	array_each (from, row)
		*array_push(to) = *row;
}

/* Rows of one key become one. */
static void fold(past_list *rows)
{
	size_t kept = 0;

	array_sort(rows, compare_rows);
	for (size_t i = 1; i < rows->count; i++) {
		if (compare_rows(&rows->items[kept], &rows->items[i]))
			rows->items[++kept] = rows->items[i];
		else
			add_close(&rows->items[kept].close, &rows->items[i].close);
	}
	rows->count = MIN(rows->count, kept + 1);
}

void past_begin(struct past *p, uint64_t now_ns)
{
	*p = (struct past){ .began_ns = { now_ns, now_ns } };
}

void past_note(struct past *p, const struct record_end_key *key, const struct record_close *close)
{
	*array_push(&p->window) = (struct past_row){ *key, *close };
}

void past_follow(struct past *p, uint64_t now_ns)
{
	append(&p->halves[0], &p->window);
	fold(&p->halves[0]);
	array_free(&p->window);
	if (now_ns - p->began_ns[0] < HALF_S * NS_PER_S)
		return;
	array_free(&p->halves[1]);
	p->halves[1] = p->halves[0];
	p->began_ns[1] = p->began_ns[0];
	p->halves[0] = (past_list){ 0 };
	p->began_ns[0] = now_ns;
}

past_list past_rows(const struct past *p)
{
	past_list all = { 0 };

	append(&all, &p->halves[0]);
	append(&all, &p->halves[1]);
	fold(&all);
	return all;
}

uint64_t past_began_ns(const struct past *p)
{
	return p->began_ns[1];
}

void past_free(struct past *p)
{
	array_free(&p->halves[0]);
	array_free(&p->halves[1]);
	array_free(&p->window);
}
