/* Never accepted: a server with one thread waits for a client that does not finish its request. Behind it
 * the others queue; the kernel shook hands for them, so they send, wait, lose patience and close. What is
 * left in the queue is dead: CLOSE_WAIT without a socket that any process could hold. */
#include "lab/kit/kit.h"

enum { BACKLOG = 511 };

static unsigned dead_count(uint64_t seed)
{
	return (unsigned)seed_pick(seed, "dead", 40, 300);
}

static void run_server(struct role *r)
{
	int fd = role_need(r, net_listen("127.0.0.1:8080", BACKLOG), "listen");
	char request[4096];

	role_ready(r);
	for (;;) {
		int client = role_need(r, accept(fd, NULL, NULL), "accept");
		r->row->opened++;
		recv(client, request, sizeof(request), MSG_WAITALL); /* the upload is never complete */
		close(client);
	}
}

static void run_upload(struct role *r)
{
	int fd = role_need(r, net_connect("127.0.0.1:8080"), "connect");

	net_ask(fd);
	role_keep(r, fd, "established");
	role_ready(r);
	role_rest();
}

/* Each waits for its answer as long as it cares to; the next ones come meanwhile. */
static void run_clients(struct role *r)
{
	unsigned dead = dead_count(r->seed), patience_ms = (unsigned)seed_pick(r->seed, "patience", 300, 1500);
	struct pace pace = pace_per_s(r, dead / 2.0);
	int waiting[512];

	role_ready(r);
	for (r->row->opened = 0; r->row->opened < dead && pace_wait(&pace); r->row->opened++) {
		int fd = role_need(r, net_connect("127.0.0.1:8080"), "connect");
		waiting[r->row->opened] = fd;
		net_ask(fd);
	}
	sleep_ms(patience_ms);
	for (; r->row->closed < dead && pace_wait(&pace); r->row->closed++)
		close(waiting[r->row->closed]);
	role_rest();
}

static int make(struct lab *lab)
{
	unsigned dead = dead_count(lab->seed);
	int error = lab_start(lab, "report-server");

	if (!error)
		error = lab_start(lab, "upload-client");
	if (!error)
		error = lab_until(lab, 5, lab_row(lab, "report-server")->opened == 1);
	if (!error)
		error = lab_start(lab, "report-clients");
	return error ? error : lab_until(lab, 30, look_count(TCP_CLOSE_WAIT, 8080) == dead);
}

const struct lab_fault lab_accept_queue = {
	.name = "accept-queue",
	.title = "the server does not accept; its clients gave up in the queue",
	.story = "  report-server   one thread on 127.0.0.1:8080: it waits for the rest of an upload and accepts "
	         "nobody else\n"
	         "  upload-client   sent half of its request and keeps the connection open\n"
	         "  report-clients  connect, ask, lose patience and close: dead connections fill the accept queue\n",
	.expect = { .steady = true,
	            .roots = { { "accept-queue", "report-server", "state close-wait sport = :8080" } } },
	.roles = { { "report-server", "--listen 127.0.0.1:8080 --threads 1", run_server },
	           { "upload-client", "--to 127.0.0.1:8080", run_upload },
	           { "report-clients", "--from 127.0.0.1:8080", run_clients } },
	.make = make,
};
