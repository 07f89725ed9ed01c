#include "crossing.h"
#include "hash.h"

/* Loopback is one in each namespace; other addresses are taken for one on the whole host, as in rule/ground/pairs.c. */
static uint64_t key_of(uint32_t netns, const struct endpoint *local, const struct endpoint *peer)
{
	uint64_t place = addr_is_loopback(&local->addr) ? netns + 1ULL : 0;

	return hash_endpoint(hash_endpoint(hash_word(1, place), local), peer) | 1;
}

static void index_sockets(struct crossings *c)
{
	array_each (&c->moment->sockets, s)
		if (s->peer.port && s->state != STATE_TIME_WAIT && s->state != STATE_CLOSE)
			keyed_add(&c->sockets, key_of(s->netns, &s->local, &s->peer),
			          (uint32_t)(s - c->moment->sockets.items));
}

void crossings_add(struct crossings *c, uint32_t netns, const struct ends *opener, const struct ends *acceptor)
{
	if (!c->sockets.items.count)
		index_sockets(c);
	uint32_t client = keyed_find(&c->sockets, key_of(netns, &opener->local, &opener->peer));
	uint32_t server = keyed_find(&c->sockets, key_of(netns, &acceptor->local, &acceptor->peer));

	if (client != INDEX_NONE || server != INDEX_NONE)
		*array_push(&c->moment->crossings) = (struct crossing){ .client = client, .server = server };
}

void crossings_free(struct crossings *c)
{
	keyed_free(&c->sockets);
}
