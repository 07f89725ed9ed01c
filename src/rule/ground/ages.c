#include "ages.h"

bool finished_ms(const struct moment *m, const struct socket *s, uint64_t assumed_ms, uint64_t *ret_ms)
{
	struct age age = socket_finished_age(s);

	if (age.basis == AGE_UNKNOWN)
		return false;
	*ret_ms = age.min_ms;
	if (age.basis == AGE_RANGE && assumed_ms != AGE_NOT_ASSUMED && age.max_ms != UINT64_MAX)
		*ret_ms = MAX(age.min_ms, age.max_ms - MIN(age.max_ms, assumed_ms));
	if (s->state == STATE_CLOSE_WAIT && !socket_has(s, SOCKET_NEW | SOCKET_STATE_NEW))
		*ret_ms = MAX(*ret_ms, m->window.ms);
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
		if (!finished_ms(m, s, assumed_ms, &ms))
			continue;
		*array_push(&all) = ms;
	}
	ages.known = all.count;
	if (all.count) {
		array_sort(&all, compare_u64);
		ages.youngest_ms = all.items[0];
		ages.median_ms = all.items[all.count / 2];
		ages.oldest_ms = all.items[all.count - 1];
	}
	if (all.count >= AGES_LATEST) {
		ages.latest_median_ms = all.items[AGES_LATEST / 2];
		ages.latest_oldest_ms = all.items[AGES_LATEST - 1];
	}
	array_free(&all);
	return ages;
}
