#include "watch_sums.h"

enum { ENDED_MOST = 8192 };

void watch_sums_free(struct watch_sums *s)
{
	array_free(&s->taken);
	array_free(&s->counted);
	array_free(&s->leaving);
	array_free(&s->ended);
}

void watch_sums_move(struct watch_sums *s, struct moment *to, const struct moment *from)
{
	turnover_move(&s->taken, to, from);
	turnover_move(&s->counted, to, from);
	turnover_move(&s->leaving, to, from);
	turnover_move(&s->ended, to, from);
}

int watch_sums_give_back(struct watch_sums *s, struct watch *w)
{
	turnover_list ended = { 0 };
	int err = 0;

	if (watch_is_exact(w))
		err = watch_give_back(w, &ended);
	else
		watch_part_ended(w, &s->taken, &ended);
	turnover_add(&s->leaving, &ended);
	array_free(&ended);
	return err;
}

/* Of programs that have not ended. */
static int count_now(const struct watch_sums *s, struct watch *w, turnover_list *ret)
{
	turnover_list rows = { 0 };
	int err = 0;

	if (watch_is_exact(w))
		err = watch_count(w, &rows);
	turnover_add(ret, watch_is_exact(w) ? &rows : &s->taken);
	array_free(&rows);
	return err;
}

int watch_sums_collect(struct watch_sums *s, struct watch *w, bool whole, turnover_list *ret)
{
	static const turnover_list nothing;
	turnover_list now = { 0 }, all = { 0 };
	int err = watch_sums_give_back(s, w);

	err = count_now(s, w, &now) ?: err;
	turnover_add(&s->ended, &s->leaving);
	turnover_add(&all, &now);
	turnover_add(&all, whole ? &s->ended : &s->leaving);
	turnover_difference(&all, whole ? &nothing : &s->counted, ret);
	turnover_fold(&s->ended, ENDED_MOST);
	array_free(&s->leaving);
	array_free(&s->counted);
	array_free(&all);
	s->counted = now;
	return err;
}
