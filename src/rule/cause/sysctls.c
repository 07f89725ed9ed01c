/* What each setting bears on, and what it really does.
 *
 * The kernel gives tcp_max_orphans and tcp_max_tw_buckets one number at boot, by its memory (tcp_init(),
 * net/ipv4/tcp.c): so each tells whether the other one was lowered. */
#include "sysctls.h"
#include "model/command.h"
#include "rule/ground/texts.h"
#include "rule/ground/listeners.h"
#include "rule/ground/steps.h"
#include "model/port/ports.h"
#include "model/port/relief.h"

enum {
	RESERVED_PERCENT = 75,
	NOTABLE_PERCENT = 5, /* of the ports */
	TINY_PART = 8,       /* less than an eighth of what the kernel had chosen */
	FIN_TIMEOUT_S = 60,
	SOMAXCONN = 4096, /* since 5.4 */
	RANGE_FIRST = 32768,
	RANGE_LAST = 60999,
	NAMED = 5,
};

static uint32_t range_ports(const struct netns *n)
{
	return (uint32_t)n->port_last - n->port_first + 1;
}

/* The list of reserved ports, meant for a few services, covers most of the range that it is cut out of. */
static bool reserved_holds(struct inquiry *q, uint32_t netns)
{
	const struct netns *n = &q->moment->netns.items[netns];
	uint64_t all = range_ports(n);

	return n->port_first && n->reserved && (all - ports_usable(n)) * 100 >= all * RESERVED_PERCENT;
}

/* `sysctl -w` lasts until the next boot; the line that set it lasts longer. */
static void advise_back(struct inquiry *q, struct finding *f, const char *text, const char *command)
{
	finding_now(f, text, command);
	finding_for_good(f, "remove the line that sets it",
	                 arena_printf(q->arena, "grep -rns %s /etc/sysctl.conf /etc/sysctl.d /usr/lib/sysctl.d",
	                              strrchr(f->setting, '.') + 1));
}

static void reserved_tell(struct inquiry *q, uint32_t netns, struct finding *f)
{
	const struct netns *n = &q->moment->netns.items[netns];
	uint32_t usable = ports_usable(n);

	finding_evidence(q, f, "of ports %u-%u only %s are left for connect() and bind(port 0): %s are reserved",
	                 n->port_first, n->port_last, count_text(q, usable), count_text(q, range_ports(n) - usable));
	finding_for_good(f, "reserve the ports of your listeners only, or widen net.ipv4.ip_local_port_range", NULL);
	finding_more(f, "what is left, to where", "unfin ports");
}

/* The next fixed port in the range that nothing keeps for its listener, from socket `from` on. */
static uint32_t next_unkept(struct inquiry *q, uint32_t netns, uint32_t from)
{
	const struct netns *n = &q->moment->netns.items[netns];

	for (uint32_t i = from; i < q->moment->sockets.count; i++) {
		const struct socket *s = &q->moment->sockets.items[i];
		if (s->state == STATE_LISTEN && s->netns == netns && socket_has(s, SOCKET_BOUND_PORT) &&
		    port_is_usable(n, s->local.port))
			return i;
	}
	return SOCKET_NONE;
}

static bool range_holds(struct inquiry *q, uint32_t netns)
{
	const struct netns *n = &q->moment->netns.items[netns];
	bool changed = n->port_first && (n->port_first != RANGE_FIRST || n->port_last != RANGE_LAST);

	return changed && next_unkept(q, netns, 0) != SOCKET_NONE;
}

static void range_tell(struct inquiry *q, uint32_t netns, struct finding *f)
{
	const struct netns *n = &q->moment->netns.items[netns];
	TEXT_CLEANUP who = { 0 }, ports = { 0 };
	unsigned count = 0;

	for (uint32_t i = next_unkept(q, netns, 0); i != SOCKET_NONE; i = next_unkept(q, netns, i + 1)) {
		const struct socket *s = &q->moment->sockets.items[i];
		const struct holder *h = moment_holder(q->moment, s->first_holder);
		text_printf(&ports, "%s%u", count ? "," : "", s->local.port);
		if (count++ >= NAMED)
			continue;
		text_printf(&who, "%s%s", who.length ? ", " : "", listener_text(q, s));
		if (h)
			text_printf(&who, " of %s", process_text(q, h->process));
	}
	if (count > NAMED)
		text_printf(&who, " and %u more", count - NAMED);
	finding_evidence(q, f, "%u-%u has the fixed ports of listeners in it: %s", n->port_first, n->port_last,
	                 who.bytes);
	finding_evidence(q, f, "while one restarts, connect() may give its port to a client: then it cannot bind()");
	finding_now(f, "reserve them", port_reserve_command(n, ports.bytes, q->arena));
	advise_keep(q, f, "net.ipv4.ip_local_reserved_ports");
	finding_for_good(f, "or narrow the range in the file of /etc/sysctl.d that widens it", NULL);
}

