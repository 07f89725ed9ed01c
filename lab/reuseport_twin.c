/* Two listeners share a port with SO_REUSEPORT, and the kernel deals the clients out to both. One is the server's; the
 * other is left from before its reload, held by a program that inherited it and never accepts. So a part of all
 * requests hangs, and the server, whose own queue is empty, is blamed. */
#include "lab/kit/kit.h"

enum { BACKLOG = 64 };

static void run_shipper(struct role *r)
{
	(void)r;
	for (;;)
		sleep_ms(1000);
}

/* What was in the queue of the old listener at the reload is nobody's; here there was nothing yet. */
static void run_server(struct role *r)
{
	int listener = role_need(r, net_listen_shared("127.0.0.1:8080", BACKLOG), "listen"), fd;

	role_inherited(listener);
	role_spawn(r, "log-shipper");
	close(listener);
	listener = role_need(r, net_listen_shared("127.0.0.1:8080", BACKLOG), "listen again");
	role_ready(r);
	for (;;) {
		play_accept(r, listener, &fd, 1);
		net_answer(fd, 700);
		close(fd);
		r->row->closed++;
	}
}

static void run_visitors(struct role *r)
{
	play_impatient(r, "127.0.0.1:8080", (double)seed_pick(r->seed, "rate", 15, 40), 1000, 0);
}

static int make(struct lab *lab)
{
	int error = lab_start_each(lab, "web-server", "visitors", NULL);

	return error ? error : lab_until(lab, 30, look_queue(8080) > BACKLOG && lab_row(lab, "visitors")->failed > 0);
}

const struct lab_fault lab_reuseport_twin = {
	.name = "reuseport-twin",
	.title = "an inherited SO_REUSEPORT listener takes its share of the clients, and nobody accepts them",
	.story = "  web-server   was reloaded: a new listener on 127.0.0.1:8080, with SO_REUSEPORT; it serves at once\n"
	         "  log-shipper  was started before and inherited the old one: its queue is full of lost clients\n"
	         "  visitors     wait in the one or the other, as the kernel deals them out\n",
	.expect = { .roots = { { "accept-queue", "log-shipper", NULL, NULL, "close-on-exec" } },
	            .effects = { { "listen-overflow", "accept-queue" } },
	            .innocent = { "web-server" } },
	.roles = { { "web-server", "--listen 127.0.0.1:8080 --reuseport", run_server },
	           { "visitors", "--to 127.0.0.1:8080", run_visitors },
	           { "log-shipper", "--follow /var/log/web", run_shipper } },
	.make = make,
};
