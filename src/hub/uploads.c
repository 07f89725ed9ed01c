#include "uploads.h"
#include <sys/socket.h>

static void take_out(struct uploads *u, struct parcel *p)
{
	if (!p->uploads)
		return;
	*(p->older ? &p->older->younger : &u->oldest) = p->younger;
	*(p->younger ? &p->younger->older : &u->youngest) = p->older;
	p->uploads = false;
}

static void forget_bytes(struct uploads *u, struct parcel *p)
{
	u->bytes -= p->delivery.batch.length;
	text_free(&p->delivery.batch);
}

/* The library closes it when it finds it at its end. */
static void end_upload(struct uploads *u, struct parcel *p)
{
	const union MHD_ConnectionInfo *info =
	        MHD_get_connection_info(p->connection, MHD_CONNECTION_INFO_CONNECTION_FD);

	take_out(u, p);
	forget_bytes(u, p);
	p->ended = true;
	if (info)
		shutdown(info->connect_fd, SHUT_RDWR);
}

static bool make_room(struct uploads *u, const struct parcel *for_whom, uint64_t bytes)
{
	while (u->bytes + bytes > UPLOADS_BYTES_MOST && u->oldest && u->oldest != for_whom)
		end_upload(u, u->oldest);
	return u->bytes + bytes <= UPLOADS_BYTES_MOST;
}

/* Who need not prove who he is (on this host) is counted by bytes alone. */
static void bound_host(struct uploads *u, uint64_t host_id)
{
	struct parcel *oldest = NULL;
	unsigned count = 0;

	for (struct parcel *p = u->youngest; host_id && p; p = p->older)
		if (p->delivery.host_id == host_id) {
			oldest = p;
			count++;
		}
	if (count >= UPLOADS_A_HOST)
		end_upload(u, oldest);
}

bool uploads_begin(struct uploads *u, struct parcel *p, uint64_t bytes)
{
	bound_host(u, p->delivery.host_id);
	if (!make_room(u, p, bytes))
		return false;
	p->uploads = true;
	p->older = u->youngest;
	*(u->youngest ? &u->youngest->younger : &u->oldest) = p;
	u->youngest = p;
	return true;
}

bool uploads_take(struct uploads *u, struct parcel *p, const char *bytes, size_t count)
{
	if (p->ended || !make_room(u, p, count))
		return false;
	text_add_bytes(&p->delivery.batch, bytes, count);
	u->bytes += count;
	return true;
}

void uploads_whole(struct uploads *u, struct parcel *p)
{
	take_out(u, p);
}

void uploads_end(struct uploads *u, struct parcel *p)
{
	take_out(u, p);
	forget_bytes(u, p);
}
