#include "verdict.h"
#include "ends.h"
#include "times.h"

enum { OWES_LEAST_MS = 1000, USED_MS = 60 * 1000, APART_MS = 2000 };

#define IN(state) (1U << STATE_##state)

static enum socket_role role_of(const struct fleet_end *e, const struct fleet_end *other)
{
	if (e->role == ROLE_CLIENT || e->role == ROLE_SERVER)
		return e->role;
	if (other && other->role == ROLE_CLIENT)
		return ROLE_SERVER;
	return other && other->role == ROLE_SERVER ? ROLE_CLIENT : ROLE_UNKNOWN;
}

static enum pair_verdict owes(const struct fleet_end *e, const struct fleet_end *other)
{
	enum socket_role role = role_of(e, other);

	return role == ROLE_CLIENT ? PAIR_CLIENT_OWES : role == ROLE_SERVER ? PAIR_SERVER_OWES : PAIR_OWES;
}

static bool is_young(const struct fleet_end *e)
{
	return e->flags & END_AGE && e->age_ms < OWES_LEAST_MS;
}

static void judge(struct fleet_pair *p, enum pair_verdict verdict, enum fleet_fin fin)
{
	p->verdict = (uint8_t)verdict;
	p->fin_from = (uint8_t)fin;
}

static void doubt(struct fleet_pair *p, enum fleet_reason why)
{
	judge(p, PAIR_UNSURE, FIN_UNKNOWN);
	p->reason = (uint8_t)why;
}

/* The last data of a connection is known to both its ends at the same time. One end knows of some that the other must
 * have seen, too, and has not: so they are two connections. */
static bool contradicts(const struct fleet *f, const struct fleet_end *a, const struct fleet_end *b)
{
	int64_t low_ms, high_ms;

	if (!(a->flags & b->flags & END_TIMES) || a->send_q || b->send_q ||
	    !times_apart_ms(f, a->look, b->look, &low_ms, &high_ms))
		return false;
	/* On the clock of b's look: when each was used last. What came after the other's look says nothing. */
	int64_t used_a = high_ms - (int64_t)end_quiet_ms(a), used_b = -(int64_t)end_quiet_ms(b);
	/* At rest on both sides from before both looks on, and their numbers differ all the same. */
	return MAX(used_a, used_b) < MIN(low_ms, 0) - APART_MS;
}

/* Same addresses and ports, other numbers. */
static void judge_strangers(const struct fleet *f, struct fleet_pair *p, const struct fleet_end *a,
                            const struct fleet_end *b)
{
	bool both = a->state == STATE_ESTABLISHED && b->state == STATE_ESTABLISHED;

	if (contradicts(f, a, b))
		judge(p, PAIR_NOT_A_PAIR, FIN_NOBODY);
	else if (both && MAX(end_quiet_ms(a), end_quiet_ms(b)) < USED_MS)
		judge(p, PAIR_HEALTHY, FIN_NOBODY);
	else
		doubt(p, REASON_MOVED);
}

/* `a` got a FIN, `b` has sent none: it had not when it looked, and that may have been before. */
static void judge_odd_fin(const struct fleet *f, struct fleet_pair *p, const struct fleet_end *a,
                          const struct fleet_end *b)
{
	int64_t low_ms, high_ms;

	if (!times_apart_ms(f, a->look, b->look, &low_ms, &high_ms))
		doubt(p, REASON_TIMES);
	else if (!(a->flags & END_AGE) || (int64_t)a->age_ms < high_ms + APART_MS)
		doubt(p, REASON_LOOKED_EARLIER);
	else
		judge(p, PAIR_FIN_FROM_BETWEEN, FIN_BETWEEN);
}

/* `a` is in CLOSE_WAIT. */
static void judge_close_wait(const struct fleet *f, struct fleet_pair *p, const struct fleet_end *a,
                             const struct fleet_end *b, enum agreement agree)
{
	if (is_young(a) || end_is_in(b, IN(TIME_WAIT) | IN(LAST_ACK) | IN(CLOSING)))
		judge(p, PAIR_CLOSING, FIN_THEIRS);
	else if (agree == AGREE_NO)
		judge_strangers(f, p, a, b);
	else if (end_is_in(b, IN(FIN_WAIT1) | IN(FIN_WAIT2)))
		judge(p, owes(a, b), FIN_THEIRS);
	else if (agree == AGREE_UNKNOWN || agree == AGREE_YES)
		doubt(p, REASON_STATES);
	else if (b->state == STATE_CLOSE_WAIT)
		judge(p, PAIR_FIN_FROM_BETWEEN, FIN_BETWEEN);
	else
		judge_odd_fin(f, p, a, b);
}

static void turn(struct fleet_pair *p)
{
	uint32_t ours = p->ours;

	p->ours = p->theirs;
	p->theirs = ours;
}

/* Who has to act comes first, else the client. */
static void put_first(const struct fleet *f, struct fleet_pair *p)
{
	const struct fleet_end *a = &f->ends.items[p->ours], *b = &f->ends.items[p->theirs];
	bool acts = b->state == STATE_CLOSE_WAIT && a->state != STATE_CLOSE_WAIT;
	bool client = a->state != STATE_CLOSE_WAIT && role_of(a, b) == ROLE_SERVER;

	if (acts || client || (a->state == b->state && role_of(a, b) == ROLE_SERVER))
		turn(p);
	p->other_host = f->looks.items[f->ends.items[p->theirs].look].host;
}

void verdict_of_both(const struct fleet *f, struct fleet_pair *p)
{
	put_first(f, p);
	const struct fleet_end *a = &f->ends.items[p->ours], *b = &f->ends.items[p->theirs];
	enum agreement agree = ends_agree(f, a, b);

	if (a->state == STATE_CLOSE_WAIT)
		judge_close_wait(f, p, a, b, agree);
	else if (agree == AGREE_NO)
		judge_strangers(f, p, a, b);
	else if (a->state == STATE_ESTABLISHED && b->state == STATE_ESTABLISHED)
		judge(p, PAIR_HEALTHY, FIN_NOBODY);
	else if (end_is_in(a, IN(ESTABLISHED)) || end_is_in(b, IN(ESTABLISHED)))
		doubt(p, REASON_STATES);
	else
		judge(p, PAIR_CLOSING, FIN_UNKNOWN);
}

bool verdict_needs_other(const struct fleet_end *e)
{
	return end_is_in(e, IN(ESTABLISHED) | IN(CLOSE_WAIT)) || (e->state == STATE_FIN_WAIT2 && !e->unowned);
}

void verdict_of_one(const struct fleet *f, struct fleet_pair *p, enum fleet_reason why)
{
	const struct fleet_end *e = &f->ends.items[p->ours];

	if (why)
		doubt(p, why);
	else if (e->state == STATE_CLOSE_WAIT)
		judge(p, is_young(e) ? PAIR_CLOSING : owes(e, NULL), FIN_THEIRS);
	else
		judge(p, PAIR_HALF_OPEN, e->state == STATE_FIN_WAIT2 ? FIN_OURS : FIN_NOBODY);
	p->joined = why ? JOINED_NOT : JOINED_ABSENCE;
}
