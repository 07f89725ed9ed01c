#include "lab/kit/deserted.h"
#include "lab/kit/kit.h"

enum { MOST = 400 };

static unsigned count_of(uint64_t seed)
{
	return (unsigned)seed_pick(seed, "count", 40, MOST);
}

void deserted_server(struct role *r, void (*hang)(void))
{
	int fds[MOST], listener = role_need(r, net_listen("127.0.0.1:8080", 128), "listen");

	role_ready(r);
	play_accept(r, listener, fds, count_of(r->seed));
	hang();
	role_rest();
}

void deserted_clients(struct role *r)
{
	play_impatient(r, "127.0.0.1:8080", 150, (unsigned)seed_pick(r->seed, "patience", 500, 1500),
	               count_of(r->seed));
}

int deserted_make(struct lab *lab)
{
	int error = lab_start_each(lab, "order-server", "shops", NULL);

	return error ? error : lab_until(lab, 20, look_count(TCP_CLOSE_WAIT, 8080) == count_of(lab->seed));
}
