/* Nothing is wrong: the server closes idle connections, and the client's pool watches them and closes its side within
 * milliseconds. CLOSE_WAIT comes and goes. */
#include "lab/kit/kit.h"
#include <poll.h>

enum { MOST = 100 };

static void run_server(struct role *r)
{
	serve(r, &(struct service){ .address = "127.0.0.1:8080",
	                            .answer_bytes = 300,
	                            .idle_ms = (uint32_t)seed_pick(r->seed, "idle", 500, 2000) });
}

/* Every connection is watched: what ends is closed at once, and made anew soon after. */
static void run_pool(struct role *r)
{
	unsigned size = (unsigned)seed_pick(r->seed, "pool", 10, MOST);
	struct pollfd watched[MOST];
	uint64_t stream = r->seed;

	for (unsigned i = 0; i < size; i++)
		watched[i] = (struct pollfd){ .fd = -1, .events = POLLIN };
	role_ready(r);
	for (;;) {
		unsigned i = (unsigned)seed_next(&stream, 0, size - 1);
		if (watched[i].fd < 0) {
			watched[i].fd = role_need(r, net_connect("127.0.0.1:8080"), "connect");
			r->row->opened++;
			net_fetch(watched[i].fd);
		}
		poll(watched, size, (int)seed_next(&stream, 5, 40));
		for (i = 0; i < size; i++)
			if (watched[i].fd >= 0 && watched[i].revents) {
				close(watched[i].fd);
				watched[i].fd = -1;
				r->row->closed++;
			}
	}
}

static int make(struct lab *lab)
{
	int error = lab_start_each(lab, "catalog-server", "shop-frontend", NULL);

	return error ? error : lab_until(lab, 20, lab_row(lab, "shop-frontend")->closed > 10);
}

const struct lab_fault lab_healthy_idle_close = {
	.name = "healthy-idle-close",
	.title = "nothing wrong: a pool that notices when the server closes, and closes too",
	.story = "  catalog-server  on 127.0.0.1:8080 closes what was idle for a second or two\n"
	         "  shop-frontend   sees it at once and closes its side\n",
	.expect = { .healthy = true },
	.roles = { { "catalog-server", "--listen 127.0.0.1:8080", run_server },
	           { "shop-frontend", "--catalog 127.0.0.1:8080", run_pool } },
	.make = make,
};
