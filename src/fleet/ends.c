#include "ends.h"

static enum agreement sequences_agree(const struct fleet_end *a, const struct fleet_end *b)
{
	if (a->sequence == b->sequence)
		return AGREE_YES;
	if ((a->sequence_unended && a->sequence_unended == b->sequence) ||
	    (b->sequence_unended && b->sequence_unended == a->sequence) ||
	    (a->sequence_unended && a->sequence_unended == b->sequence_unended))
		return AGREE_FIN;
	return AGREE_NO;
}

/* What is acknowledged counts the SYN of who connects, and the FIN; what is received counts the FIN (tcp_ack(),
 * tcp_rcv_nxt_update(); measured). So a difference of one is the SYN. */
static bool bytes_agree(const struct fleet_end *from, const struct fleet_end *to)
{
	uint32_t sent = from->acked - (from->state == STATE_FIN_WAIT2);
	uint32_t got = to->received - end_is_in(to, END_GOT_FIN);

	return sent - got <= 1;
}

static enum agreement bytes_say(const struct fleet_end *a, const struct fleet_end *b)
{
	if (!(a->flags & b->flags & END_BYTES))
		return AGREE_UNKNOWN;
	if (!bytes_agree(a, b) || !bytes_agree(b, a))
		return AGREE_NO;
	bool odd = (end_is_in(a, END_GOT_FIN) && !end_is_in(b, END_SENT_FIN)) ||
	           (end_is_in(b, END_GOT_FIN) && !end_is_in(a, END_SENT_FIN));
	return odd ? AGREE_FIN : AGREE_YES;
}

/* Some firewalls give a connection other numbers on their way: then its bytes are the same all the same. Of one that
 * has carried nothing, that says nothing. */
enum agreement ends_agree(const struct fleet *f, const struct fleet_end *a, const struct fleet_end *b)
{
	const uint64_t key = f->looks.items[a->look].key_id;
	enum agreement bytes = bytes_say(a, b);

	if (!a->sequence || !b->sequence || key != f->looks.items[b->look].key_id)
		return bytes;
	enum agreement numbers = sequences_agree(a, b);
	bool carried = a->received > 1 || b->received > 1;
	return numbers == AGREE_NO && carried && bytes != AGREE_UNKNOWN ? bytes : numbers;
}
