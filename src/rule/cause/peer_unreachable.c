/* Nobody answers: a handshake (SYN_SENT), or an end of ours (FIN_WAIT1, LAST_ACK), is sent again and again. The
 * destination is dead, or something on the way drops without a word. A lost packet is none: each is sent again once. */
#include "rule/ground/texts.h"
#include "rule/ground/budgets.h"
#include "rule/ground/listeners.h"
#include "rule/rule.h"
#include "translated_ports.h"

enum {
	SYN_TIMES = 2, /* sent again after 1 s and after 3 s */
	FIN_TIMES = 4, /* 0.2 s doubled four times: more than 6 s */
	SEVERAL = 3,   /* so many lost their first SYN to one destination */
};

struct silence {
	uint64_t connecting, ending, again; /* sockets */
	unsigned syns, fins;                /* the most that one sent again */
};

/* A local listener with a full queue drops the handshake as well: that is listen-overflow. */
static bool peer_unreachable_suspect(struct inquiry *q, uint32_t socket)
{
	const struct moment *m = q->moment;
	const struct socket *s = &m->sockets.items[socket];
	uint32_t listener = s->state == STATE_SYN_SENT ? listener_at(q, s->netns, &s->peer) : SOCKET_NONE;

	return listener == SOCKET_NONE;
}

static struct silence silence_of(const struct moment *m, const struct finding *f)
{
	struct silence silence = { 0 };

	array_each (&f->sockets, at) {
		const struct socket *s = &m->sockets.items[*at];
		if (s->state == STATE_SYN_SENT) {
			silence.connecting++;
			silence.again += s->retransmits > 0;
			silence.syns = MAX(silence.syns, s->retransmits);
		} else {
			silence.ending++;
			silence.fins = MAX(silence.fins, (unsigned)MAX(s->retransmits, s->backoff));
		}
	}
	return silence;
}

static bool is_answered(struct inquiry *q, const struct socket *s, void *with)
{
	const struct silence *silence = with;
	bool connects = silence->syns >= SYN_TIMES || silence->again >= SEVERAL;

	return s->state == STATE_SYN_SENT ? connects : MAX(s->retransmits, s->backoff) >= FIN_TIMES;
}

static void peer_unreachable_tell(struct inquiry *q, struct finding *f, const struct silence *silence)
{
	if (silence->connecting)
		finding_evidence(q, f, "%s handshakes without an answer; the SYN was sent again up to %u times",
		                 count_text(q, silence->connecting), silence->syns);
	if (silence->ending)
		finding_evidence(q, f, "%s ends (FIN) without an answer, sent again up to %u times",
		                 count_text(q, silence->ending), silence->fins);
	finding_excludes(q, f, "peer-stalled", "not even an acknowledgement comes");
	finding_or_else(f, NULL, "something on the way drops the packets without a word (a firewall, a route)",
	                "traceroute, or tcpdump at the destination");
}

static bool peer_unreachable_check(struct inquiry *q, const struct suspects *g, struct finding *f)
{
	const struct moment *m = q->moment;
	struct silence silence = silence_of(m, f);

	finding_keep(q, f, is_answered, &silence);
	if (!f->count)
		return false;
	silence = silence_of(m, f);
	f->confidence = CONFIDENCE_LIKELY;
	if (f->subject == PROCESS_NONE)
		f->subject_why = "its program has closed them, the kernel still tries";
	peer_unreachable_tell(q, f, &silence);
	finding_now(f, "find out why the destination does not answer", NULL);
	finding_for_good(f, "give connect() a timeout of a few seconds, and wait longer after each failure", NULL);
	finding_more(f, "what it means", "unfin explain peer-unreachable");
	budgets_add(q, f);
	return true;
}

/* What waits for an answer from there has not got out of the NAT. */
static const struct finding *peer_unreachable_cause(struct inquiry *q, const struct finding *f)
{
	return translated_ports_towards(q, f->peer);
}

const struct rule rule_peer_unreachable = {
	.id = "peer-unreachable",
	.title = "gets no answer",
	.where = "state == syn_sent or (state == fin_wait1 or state == last_ack or state == closing) and "
	         "timer == retransmit and retransmits > 0",
	.suspect = peer_unreachable_suspect,
	.per = PER_OWNER_END,
	.check = peer_unreachable_check,
	.cause = peer_unreachable_cause,
};
