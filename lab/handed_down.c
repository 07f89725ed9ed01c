/* A server that starts a program for each connection and hands it down: each of those holds one connection that began
 * when it did. Their clients have gone, and they do not know of it: they never look at what they inherited. */
#include "lab/kit/kit.h"

enum { MOST = 40 };

static unsigned count_of(uint64_t seed)
{
	return (unsigned)seed_pick(seed, "count", 12, MOST);
}

static void run_job(struct role *r)
{
	(void)r;
	for (;;)
		sleep_ms(1000);
}

static void run_server(struct role *r)
{
	int listener = role_need(r, net_listen("127.0.0.1:8080", 128), "listen"), fd;

	role_ready(r);
	for (;;) {
		play_accept(r, listener, &fd, 1);
		role_inherited(fd);
		role_spawn(r, "convert-job");
		close(fd);
		r->row->closed++;
	}
}

static void run_clients(struct role *r)
{
	play_impatient(r, "127.0.0.1:8080", 8, (unsigned)seed_pick(r->seed, "patience", 500, 1500), count_of(r->seed));
}

static int make(struct lab *lab)
{
	int error = lab_start_each(lab, "upload-server", "phones", NULL);

	return error ? error : lab_until(lab, 30, look_count(TCP_CLOSE_WAIT, 8080) == count_of(lab->seed));
}

const struct lab_fault lab_handed_down = {
	.name = "handed-down",
	.title = "a program for each connection, and none of them knows what it inherited",
	.story = "  upload-server  accepts on 127.0.0.1:8080, starts a job for each connection, and closes its own "
	         "copy\n"
	         "  convert-job    inherited one connection each, works on and never looks at it\n"
	         "  phones         have closed long ago\n",
	.expect = { .steady = true, .undecidable = true, .roots = { { "inherited-fd", "convert-job", NULL, NULL } } },
	.roles = { { "upload-server", "--listen 127.0.0.1:8080", run_server },
	           { "phones", "--upload 127.0.0.1:8080", run_clients },
	           { "convert-job", "--format pdf", run_job } },
	.make = make,
};