static bool fin_timeout_holds(struct inquiry *q, uint32_t netns)
{
	const struct netns *n = &q->moment->netns.items[netns];

	return n->fin_timeout_s && n->fin_timeout_s < FIN_TIMEOUT_S && ports_usable(n) &&
	       n->time_waits * 100 >= (uint64_t)ports_usable(n) * NOTABLE_PERCENT;
}

static void fin_timeout_tell(struct inquiry *q, uint32_t netns, struct finding *f)
{
	const struct netns *n = &q->moment->netns.items[netns];

	finding_evidence(q, f,
	                 "it is %llu s, and the %s TIME-WAITs here last 60 s as ever: that is fixed in the kernel",
	                 (unsigned long long)n->fin_timeout_s, count_text(q, n->time_waits));
	finding_evidence(q, f, "what it ends sooner is FIN-WAIT-2 that its program has closed");
	advise_back(q, f, "set it back, unless it is meant for peers that do not finish",
	            "sysctl -w net.ipv4.tcp_fin_timeout=60");
}

static bool is_tiny(uint64_t value, uint64_t sibling)
{
	return value && value < sibling / TINY_PART;
}

/* Where it bites now, time-wait-overflow says so. */
static bool buckets_hold(struct inquiry *q, uint32_t netns)
{
	const struct netns *n = &q->moment->netns.items[netns];

	return is_tiny(n->max_time_waits, q->moment->limits.orphans_limit) &&
	       n->totals.time_wait_overflows == n->before.time_wait_overflows && n->time_waits < n->max_time_waits;
}

static void buckets_tell(struct inquiry *q, uint32_t netns, struct finding *f)
{
	const struct netns *n = &q->moment->netns.items[netns];

	finding_evidence(q, f,
	                 "it is %s: beyond it a connection ends at close(), and late segments of it may hit the next",
	                 count_text(q, n->max_time_waits));
	if (n->totals.time_wait_overflows)
		finding_evidence(q, f, "%s skipped TIME-WAIT since the namespace began",
		                 connections_text(q, n->totals.time_wait_overflows));
	finding_evidence(q, f, "a TIME-WAIT costs a few hundred bytes, and a port of one destination only");
	advise_back(q, f, "set it back to what the kernel had chosen; tcp_max_orphans still has that number",
	            arena_printf(q->arena, "sysctl -w net.ipv4.tcp_max_tw_buckets=%llu",
	                         (unsigned long long)q->moment->limits.orphans_limit));
}

static bool orphans_hold(struct inquiry *q, uint32_t netns)
{
	const struct netns *n = &q->moment->netns.items[netns];
	const struct host_limits *l = &q->moment->limits;

	return is_tiny(l->orphans_limit, n->max_time_waits) && l->orphans_used < l->orphans_limit;
}

static void orphans_tell(struct inquiry *q, uint32_t netns, struct finding *f)
{
	const struct netns *n = &q->moment->netns.items[netns];

	finding_evidence(q, f,
	                 "it is %s for the whole host: beyond it close() resets the connection, unsent data is lost",
	                 count_text(q, q->moment->limits.orphans_limit));
	advise_back(q, f, "set it back to what the kernel had chosen; tcp_max_tw_buckets still has that number",
	            arena_printf(q->arena, "sysctl -w net.ipv4.tcp_max_orphans=%llu",
	                         (unsigned long long)n->max_time_waits));
}

static bool timestamps_hold(struct inquiry *q, uint32_t netns)
{
	const struct netns *n = &q->moment->netns.items[netns];

	return n->tw_reuse == 1 && !n->timestamps;
}

static void timestamps_tell(struct inquiry *q, uint32_t netns, struct finding *f)
{
	finding_evidence(q, f,
	                 "tcp_tw_reuse=1 is set, and works by timestamps: without them no TIME-WAIT is taken over");
	advise_back(q, f, "turn them on again", "sysctl -w net.ipv4.tcp_timestamps=1");
}

static bool abort_holds(struct inquiry *q, uint32_t netns)
{
	const struct netns *n = &q->moment->netns.items[netns];

	return n->abort_on_overflow && n->totals.listen_overflows;
}

