/* What two ends say of each other. Pure. */
#pragma once
#include "fleet.h"

enum agreement {
	AGREE_UNKNOWN, /* neither numbers nor bytes can be compared */
	AGREE_YES,     /* all that one sent the other has, and nothing more */
	AGREE_FIN,     /* the same, but for a FIN that one got and the other did not send (or both did not) */
	AGREE_NO,
};

/* By sequence numbers if both have them under one key, else by bytes. */
enum agreement ends_agree(const struct fleet *f, const struct fleet_end *a, const struct fleet_end *b);

static inline bool end_is_in(const struct fleet_end *e, unsigned states)
{
	return states >> e->state & 1;
}

/* The peer's FIN has come; ours has gone out. */
#define END_GOT_FIN (1U << STATE_CLOSE_WAIT | 1U << STATE_LAST_ACK | 1U << STATE_CLOSING | 1U << STATE_TIME_WAIT)
#define END_SENT_FIN                                                                                                   \
	(1U << STATE_FIN_WAIT1 | 1U << STATE_FIN_WAIT2 | 1U << STATE_LAST_ACK | 1U << STATE_CLOSING |                  \
	 1U << STATE_TIME_WAIT)

/* How long nothing has been sent or received; UINT32_MAX: not known. */
static inline uint32_t end_quiet_ms(const struct fleet_end *e)
{
	return e->flags & END_TIMES ? MIN(e->since_data_ms, e->since_sent_ms) : UINT32_MAX;
}

/* A key under which sequence numbers of different fleets never meet; 0: the end has none. */
static inline uint64_t end_sequence_key(const struct fleet *f, const struct fleet_end *e, uint64_t sequence)
{
	return sequence ? sequence ^ f->looks.items[e->look].key_id : 0;
}
