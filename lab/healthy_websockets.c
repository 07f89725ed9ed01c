/* Nothing is wrong: hundreds of browsers keep a connection open and say something now and then. Most are silent for
 * minutes, which is what they are for. */
#include "lab/kit/kit.h"

static void run_server(struct role *r)
{
	serve(r, &(struct service){ .address = "127.0.0.1:8080", .answer_bytes = 20, .idle_ms = SERVE_KEEPS });
}

static void run_browsers(struct role *r)
{
	play_pool(r, "127.0.0.1:8080", (unsigned)seed_pick(r->seed, "browsers", 200, 900),
	          (double)seed_pick(r->seed, "words", 1, 30));
}

static int make(struct lab *lab)
{
	return lab_start_each(lab, "chat-server", "browsers", NULL);
}

const struct lab_fault lab_healthy_websockets = {
	.name = "healthy-websockets",
	.title = "nothing wrong: hundreds of connections, open and mostly silent",
	.story = "  chat-server  on 127.0.0.1:8080 has a connection for each browser\n"
	         "  browsers     say something now and then\n",
	.expect = { .healthy = true },
	.roles = { { "chat-server", "--listen 127.0.0.1:8080", run_server },
	           { "browsers", "--to 127.0.0.1:8080", run_browsers } },
	.make = make,
};
