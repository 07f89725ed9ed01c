/* Nothing is wrong: clients ask for news and wait for half a minute, because the server answers when there is some.
 * Slow on purpose, and everybody is patient. */
#include "lab/kit/kit.h"

static void run_server(struct role *r)
{
	serve(r, &(struct service){
	                 .address = "127.0.0.1:8080", .think_ms = 2000, .think_most_ms = 25000, .answer_bytes = 200 });
}

static void run_clients(struct role *r)
{
	play_impatient(r, "127.0.0.1:8080", (double)seed_pick(r->seed, "rate", 5, 25), 60000, 0);
}

static int make(struct lab *lab)
{
	int error = lab_start_each(lab, "news-server", "phones", NULL);

	return error ? error : lab_until(lab, 20, lab_row(lab, "news-server")->closed > 5);
}

const struct lab_fault lab_healthy_long_poll = {
	.name = "healthy-long-poll",
	.title = "nothing wrong: clients wait half a minute for news, and get it",
	.story = "  news-server  on 127.0.0.1:8080 answers when there is something to say\n"
	         "  phones       wait for it, up to a minute\n",
	.expect = { .healthy = true },
	.roles = { { "news-server", "--listen 127.0.0.1:8080", run_server },
	           { "phones", "--from 127.0.0.1:8080", run_clients } },
	.make = make,
};
