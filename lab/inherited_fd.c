/* The opener is done and has closed, and still the connections are in CLOSE_WAIT: it started a program while it
 * held them, without close-on-exec, and that program knows nothing of what it inherited. */
#include "lab/kit/kit.h"

enum { MOST = 200, PHASE_CLOSE = 1 };

static unsigned count_of(uint64_t seed)
{
	return (unsigned)seed_pick(seed, "count", 30, MOST);
}

static void run_backup(struct role *r)
{
	(void)r;
	for (;;)
		sleep_ms(1000);
}

/* Closes all of them, but only after it has started the backup. Then it goes on serving, as it should. */
static void run_server(struct role *r)
{
	unsigned count = count_of(r->seed);
	int fds[MOST], listener = role_need(r, net_listen("127.0.0.1:8080", 128), "listen");

	role_ready(r);
	play_accept(r, listener, fds, count);
	role_wait_phase(r, PHASE_CLOSE);
	for (unsigned i = 0; i < count; i++)
		role_inherited(fds[i]);
	role_spawn(r, "nightly-backup");
	for (unsigned i = 0; i < count; i++)
		close(fds[i]);
	r->row->closed = count;
	for (;;) {
		int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
		net_answer(fd, 100);
		close(fd);
	}
}

static void run_clients(struct role *r)
{
	play_impatient(r, "127.0.0.1:8080", 100, (unsigned)seed_pick(r->seed, "patience", 500, 1500),
	               count_of(r->seed));
}

static int make(struct lab *lab)
{
	unsigned count = count_of(lab->seed);
	int error = lab_start_each(lab, "upload-server", "phones", NULL);

	if (!error)
		error = lab_until(lab, 20, look_count(TCP_CLOSE_WAIT, 8080) == count);
	if (!error)
		error = lab_ripen(lab, seed_pick(lab->seed, "backup", 1500, 3000));
	lab_phase(lab, PHASE_CLOSE);
	return error ? error : lab_until(lab, 10, lab_row(lab, "upload-server")->closed == count);
}

const struct lab_fault lab_inherited_fd = {
	.name = "inherited-fd",
	.title = "the opener has closed; a program it started holds the same sockets",
	.story = "  upload-server   accepted uploads on 127.0.0.1:8080, started a backup, and closed them\n"
	         "  nightly-backup  inherited the descriptors, because they were not close-on-exec: it holds them\n"
	         "  phones          have closed long ago\n",
	.expect = { .steady = true,
	            .roots = { { "inherited-fd", "nightly-backup", "state close-wait sport = :8080" } } },
	.roles = { { "upload-server", "--listen 127.0.0.1:8080", run_server },
	           { "phones", "--upload 127.0.0.1:8080", run_clients },
	           { "nightly-backup", "--to /srv/backup", run_backup } },
	.make = make,
};
