#include "reach.h"
#include "rule/rule.h"
#include "base/array.h"
#include "model/hash.h"
#include <math.h>

enum { NEAR_S = 3600, WINDOW_MS = 5000 };

bool reach_is_near(const struct moment *m, const struct forecast *f)
{
	/* Ages of TIME_WAIT tell as much in a short window as in one look. */
	bool enough = m->window.ms >= WINDOW_MS || !m->window.ms || f->waits;

	return enough && f->known && !f->never && f->steady && (f->waits || isfinite(f->high_s)) && f->s < NEAR_S;
}

static uint64_t whole(double s)
{
	return s < 1e15 ? (uint64_t)s : UINT64_MAX / 1000;
}

void finding_foretell(struct finding *f, const struct forecast *forecast)
{
	if (!forecast->known) {
		f->eta_why = forecast->why;
	} else if (forecast->never) {
		f->eta_why = "never at the present rate: it does not grow";
	} else {
		f->eta_known = true;
		f->foreseen = forecast->s > 0;
		f->eta = (struct eta){ .s = whole(forecast->s),
			               .low_s = whole(forecast->low_s),
			               .high_s = whole(forecast->high_s),
			               .basis = forecast->basis };
	}
}

void finding_limit(struct inquiry *q, struct finding *f, const struct limit *l)
{
	const struct moment *m = q->moment;
	TEXT_CLEANUP subject = { 0 };

	limit_subject(&subject, m, l);
	*array_push(&f->budgets) = (struct budget){
		.what = arena_printf(q->arena, "%s of %s", limit_unit(l->kind), subject.bytes),
		.unit = limit_unit(l->kind),
		.used = l->used,
		.limit = l->limit,
	};
	f->limit_reached |= l->used >= l->limit;
	finding_evidence(q, f, "the limit is %s, set by %s", limit_setting(l->kind), limit_owner(l->kind));
}

/* Both ends of a connection are one connection. */
static uint64_t connection_key(const struct socket *s)
{
	const struct endpoint *low = &s->local, *high = &s->peer;

	if (addr_compare(&low->addr, &high->addr) > 0 ||
	    (addr_same(&low->addr, &high->addr) && low->port > high->port)) {
		low = &s->peer;
		high = &s->local;
	}
	return hash_endpoint(hash_endpoint(0, low), high);
}

typedef ARRAY(uint64_t) key_list;

static int compare_keys(const void *a, const void *b)
{
	return CMP(*(const uint64_t *)a, *(const uint64_t *)b);
}

/* The connections that came while watched: what makes it grow. */
static void newcomers(const struct moment *m, const struct finding *f, key_list *ret)
{
	array_each (&f->sockets, s)
		if (socket_has(&m->sockets.items[*s], SOCKET_NEW))
			*array_push(ret) = connection_key(&m->sockets.items[*s]);
	array_sort(ret, compare_keys);
}

static bool same_growth(const struct moment *m, const struct finding *a, const struct finding *b)
{
	key_list x = { 0 }, y = { 0 };
	size_t shared = 0;

	newcomers(m, a, &x);
	newcomers(m, b, &y);
	for (size_t i = 0, k = 0; i < x.count && k < y.count;) {
		int order = CMP(x.items[i], y.items[k]);
		shared += order == 0;
		i += order <= 0;
		k += order >= 0;
	}
	bool same = shared * 2 >= MIN(x.count, y.count);
	array_free(&x);
	array_free(&y);
	return same;
}

static bool ends_later(const struct finding *f, const struct finding *other)
{
	return f->eta.s > other->eta.s || (f->eta.s == other->eta.s && f > other);
}

static bool has_newcomers(const struct moment *m, const struct finding *f)
{
	array_each (&f->sockets, s)
		if (socket_has(&m->sockets.items[*s], SOCKET_NEW))
			return true;
	return false;
}

/* What has come to its end while watched brings no more connections to the next limit either. */
static bool ends_before(const struct moment *m, const struct finding *other, const struct finding *f)
{
	return (other->limit_reached && !f->limit_reached && has_newcomers(m, other)) ||
	       (other->foreseen && other->cause == FINDING_NONE && ends_later(f, other));
}

/* A root tells its own end, if it knows how fast it grows. Where it is not sure that it grows at all, nobody is. */
static bool reach_is_told(struct inquiry *q, const struct finding *f)
{
	const struct finding *root = finding_find(q, f->cause);

	if (root)
		return root->growth.known || root->eta_known || root->limit_reached ||
		       root->confidence == CONFIDENCE_POSSIBLE;
	array_each (&q->findings, other)
		if (other != f && ends_before(q->moment, other, f) && same_growth(q->moment, f, other))
			return true;
	return false;
}

void findings_keep_first_ends(struct inquiry *q)
{
	cleanup(cleanup_free) bool *drop = memory_zeroed(q->findings.count + 1);

	for (size_t i = 0; i < q->findings.count; i++)
		drop[i] = q->findings.items[i].foreseen && reach_is_told(q, &q->findings.items[i]);
	findings_drop(q, drop);
}
