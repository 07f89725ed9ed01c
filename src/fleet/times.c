#include "times.h"
#include "ends.h"

enum { SLACK_MS = 500, ESTIMATE_SPREAD_MS = 1000 };

/* The first look was taken so much later than the second, says one connection between them. */
struct estimate {
	uint32_t look, other;
	int64_t ms;
};

typedef ARRAY(struct estimate) estimate_list;

static int compare_estimates(const void *a, const void *b)
{
	const struct estimate *x = a, *y = b;

	return CMP(x->look, y->look) ?: CMP(x->other, y->other) ?: CMP(x->ms, y->ms);
}

/* What A sent last, B received a moment later, and the other way: the truth lies between both differences. Of one that
 * was in use between the looks they mean nothing, so all bytes must agree. */
static void add_estimate(estimate_list *list, const struct fleet *f, const struct fleet_pair *p)
{
	const struct fleet_end *a = &f->ends.items[p->ours], *b = &f->ends.items[p->theirs];

	if (a->look == b->look || !(a->flags & b->flags & END_TIMES) || ends_agree(f, a, b) != AGREE_YES)
		return;
	int64_t least = (int64_t)a->since_data_ms - b->since_sent_ms,
	        most = (int64_t)a->since_sent_ms - b->since_data_ms;
	if (most - least > ESTIMATE_SPREAD_MS || least - most > ESTIMATE_SPREAD_MS)
		return;
	int64_t ms = (least + most) / 2;
	bool swap = a->look > b->look;
	*array_push(list) = (struct estimate){ swap ? b->look : a->look, swap ? a->look : b->look, swap ? -ms : ms };
}

/* One a pair of looks: the median. */
static void keep_medians(estimate_list *list)
{
	size_t kept = 0;

	array_sort(list, compare_estimates);
	for (size_t first = 0, end; first < list->count; first = end) {
		for (end = first + 1; end < list->count && list->items[end].look == list->items[first].look &&
		                      list->items[end].other == list->items[first].other;)
			end++;
		list->items[kept++] = list->items[first + (end - first) / 2];
	}
	list->count = kept;
}

static bool same_boot(const struct fleet *f, const struct fleet_look *a, const struct fleet_look *b)
{
	const char *x = f->hosts.items[a->host].boot_id, *y = f->hosts.items[b->host].boot_id;

	return a->host == b->host || (x && y && (x == y || streq(x, y)));
}

static int64_t boot_apart_ms(const struct fleet_look *a, const struct fleet_look *b)
{
	return (int64_t)(a->taken_boot_ns / NS_PER_MS) - (int64_t)(b->taken_boot_ns / NS_PER_MS);
}

static void set_time(struct fleet_look *l, const struct fleet_look *from, int64_t later_ms, uint32_t slack_ms)
{
	l->at_ms = from->at_ms + later_ms;
	l->times = from->times;
	l->slack_ms = from->slack_ms + slack_ms;
}

static bool spread_boots(struct fleet *f)
{
	bool more = false;

	array_each (&f->looks, known)
		array_each (&f->looks, l)
			if (known->times != FLEET_NONE && l->times == FLEET_NONE && same_boot(f, known, l)) {
				set_time(l, known, boot_apart_ms(l, known), 0);
				more = true;
			}
	return more;
}

static bool spread_estimates(struct fleet *f, const estimate_list *list)
{
	bool more = false;

	array_each (list, e) {
		struct fleet_look *a = &f->looks.items[e->look], *b = &f->looks.items[e->other];
		if ((a->times == FLEET_NONE) == (b->times == FLEET_NONE))
			continue;
		if (a->times == FLEET_NONE)
			set_time(a, b, e->ms, SLACK_MS);
		else
			set_time(b, a, -e->ms, SLACK_MS);
		more = true;
	}
	return more;
}

/* A hub has corrected them. */
static bool all_of_hub(const struct fleet *f)
{
	array_each (&f->looks, l)
		if (!l->of_hub)
			return false;
	return true;
}

static void take_hub_times(struct fleet *f)
{
	array_each (&f->looks, l) {
		l->times = 0;
		l->at_ms = (int64_t)l->taken_unix_ms;
	}
}

void times_compare(struct fleet *f)
{
	estimate_list list = { 0 };

	if (all_of_hub(f)) {
		take_hub_times(f);
		return;
	}

	array_each (&f->pairs, p)
		if (p->theirs != FLEET_NONE)
			add_estimate(&list, f, p);
	keep_medians(&list);
	array_each (&f->looks, l)
		l->times = FLEET_NONE;
	array_each (&f->looks, l) {
		if (l->times != FLEET_NONE)
			continue;
		l->times = (uint32_t)(l - f->looks.items);
		l->at_ms = (int64_t)l->taken_unix_ms;
		while (spread_boots(f) || spread_estimates(f, &list))
			;
	}
	array_free(&list);
}

bool times_apart_ms(const struct fleet *f, uint32_t look, uint32_t other, int64_t *ret_low, int64_t *ret_high)
{
	const struct fleet_look *a = &f->looks.items[look], *b = &f->looks.items[other];
	bool exact = same_boot(f, a, b);

	if (!exact && a->times != b->times)
		return false;
	int64_t ms = exact ? boot_apart_ms(a, b) : a->at_ms - b->at_ms,
	        slack_ms = exact ? 0 : a->slack_ms + b->slack_ms;
	*ret_low = ms - slack_ms;
	*ret_high = ms + slack_ms;
	return true;
}

static int compare_i64(const void *a, const void *b)
{
	return CMP(*(const int64_t *)a, *(const int64_t *)b);
}

bool times_clock_off_ms(const struct fleet *f, uint32_t look, int64_t *ret)
{
	const struct fleet_look *own = &f->looks.items[look];
	ARRAY(int64_t) offs = { 0 };
	bool known = false;

	*ret = own->clock_off_ms;
	if (own->of_hub)
		return own->clock_known;
	array_each (&f->looks, l) {
		if (l->times != own->times)
			continue;
		*array_push(&offs) = (int64_t)l->taken_unix_ms - l->at_ms;
		known |= l->host != own->host;
	}
	array_sort(&offs, compare_i64);
	if (known)
		*ret = (int64_t)own->taken_unix_ms - own->at_ms - offs.items[offs.count / 2];
	array_free(&offs);
	return known;
}
