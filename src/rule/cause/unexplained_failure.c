/* No failure that was seen is passed over: what no other rule has named as a victim's call is told here, one finding
 * for each program, call and errno.
 *
 * What the network or the peer answers (refused, no route, no answer) is for information at most: monitors are refused
 * by what is not installed, clients try IPv6 first, and the program sees the answer itself. Any other error that keeps
 * coming back, and is never followed by a success, is a warning: something of this host stops the program, and unfin
 * does not know what. */
#include "rule/ground/failures.h"
#include "rule/ground/listeners.h"
#include "rule/ground/programs.h"
#include "rule/ground/texts.h"
#include "rule/rule.h"
#include <errno.h>

enum { KEEPS_FAILING = 3, TARGETS_SHOWN = 5 };

struct meaning {
	int error;
	bool answer;            /* of the network or the peer */
	const char *text, *fix; /* fix: NULL where it is the peer's or the network's */
};

static const struct meaning meanings[] = {
	{ ECONNREFUSED, true, "nobody listens there, or a firewall answers so" },
	{ ECONNRESET, true, "the peer reset the connection" },
	{ ECONNABORTED, true, "the connection ended while it was made" },
	{ ETIMEDOUT, true, "no answer came" },
	{ EHOSTUNREACH, true, "no host answers there" },
	{ ENETUNREACH, true, "there is no route to that network" },
	{ EACCES, false, "the process may not: a port below ip_unprivileged_port_start, or a security module",
	  "give it CAP_NET_BIND_SERVICE (AmbientCapabilities= in its unit), or a port from ip_unprivileged_port_start "
	  "on; else the security module's log says which rule it was" },
	{ EPERM, false, "a firewall rule or a security module of this host forbids it",
	  "find the rule that forbids it (nft list ruleset, the security module's log), and allow it or let the "
	  "program ask for something else" },
	{ EADDRINUSE, false, "what had the port was not seen: it may have gone by the last look",
	  "let it wait a second and try again, or find out what takes the port from time to time" },
	{ EADDRNOTAVAIL, false, "address and port were there at the last look",
	  "let it wait for the address before it starts (network-online.target), and try again" },
	{ EAFNOSUPPORT, false, "the address is of another family than the socket",
	  "open the socket with the family of its address" },
	{ EINVAL, false, "the socket was bound already, or the address is not of its kind",
	  "bind a socket once, to an address of its own family" },
	{ EMFILE, false, "the process has no descriptor left",
	  "close what it does not need any more, or allow more (LimitNOFILE=)" },
	{ ENFILE, false, "the host has no file left",
	  "find who has the files open (unfin limits), or raise fs.file-max" },
	{ ENOMEM, false, "the kernel has no memory for it", "free memory, or raise net.ipv4.tcp_mem (unfin limits)" },
	{ ENOBUFS, false, "the kernel has no memory for it", "free memory, or raise net.ipv4.tcp_mem (unfin limits)" },
};

static const struct meaning *meaning_of(int error)
{
	static const struct meaning unknown = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(meanings); i++)
		if (meanings[i].error == error)
			return &meanings[i];
	return &unknown;
}

/* No answer came from there, and a finding about that destination says so: it is the same story. */
static bool is_told_of_peer(struct inquiry *q, const struct failure *failure)
{
	if (failure->call != CALL_CONNECT || failure->error != ETIMEDOUT)
		return false;
	array_each (&q->findings, f)
		if (f->peer && streq(f->peer, failure_target(q, failure)))
			return true;
	return false;
}

/* A row for each failure of the moment. */
static bool *find_explained(struct inquiry *q)
{
	bool *explained = memory_zeroed(q->moment->failures.count + 1);

	array_each (&q->findings, f)
		array_each (&f->victims, v)
			explained[v->failure] = true;
	array_each (&q->moment->failures, failure)
		if (is_told_of_peer(q, failure))
			explained[failure - q->moment->failures.items] = true;
	return explained;
}

static bool same_kind(struct inquiry *q, const struct failure *a, const struct failure *b)
{
	const struct programs *programs = inquiry_programs(q);

	return a->call == b->call && a->error == b->error && a->netns == b->netns &&
	       program_of(programs, a->process) == program_of(programs, b->process);
}

