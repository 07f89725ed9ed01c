/* The rules by rank: roots before effects. */
#include "rule.h"

#define RULES(_)                                                                                                       \
	_(hung_owner)                                                                                                  \
	_(half_closed)                                                                                                 \
	_(inherited_fd)                                                                                                \
	_(stale_pool)                                                                                                  \
	_(never_closed)                                                                                                \
	_(ownerless)                                                                                                   \
	_(unread_data)                                                                                                 \
	_(slow_handler)                                                                                                \
	_(port_taken)                                                                                                  \
	_(connection_churn)                                                                                            \
	_(ports_exhausted)                                                                                             \
	_(fd_limit)                                                                                                    \
	_(accept_queue)                                                                                                \
	_(listen_overflow)                                                                                             \
	_(conntrack_full)                                                                                              \
	_(time_wait_overflow)                                                                                          \
	_(orphan_limit)                                                                                                \
	_(tcp_memory)                                                                                                  \
	_(bad_sysctl)                                                                                                  \
	_(peer_stalled)                                                                                                \
	_(half_open)                                                                                                   \
	_(peer_never_closes)                                                                                           \
	_(peer_unreachable)

#define DECLARE(name) extern const struct rule rule_##name;
RULES(DECLARE)

#define NAME(name) &rule_##name,
const struct rule *const rules[] = { RULES(NAME) NULL };

unsigned rule_rank(const char *id)
{
	unsigned rank = 0;

	while (rules[rank] && !streq(rules[rank]->id, id))
		rank++;
	return rank;
}