static void abort_tell(struct inquiry *q, uint32_t netns, struct finding *f)
{
	const struct netns *n = &q->moment->netns.items[netns];

	finding_evidence(q, f,
	                 "a client that meets a full accept queue is reset, and would have been served a moment later");
	finding_evidence(q, f, "queues were full %s times since the namespace began, %s of them while watched",
	                 count_text(q, n->totals.listen_overflows),
	                 count_text(q, n->totals.listen_overflows - n->before.listen_overflows));
	advise_back(q, f, "turn it off: the client's kernel tries again by itself",
	            "sysctl -w net.ipv4.tcp_abort_on_overflow=0");
}

/* The kernel cuts listen()'s backlog without a word: a queue that is exactly so long, and too short. */
static uint32_t cut_listener(struct inquiry *q, uint32_t netns)
{
	const struct netns *n = &q->moment->netns.items[netns];

	if (!n->somaxconn || n->somaxconn >= SOMAXCONN || n->totals.listen_overflows == n->before.listen_overflows)
		return SOCKET_NONE;
	for (uint32_t i = 0; i < q->moment->sockets.count; i++) {
		const struct socket *s = &q->moment->sockets.items[i];
		if (s->state == STATE_LISTEN && s->netns == netns && s->send_q == n->somaxconn &&
		    socket_has(s, SOCKET_DROPPED))
			return i;
	}
	return SOCKET_NONE;
}

static bool somaxconn_holds(struct inquiry *q, uint32_t netns)
{
	return cut_listener(q, netns) != SOCKET_NONE;
}

static void somaxconn_tell(struct inquiry *q, uint32_t netns, struct finding *f)
{
	const struct socket *s = &q->moment->sockets.items[cut_listener(q, netns)];

	f->confidence = CONFIDENCE_LIKELY; /* it may have asked for just that */
	finding_evidence(q, f,
	                 "the queue of %s is %s long, which is all that the setting lets listen() have, and overflowed",
	                 listener_text(q, s), count_text(q, s->send_q));
	advise_back(q, f, "set it back, and restart the program: its listen() then asks again",
	            "sysctl -w net.core.somaxconn=4096");
}

static bool recycle_holds(struct inquiry *q, uint32_t netns)
{
	return q->moment->recycle_set_in != NULL;
}

static void recycle_tell(struct inquiry *q, uint32_t netns, struct finding *f)
{
	finding_evidence(q, f,
	                 "%s sets it, and this kernel has no such setting: it went with 4.12, for it dropped clients "
	                 "behind one NAT address",
	                 q->moment->recycle_set_in);
	finding_for_good(f, "remove the line",
	                 command_path_is_plain(q->moment->recycle_set_in)
	                         ? arena_printf(q->arena, "grep -n tcp_tw_recycle %s", q->moment->recycle_set_in)
	                         : NULL);
}

const struct sysctl_row sysctl_rows[] = {
	{ "net.ipv4.ip_local_reserved_ports", "ip_local_reserved_ports takes most of the range of local ports",
	  reserved_holds, reserved_tell, false },
	{ "net.ipv4.ip_local_port_range",
	  "ip_local_port_range has fixed ports of listeners in it that are not reserved", range_holds, range_tell,
	  false },
	{ "net.ipv4.tcp_fin_timeout", "tcp_fin_timeout was lowered, and does nothing about TIME-WAIT",
	  fin_timeout_holds, fin_timeout_tell, false },
	{ "net.ipv4.tcp_max_tw_buckets", "tcp_max_tw_buckets was lowered: TIME-WAIT's protection is at stake",
	  buckets_hold, buckets_tell, false },
	{ "net.ipv4.tcp_max_orphans", "tcp_max_orphans was lowered: close() may lose data", orphans_hold, orphans_tell,
	  true },
	{ "net.ipv4.tcp_timestamps", "tcp_timestamps=0 turns tcp_tw_reuse off", timestamps_hold, timestamps_tell,
	  false },
	{ "net.ipv4.tcp_abort_on_overflow", "tcp_abort_on_overflow resets clients at a full queue", abort_holds,
	  abort_tell, false },
	{ "net.core.somaxconn", "somaxconn is what makes an accept queue short", somaxconn_holds, somaxconn_tell,
	  false },
	{ "net.ipv4.tcp_tw_recycle", "tcp_tw_recycle is set in a file, and is no setting any more", recycle_holds,
	  recycle_tell, true },
	{ 0 },
};