/* Where nobody listens on an address of this very host, it can be said. */
static void tell_listener(struct inquiry *q, struct finding *f, const struct failure *failure)
{
	bool local = addr_is_loopback(&failure->target.addr);

	if (failure->error != ECONNREFUSED || !failure->target_known || !local)
		return;
	if (listener_at(q, failure->netns, &failure->target) == SOCKET_NONE)
		finding_evidence(q, f, "nobody listens on %s in this network namespace", failure_target(q, failure));
	finding_now(f, "start what should listen there, or stop what asks for it; who has the port",
	            arena_printf(q->arena, "unfin ports %u", failure->target.port));
}

static void tell_end(struct inquiry *q, struct finding *f, uint64_t passed)
{
	if (passed)
		finding_evidence(q, f, "the same call passed %s time%s meanwhile", count_text(q, passed),
		                 passed == 1 ? "" : "s");
	else
		finding_evidence(q, f, "the same call was not seen to pass");
}

static void tell_kind(struct inquiry *q, struct finding *f, const struct failure *first, uint64_t passed)
{
	const struct meaning *meaning = meaning_of(first->error);

	f->title = arena_printf(q->arena, "gets %s from %s()", error_text(q, first->error), call_name(first->call));
	f->severity = f->count >= KEEPS_FAILING && !passed && !meaning->answer ? SEVERITY_WARNING : SEVERITY_INFO;
	if (meaning->text)
		finding_evidence(q, f, "%s", meaning->text);
	tell_end(q, f, passed);
	tell_listener(q, f, first);
	if (meaning->fix)
		finding_for_good(f, meaning->fix, NULL);
	finding_more(f, "watch for longer", longer_watch(q, 0));
	finding_more(f, "what to look at", "unfin explain unexplained-failure");
}

static void unexplained_failure_take(struct inquiry *q, struct finding *f, const struct failure *failure)
{
	f->count += failure->count;
	if (failure->process != f->subject &&
	    (!f->others.count || f->others.items[f->others.count - 1] != failure->process))
		*array_push(&f->others) = failure->process;
	if (f->victims.count < TARGETS_SHOWN)
		finding_victim(q, f, failure)->copes = true; /* how grave it is, the rule says itself */
}

static void judge_kind(struct inquiry *q, const struct rule *rule, const struct failure *first, bool *explained)
{
	const struct moment *m = q->moment;
	struct finding *f = finding_new(q, rule->id, rule->title);
	size_t rows = 0;
	uint64_t passed = 0;

	f->netns = first->netns;
	f->subject = first->process;
	f->confidence = CONFIDENCE_CERTAIN;
	f->thing = "failed call";
	for (const struct failure *failure = first; failure < m->failures.items + m->failures.count; failure++) {
		size_t at = (size_t)(failure - m->failures.items);
		if (explained[at] || !same_kind(q, failure, first))
			continue;
		explained[at] = true;
		rows++;
		passed += failure->passed;
		unexplained_failure_take(q, f, failure);
	}
	f->ends = (uint32_t)rows;
	if (rows == 1 && first->target_known && first->call == CALL_CONNECT)
		f->peer = failure_target(q, first);
	else if (rows == 1 && first->target_known)
		f->listener = failure_target(q, first);
	tell_kind(q, f, first, passed);
	if (rows > f->victims.count)
		finding_evidence(q, f, "and %s more targets or processes", count_text(q, rows - f->victims.count));
}

static void unexplained_failure_judge(struct inquiry *q, const struct rule *rule)
{
	const struct moment *m = q->moment;
	cleanup(cleanup_free) bool *explained = find_explained(q);

	for (size_t i = 0; i < m->failures.count; i++)
		if (!explained[i])
			judge_kind(q, rule, &m->failures.items[i], explained);
}

const struct rule rule_unexplained_failure = {
	.id = "unexplained-failure",
	.title = "a call fails",
	.judge = unexplained_failure_judge,
	.explains_no_socket = true,
};
