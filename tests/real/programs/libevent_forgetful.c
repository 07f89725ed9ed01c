/* A libevent server that answers, and does nothing when it is told of the end. usage: libevent_forgetful PORT */
#include <arpa/inet.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/listener.h>
#include <stdlib.h>

static void answer(struct bufferevent *b, void *context)
{
	evbuffer_drain(bufferevent_get_input(b), evbuffer_get_length(bufferevent_get_input(b)));
	bufferevent_write(b, "hello\r\n", 7);
}

static void told(struct bufferevent *b, short what, void *context)
{
	/* here bufferevent_free() is missing */
}

static void accepted(struct evconnlistener *l, evutil_socket_t fd, struct sockaddr *from, int length, void *base)
{
	struct bufferevent *b = bufferevent_socket_new(base, fd, BEV_OPT_CLOSE_ON_FREE);

	bufferevent_setcb(b, answer, NULL, told, NULL);
	bufferevent_enable(b, EV_READ | EV_WRITE);
}

int main(int argc, char **argv)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		                  .sin_port = htons(atoi(argv[1])),
		                  .sin_addr = { htonl(INADDR_LOOPBACK) } };
	struct event_base *base = event_base_new();

	evconnlistener_new_bind(base, accepted, base, LEV_OPT_REUSEABLE | LEV_OPT_CLOSE_ON_FREE, 128, (void *)&at,
	                        sizeof(at));
	return event_base_dispatch(base);
}
