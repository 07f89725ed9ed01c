#include "ages.h"
#include "base/format.h"

bool finished_ms(const struct socket *s, uint64_t assumed_ms, uint64_t *ret_ms)
{
	struct age age = socket_finished_age(s);

	if (age.basis == AGE_UNKNOWN)
		return false;
	*ret_ms = age.min_ms;
	if (age.basis == AGE_RANGE && assumed_ms != AGE_NOT_ASSUMED && age.max_ms != UINT64_MAX)
		*ret_ms = MAX(age.min_ms, age.max_ms - MIN(age.max_ms, assumed_ms));
	return true;
}

static bool is_eof_untold(const struct socket *s)
{
	return socket_has(s, SOCKET_MPTCP) || (s->state == STATE_CLOSE && !socket_has(s, SOCKET_FIN_CAME));
}

struct ages ages_of(const struct moment *m, const uint32_t *sockets, size_t count, uint64_t assumed_ms)
{
	ARRAY(uint64_t) all = { 0 };
	struct ages ages = { 0 };

	for (size_t i = 0; i < count; i++) {
		const struct socket *s = &m->sockets.items[sockets[i]];
		uint64_t ms;
		ages.data_unread += s->recv_q > socket_eof_unread(s); /* the FIN counts as one */
		ages.eof_unread += socket_eof_unread(s);
		ages.eof_untold += is_eof_untold(s);
		if (!finished_ms(s, assumed_ms, &ms))
			continue;
		/* Whose state did not change has been in it all the time. */
		if (s->state == STATE_CLOSE_WAIT && !socket_has(s, SOCKET_NEW | SOCKET_STATE_NEW))
			ms = MAX(ms, m->window.ms);
		*array_push(&all) = ms;
	}
	ages.known = all.count;
	if (all.count) {
		array_sort(&all, compare_u64);
		ages.youngest_ms = all.items[0];
		ages.median_ms = all.items[all.count / 2];
		ages.oldest_ms = all.items[all.count - 1];
	}
	array_free(&all);
	return ages;
}

const char *duration_text(struct inquiry *q, uint64_t ms)
{
	TEXT_CLEANUP t = { 0 };

	format_duration(&t, ms);
	return arena_strdup(q->arena, t.bytes);
}

const char *range_text(struct inquiry *q, uint64_t low_ms, uint64_t high_ms)
{
	const char *low = duration_text(q, low_ms), *high = duration_text(q, high_ms);

	return streq(low, high) ? low : arena_printf(q->arena, "%s to %s", low, high);
}

const char *count_text(struct inquiry *q, uint64_t count)
{
	TEXT_CLEANUP t = { 0 };

	format_count(&t, count);
	return arena_strdup(q->arena, t.bytes);
}

const char *process_text(struct inquiry *q, uint32_t process)
{
	TEXT_CLEANUP t = { 0 };

	process_format(&t, &q->moment->processes.items[process]);
	return arena_strdup(q->arena, t.bytes);
}

const char *endpoint_text(struct inquiry *q, const struct endpoint *e)
{
	TEXT_CLEANUP t = { 0 };

	endpoint_format(&t, e);
	return arena_strdup(q->arena, t.bytes);
}
