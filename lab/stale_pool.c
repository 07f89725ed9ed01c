/* A client's pool keeps its idle connections longer than the server does. What the server has closed stays in
 * CLOSE_WAIT until the pool wants to use it again: bounded by the size of the pool, and a setting is wrong. */
#include "lab/kit/kit.h"

static unsigned pool_size(uint64_t seed)
{
	return (unsigned)seed_pick(seed, "pool", 15, 60);
}

static void run_server(struct role *r)
{
	serve(r, &(struct service){ .address = "127.0.0.1:8080",
	                            .think_most_ms = 20,
	                            .answer_bytes = 1000,
	                            .idle_ms = (uint32_t)seed_pick(r->seed, "idle", 1500, 3000) });
}

static void run_pool(struct role *r)
{
	play_pool(r, "127.0.0.1:8080", pool_size(r->seed), (double)pool_size(r->seed) / 8);
}

static int make(struct lab *lab)
{
	unsigned size = pool_size(lab->seed);
	int error = lab_start_each(lab, "catalog-server", "shop-frontend", NULL);

	if (!error)
		error = lab_until(lab, 30, lab_row(lab, "shop-frontend")->closed >= size / 2);
	return error ? error : lab_until(lab, 10, look_count(TCP_CLOSE_WAIT, 8080) >= size / 3);
}

const struct lab_fault lab_stale_pool = {
	.name = "stale-pool",
	.title = "a client's pool keeps connections that the server has closed for being idle",
	.story = "  catalog-server  on 127.0.0.1:8080 closes what was idle for a few seconds\n"
	         "  shop-frontend   keeps them in its pool for longer, and only notices when it uses one\n",
	.expect = { .steady = true, .roots = { { "stale-pool", "shop-frontend", NULL, "never-closed" } } },
	.roles = { { "catalog-server", "--listen 127.0.0.1:8080 --keep-alive 2s", run_server },
	           { "shop-frontend", "--catalog 127.0.0.1:8080 --pool-idle 5m", run_pool } },
	.make = make,
};
