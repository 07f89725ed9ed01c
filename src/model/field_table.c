/* The rows, and how each value is read. Order: as JSON has them, then those for expressions and columns alone. */
#include "field.h"

#define GETTER(name)                                                                                                   \
	static struct value get_##name(const struct field *f, const struct moment *m, const struct socket *s,          \
	                               const struct holder *h)

static const struct value unknown = { .kind = VALUE_NONE };

static const struct process *process_of(const struct moment *m, const struct holder *h)
{
	return &m->processes.items[h->process];
}

static struct value number_or_unknown(uint64_t number)
{
	return number ? value_number(number) : unknown;
}

static struct value word(const char *name)
{
	return name ? (struct value){ .kind = VALUE_WORD, .text = name } : unknown;
}

static struct value endpoint(enum value_kind kind, const struct endpoint *e)
{
	return (struct value){ .kind = kind, .endpoint = *e };
}

static struct value duration(uint64_t low, uint64_t high)
{
	return (struct value){ .kind = VALUE_DURATION, .range = { low, high } };
}

GETTER(state)
{
	return (struct value){ .kind = VALUE_STATE, .number = s->state };
}

/* The one it has now, as getsockname() says it: a dead connection has given its port back. */
static uint16_t port_now(const struct socket *s)
{
	return socket_has(s, SOCKET_PORT_LOST) ? 0 : s->local.port;
}

GETTER(local)
{
	struct endpoint now = { .addr = s->local.addr, .port = port_now(s) };

	return endpoint(VALUE_ENDPOINT, &now);
}

GETTER(local_address)
{
	return endpoint(VALUE_ADDRESS, &s->local);
}

GETTER(local_port)
{
	return value_number(port_now(s));
}

GETTER(peer)
{
	return endpoint(VALUE_ENDPOINT, &s->peer);
}

GETTER(peer_address)
{
	return endpoint(VALUE_ADDRESS, &s->peer);
}

GETTER(peer_port)
{
	return value_number(s->peer.port);
}

GETTER(family)
{
	return word(s->local.addr.v6 ? "inet6" : "inet");
}

GETTER(role)
{
	return word(role_name(s->role));
}

GETTER(unowned)
{
	return word(unowned_name(s->unowned));
}

GETTER(flag)
{
	return (struct value){ .kind = VALUE_YESNO, .number = socket_has(s, f->flag) };
}

GETTER(eof_unread)
{
	return (struct value){ .kind = VALUE_YESNO, .number = socket_eof_unread(s) };
}

/* Its figures. */
GETTER(recv_q)
{
	return value_number(s->recv_q);
}

GETTER(send_q)
{
	return value_number(s->send_q);
}

GETTER(retransmits)
{
	return value_number(s->retransmits);
}

GETTER(timer)
{
	static const char *const names[] = { NULL, "retransmit", "keepalive", "time_wait", "probe" };

	return word(s->timer < ARRAY_SIZE(names) ? names[s->timer] : NULL);
}

/* Its times. */
GETTER(age)
{
	struct age age = socket_age(s);

	return age.basis == AGE_UNKNOWN ? unknown : duration(age.min_ms, age.max_ms);
}

/* By the lower bound: it is at least so old. */
GETTER(age_class)
{
	struct age age = socket_age(s);
	uint64_t least = age_class_ms(age.min_ms);

	return age.basis == AGE_UNKNOWN ? unknown : duration(least, least);
}

GETTER(age_basis)
{
	static const char *const names[] = { [AGE_RANGE] = "range", [AGE_EXACT] = "exact" };

	return word(names[socket_age(s).basis]);
}

GETTER(age_min)
{
	struct age age = socket_age(s);

	return age.basis == AGE_UNKNOWN ? unknown : duration(age.min_ms, age.min_ms);
}

GETTER(age_max)
{
	struct age age = socket_age(s);

	return age.basis == AGE_UNKNOWN || age.max_ms == UINT64_MAX ? unknown : duration(age.max_ms, age.max_ms);
}

static struct value since(const struct socket *s, uint32_t ms)
{
	return socket_has(s, SOCKET_TIMES_KNOWN) ? duration(ms, ms) : unknown;
}

GETTER(since_data)
{
	return since(s, s->since_data_ms);
}

GETTER(since_ack)
{
	return since(s, s->since_ack_ms);
}

GETTER(since_sent)
{
	return since(s, s->since_sent_ms);
}

/* Whose it is. A small socket of the kernel (TIME_WAIT) has forgotten its user. */
GETTER(uid)
{
	return s->timer == TIMER_TIME_WAIT ? unknown : value_number(s->uid);
}

GETTER(inode)
{
	return number_or_unknown(s->inode);
}

GETTER(cookie)
{
	return number_or_unknown(s->cookie);
}

GETTER(cgroup)
{
	return number_or_unknown(s->cgroup);
}

