/* The peer shut down its sending side and ours is still sending: legitimate (RFC 9293, 3.6.1). Never a fault. What
 * proves it is data of ours that the peer acknowledged during the window; bytes that only wait prove nothing. */
#include "rule/ground/close_wait.h"
#include "rule/rule.h"
#include "rule/ground/texts.h"

/* While it was half closed: what was acknowledged before the FIN came, in the same window, proves nothing. */
static bool progressed(struct inquiry *q, const struct socket *s, void *with)
{
	return socket_has(s, SOCKET_SENT) && !socket_has(s, SOCKET_NEW | SOCKET_STATE_NEW);
}

static bool half_closed_check(struct inquiry *q, const struct suspects *g, struct finding *f)
{
	const struct moment *m = q->moment;

	finding_keep(q, f, progressed, NULL);
	if (!f->count)
		return false;
	f->confidence = CONFIDENCE_CERTAIN;
	finding_evidence(q, f, "the peer acknowledged data of ours in the %s watched: the transfer goes on",
	                 duration_text(q, m->window.ms));
	finding_excludes(q, f, "never-closed", "the connection is in use");
	finding_more(f, "nothing to do", "unfin explain half-closed");
	return true;
}

const struct rule rule_half_closed = {
	.id = "half-closed",
	.title = "still sends on connections whose peers have finished sending: as it should be",
	.where = "state == close-wait and pid != -",
	.per = PER_OWNER_END,
	.check = half_closed_check,
	.explains_no_socket = true,
};
