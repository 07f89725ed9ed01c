#include "strip.h"
#include "base/json.h"
#include "model/port/ports.h"
#include "view/document.h"

enum { CELLS = 256, PORTS = 1 << 16, STRIPS_MOST = 64 };

/* What says most stands last. */
enum port_use { USE_FREE, USE_RESERVED, USE_TIME_WAIT, USE_OPEN, USE_UNFINISHED, USE_LISTENING, USES };
static const char *const use_names[USES] = { "free", "reserved", "time_wait", "open", "unfinished", "listening" };

struct strip {
	const struct netns *n;
	uint8_t *use; /* of each of the ports: enum port_use */
	uint64_t taken;
};

typedef ARRAY(struct strip) strip_list;

static enum port_use use_of(enum tcp_state state)
{
	switch (state) {
	case STATE_LISTEN:
		return USE_LISTENING;
	case STATE_TIME_WAIT:
		return USE_TIME_WAIT;
	case STATE_CLOSE_WAIT:
	case STATE_LAST_ACK:
	case STATE_CLOSING:
	case STATE_FIN_WAIT1:
	case STATE_FIN_WAIT2:
		return USE_UNFINISHED;
	default:
		return USE_OPEN;
	}
}

static void strip_begin(strip_list *strips, const struct netns *n)
{
	struct strip *s = array_push(strips);

	*s = (struct strip){ n, memory_zeroed(PORTS), 0 };
	for (uint32_t port = n->port_first; port <= n->port_last; port++)
		s->use[port] = port_is_reserved(n, port) ? USE_RESERVED : USE_FREE;
}

static bool is_within(const struct netns *n, const struct socket *s)
{
	return !socket_has(s, SOCKET_PORT_LOST) && s->local.port >= n->port_first && s->local.port <= n->port_last;
}

static void strip_take(struct strip *strip, const struct socket *s)
{
	uint8_t *use = &strip->use[s->local.port];

	if (!is_within(strip->n, s))
		return;
	strip->taken += *use <= USE_RESERVED;
	*use = MAX(*use, (uint8_t)use_of(s->state));
}

static void strips_fill(strip_list *strips, const struct moment *m, const struct filter *filter)
{
	cleanup(cleanup_free) struct strip **of = memory_zeroed((m->netns.count + 1) * sizeof(struct strip *));

	array_each (strips, s)
		of[s->n - m->netns.items] = s;
	array_each (&m->sockets, s)
		if (s->netns != NETNS_UNKNOWN && of[s->netns] && filter_match(filter, m, s))
			strip_take(of[s->netns], s);
}

static void json_cells(struct json *j, const struct strip *s, enum port_use use, uint32_t cells)
{
	const struct netns *n = s->n;
	uint32_t ports = (uint32_t)n->port_last - n->port_first + 1;
	uint32_t counts[CELLS] = { 0 };

	for (uint32_t port = n->port_first; port <= n->port_last; port++)
		counts[(uint64_t)(port - n->port_first) * cells / ports] += s->use[port] == use;
	json_array_begin(j, use_names[use]);
	for (uint32_t i = 0; i < cells; i++)
		json_u64(j, NULL, counts[i]);
	json_array_end(j);
}

static void json_strip(struct json *j, const struct strip *s)
{
	uint32_t cells = MIN((uint32_t)s->n->port_last - s->n->port_first + 1, (uint32_t)CELLS);

	json_object_begin(j, NULL);
	json_u64(j, "netns", s->n->inode);
	json_text(j, "name", s->n->name);
	json_bool(j, "self", s->n->self);
	json_u64(j, "first", s->n->port_first);
	json_u64(j, "last", s->n->port_last);
	json_u64(j, "taken", s->taken);
	json_u64(j, "usable", ports_usable(s->n));
	json_u64(j, "cells", cells);
	for (enum port_use use = USE_FREE; use < USES; use++)
		json_cells(j, s, use, cells);
	json_object_end(j);
}

static int compare_strips(const void *a, const void *b)
{
	const struct strip *x = a, *y = b;

	return CMP(y->taken, x->taken) ?: CMP(x->n->inode, y->n->inode);
}

void strip_json(struct text *out, const struct moment *m, const struct filter *filter)
{
	struct json j = JSON(out, false);
	strip_list strips = { 0 };

	array_each (&m->netns, n)
		if (n->in_scope && n->port_first && strips.count < STRIPS_MOST)
			strip_begin(&strips, n);
	strips_fill(&strips, m, filter);
	array_sort(&strips, compare_strips);
	document_begin(&j, "strip", m);
	document_age_classes(&j);
	json_array_begin(&j, "strips");
	array_each (&strips, s)
		json_strip(&j, s);
	json_array_end(&j);
	document_end(&j);
	array_each (&strips, s)
		free(s->use);
	array_free(&strips);
}