GETTER(netns)
{
	if (s->netns == NETNS_UNKNOWN)
		return unknown;
	const struct netns *n = &m->netns.items[s->netns];
	return (struct value){ .kind = VALUE_NAMED, .named = { n->inode, n->name } };
}

GETTER(netns_name)
{
	return s->netns == NETNS_UNKNOWN ? unknown : value_text(m->netns.items[s->netns].name);
}

GETTER(holders)
{
	return (struct value){ .kind = VALUE_HOLDERS, .holders = { m, s } };
}

GETTER(pid)
{
	return h ? value_number(process_of(m, h)->pid) : unknown;
}

GETTER(fd)
{
	return h ? value_number(h->fd) : unknown;
}

GETTER(comm)
{
	return h ? value_text(process_of(m, h)->comm) : unknown;
}

GETTER(started_at)
{
	uint64_t at = h ? process_of(m, h)->start_unix_ms : 0;

	return at ? (struct value){ .kind = VALUE_TIME, .number = at } : unknown;
}

GETTER(cmdline)
{
	return h ? value_text(process_of(m, h)->cmdline) : unknown;
}

GETTER(exe)
{
	return h ? value_text(process_of(m, h)->exe) : unknown;
}

GETTER(user)
{
	return h ? value_text(process_of(m, h)->user) : unknown;
}

GETTER(unit)
{
	return h ? value_text(process_of(m, h)->unit) : unknown;
}

GETTER(container)
{
	if (!h || !process_of(m, h)->container)
		return unknown;
	return (struct value){ .kind = VALUE_CONTAINER, .process = process_of(m, h) };
}

GETTER(pod)
{
	return h ? value_text(process_of(m, h)->pod) : unknown;
}

static const char *const age_bases[] = { "exact", "range", NULL };
static const char *const families[] = { "inet", "inet6", NULL };
static const char *const roles[] = { "client", "server", "listener", NULL };
static const char *const timers[] = { "retransmit", "keepalive", "time_wait", "probe", NULL };
static const char *const reasons[] = { "time_wait", "not_accepted", "request", "orphan",  "in_flight",
	                               "io_uring",  "kernel",       "hidden",  "unknown", NULL };

#define KIND(which, getter)  .kind = VALUE_##which, .get = get_##getter
#define WORDS(list, getter)  .kind = VALUE_WORD, .words = list, .get = get_##getter
#define FLAG(bit)            .kind = VALUE_YESNO, .flag = SOCKET_##bit, .get = get_flag
#define FLAG_AS(bit, getter) .kind = VALUE_YESNO, .flag = SOCKET_##bit, .get = get_##getter
#define HOLDER               .of_holder = true
#define DETAIL               .of_holder = true, .wants = WANT_DETAILS
#define JSON                 .json = true
#define COLUMN(place)        .column = place
#define WIDE(place)          .column = place, .wide = true
#define RIGHT                .right = true

