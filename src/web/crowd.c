#include "crowd.h"
#include "base/memory.h"
#include <sys/socket.h>

struct guest {
	struct MHD_Connection *connection;
	struct guest *before, *after;
	bool busy, ended;
};

void crowd_init(struct crowd *c, size_t most)
{
	*c = (struct crowd){ .most = most };
}

static void take_out(struct crowd *c, struct guest *g)
{
	*(g->before ? &g->before->after : &c->first) = g->after;
	*(g->after ? &g->after->before : &c->last) = g->before;
}

static void put_last(struct crowd *c, struct guest *g)
{
	g->before = c->last;
	g->after = NULL;
	*(c->last ? &c->last->after : &c->first) = g;
	c->last = g;
}

/* The library closes it when it finds it at its end. */
static void end_quietest(struct crowd *c)
{
	for (struct guest *g = c->first; g; g = g->after) {
		if (g->busy || g->ended)
			continue;
		const union MHD_ConnectionInfo *info =
		        MHD_get_connection_info(g->connection, MHD_CONNECTION_INFO_CONNECTION_FD);
		g->ended = true;
		if (info)
			shutdown(info->connect_fd, SHUT_RDWR);
		return;
	}
}

static void come(struct crowd *c, struct MHD_Connection *connection, void **guest)
{
	struct guest *g = memory_zeroed(sizeof(*g));

	g->connection = connection;
	put_last(c, g);
	*guest = g;
	if (++c->count > c->most - c->most / 8)
		end_quietest(c);
}

void crowd_notify(void *context, struct MHD_Connection *connection, void **guest,
                  enum MHD_ConnectionNotificationCode code)
{
	struct crowd *c = context;

	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		come(c, connection, guest);
		return;
	}
	take_out(c, *guest);
	c->count--;
	free(*guest);
	*guest = NULL;
}

void crowd_moved(struct crowd *c, struct MHD_Connection *connection, bool busy)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	struct guest *g = info ? info->socket_context : NULL;

	if (!g)
		return;
	g->busy = busy;
	take_out(c, g);
	put_last(c, g);
}
