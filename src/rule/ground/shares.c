#include "shares.h"
#include "pairs.h"
#include "rule/rule.h"

/* One mark a socket of the moment. The caller frees them. */
static bool *mark(struct inquiry *q, const uint32_t *sockets, size_t count)
{
	bool *marked = memory_zeroed(q->moment->sockets.count + 1);

	for (size_t i = 0; i < count; i++)
		marked[sockets[i]] = true;
	return marked;
}

/* Both ends of a connection may be among the finding's, and among the marked: it counts once for each that is marked.
 */
static size_t count_marked(struct inquiry *q, const struct finding *f, bool *marked)
{
	ARRAY(uint32_t) seen = { 0 };

	array_each (&f->sockets, s) {
		uint32_t ends[] = { *s, pair_of(q, *s) };
		for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
			if (ends[i] == SOCKET_NONE || !marked[ends[i]])
				continue;
			marked[ends[i]] = false;
			*array_push(&seen) = ends[i];
		}
	}
	array_each (&seen, s)
		marked[*s] = true;
	size_t count = seen.count;
	array_free(&seen);
	return count;
}

const struct finding *shares_holder(struct inquiry *q, const struct finding *f, const uint32_t *sockets, size_t count)
{
	cleanup(cleanup_free) bool *marked = mark(q, sockets, count);
	cleanup(cleanup_free) size_t *shared = memory_zeroed((q->findings.count + 1) * sizeof(*shared));
	size_t most = 0;

	array_each (&q->findings, other) {
		const struct finding *root = finding_root(q, other);
		if (other != f && root != f && !rule_of(other)->explains_no_socket)
			shared[root - q->findings.items] += count_marked(q, other, marked);
	}
	for (size_t i = 1; i < q->findings.count; i++)
		most = shared[i] > shared[most] ? i : most;
	return shared[most] && shared[most] * 2 >= count ? &q->findings.items[most] : NULL;
}