/* clang-format off: a table is read by its columns */
static const struct field table[] = {
	{ "state", NULL, "State", "close-wait, CLOSE_WAIT, CloseWait: any spelling", KIND(STATE, state), JSON,
	  COLUMN(1) },
	{ "local_address", NULL, "Local Address", "10.0.0.1, ::1; `in 10.0.0.0/8`", KIND(ADDRESS, local_address),
	  JSON },
	{ "local_port", NULL, "Local Port", "0 to 65535", KIND(NUMBER, local_port), JSON, RIGHT },
	{ "peer_address", NULL, "Peer Address", "of the other end", KIND(ADDRESS, peer_address), JSON },
	{ "peer_port", NULL, "Peer Port", "of the other end", KIND(NUMBER, peer_port), JSON, RIGHT },
	{ "recv_q", NULL, "Recv-Q", "bytes not read yet; of a listener: connections not accepted yet",
	  KIND(NUMBER, recv_q), JSON, COLUMN(2), RIGHT },
	{ "send_q", NULL, "Send-Q", "bytes not acknowledged yet; of a listener: the most that may wait",
	  KIND(NUMBER, send_q), JSON, COLUMN(3), RIGHT },
	{ "age_ms", "age", "Age", "time in this state: 90s, 5m, 2h, 1d", KIND(DURATION, age), JSON, COLUMN(6), RIGHT },
	{ "age_basis", NULL, "Age Basis", "exact or range", WORDS(age_bases, age_basis), JSON },
	{ "age_min_ms", "age_min", "Age Min", "it is at least this old", KIND(DURATION, age_min), JSON, RIGHT },
	{ "age_max_ms", "age_max", "Age Max", "it is at most this old", KIND(DURATION, age_max), JSON, RIGHT },
	{ "role", NULL, "Role", "client, server or listener", WORDS(roles, role), JSON, WIDE(7),
	  .wants = WANT_BUCKETS },
	{ "holders", NULL, "Process", "how many descriptors refer to it", KIND(HOLDERS, holders), JSON, COLUMN(90) },
	{ "unowned", NULL, "Unowned", "why no process holds it", WORDS(reasons, unowned), JSON },
	{ "uid", NULL, "Uid", "user of the socket: 1000, www-data", KIND(NUMBER, uid), JSON, WIDE(8), RIGHT,
	  .named_by = "user" },
	{ "inode", NULL, "Inode", "of its file", KIND(NUMBER, inode), JSON, RIGHT },
	{ "cookie", NULL, "Cookie", "the kernel's name for it, as in ss -e", KIND(NUMBER, cookie), JSON, RIGHT },
	{ "netns", NULL, "Netns", "network namespace: its inode, or its name", KIND(NAMED, netns), JSON, WIDE(9), RIGHT,
	  .named_by = "netns_name" },
	{ "cgroup", NULL, "Cgroup", "cgroup v2 id", KIND(NUMBER, cgroup), JSON, RIGHT },
	{ "unit", NULL, "Unit", "systemd unit of a holder", KIND(TEXT, unit), DETAIL, JSON, WIDE(10) },
	{ "container", NULL, "Container", "name or id", KIND(CONTAINER, container), DETAIL, JSON, WIDE(11) },

	{ "local", NULL, "Local Address:Port", "127.0.0.1:80, [::1]:80, 127.0.0.1 or :80", KIND(ENDPOINT, local),
	  COLUMN(4) },
	{ "peer", NULL, "Peer Address:Port", "of the other end", KIND(ENDPOINT, peer), COLUMN(5) },
	{ "family", NULL, "Family", "inet or inet6", WORDS(families, family) },
	{ "pid", NULL, "Pid", "of a holder", KIND(NUMBER, pid), HOLDER, RIGHT },
	{ "fd", NULL, "Fd", "number of a holder's descriptor", KIND(NUMBER, fd), HOLDER, RIGHT },
	{ "comm", NULL, "Comm", "name of a holder's process", KIND(TEXT, comm), HOLDER },
	{ "started_at", NULL, "Started", "when a holder's process started: 2026-01-31T12:00:00Z",
	  KIND(TIME, started_at), HOLDER },
	{ "cmdline", NULL, "Command Line", "of a holder", KIND(TEXT, cmdline), DETAIL },
	{ "exe", NULL, "Exe", "path of a holder's program", KIND(TEXT, exe), DETAIL },
	{ "user", NULL, "User", "user of a holder", KIND(TEXT, user), DETAIL },
	{ "pod", NULL, "Pod", "Kubernetes pod of a holder: shop/api-0, api-0", KIND(TEXT, pod), DETAIL,
	  .qualified = true },
	{ "netns_name", NULL, "Netns Name", "as `ip netns` has it", KIND(TEXT, netns_name) },
	{ "since_data_ms", "since_data", "Last Data", "since the last data arrived", KIND(DURATION, since_data),
	  RIGHT },
	{ "since_ack_ms", "since_ack", "Last Ack", "since the last segment arrived", KIND(DURATION, since_ack), RIGHT },
	{ "since_sent_ms", "since_sent", "Last Sent", "since the last data was sent", KIND(DURATION, since_sent),
	  RIGHT },
	{ "age_class_ms", "age_class", "Age Class", "the largest of 0, 1s, 2s, 5s, 10s … 1d, 2d … that it is at least",
	  KIND(DURATION, age_class), RIGHT },
	{ "timer", NULL, "Timer", "which timer of the kernel runs", WORDS(timers, timer) },
	{ "retransmits", NULL, "Retrans", "retransmissions without an answer", KIND(NUMBER, retransmits), RIGHT },
	{ "keepalive", NULL, "Keepalive", "SO_KEEPALIVE is on", FLAG(KEEPALIVE) },
	{ "reuseaddr", NULL, "Reuseaddr", "SO_REUSEADDR is on", FLAG(REUSEADDR) },
	{ "reuseport", NULL, "Reuseport", "SO_REUSEPORT is on", FLAG(REUSEPORT) },
	{ "v6only", NULL, "V6only", "IPV6_V6ONLY is on", FLAG(V6ONLY) },
	{ "mptcp", NULL, "Mptcp", "a connection of Multipath TCP", FLAG(MPTCP) },
	{ "subflow", NULL, "Subflow", "a part of one that is listed itself", FLAG(SUBFLOW) },
	{ "bound_port", NULL, "Bound Port", "bind() chose the port, not connect()", FLAG(BOUND_PORT) },
	{ "eof_unread", NULL, "Eof Unread", "the peer's FIN has not been read", FLAG_AS(EOF_UNREAD, eof_unread) },
	{ "zero_window", NULL, "Zero Window", "the peer has no room for our data", FLAG(PEER_WINDOW_ZERO) },
	{ "recv_full", NULL, "Recv Full", "what is unread fills our buffer", FLAG(RECV_FULL) },
	{ "dead", NULL, "Dead", "the connection is gone, the descriptor is still held", FLAG(WAS_CONNECTED) },
	{ NULL },
};
/* clang-format on */

const struct field *field_table(void)
{
	return table;
}
