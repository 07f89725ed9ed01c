/* The server ends each connection with its answer; the client has read both, and never closes. Its collector does,
 * whenever it runs, the old and the young at once. That is no slow work: nothing was left to do. */
#include "lab/kit/kit.h"
#include "lab/kit/saw.h"

static void run_server(struct role *r)
{
	serve(r, &(struct service){ .address = "127.0.0.1:8080", .answer_bytes = 600 });
}

static void run_caller(struct role *r)
{
	saw_run(r, "127.0.0.1:8080");
}

static int make(struct lab *lab)
{
	int error = lab_start_each(lab, "auth-server", "login", NULL);

	if (!error)
		error = lab_until(lab, 40, lab_row(lab, "login")->closed > 0);
	return error ? error : lab_until(lab, 20, look_count(TCP_CLOSE_WAIT, 8080) > saw_of(lab->seed).low + 5);
}

const struct lab_fault lab_gc_answered = {
	.name = "gc-answered",
	.title = "the server ends with its answer: only the garbage collector closes the client's side",
	.story = "  login        asks 127.0.0.1:8080, reads the answer and its end, and forgets the connection;\n"
	         "               its collector closes it, whenever it runs, old and young together\n"
	         "  auth-server  closes right after each answer\n",
	.expect = { .roots = { { "never-closed", "login", NULL, "slow-handler" } } },
	.roles = { { "auth-server", "--listen 127.0.0.1:8080", run_server },
	           { "login", "--auth 127.0.0.1:8080", run_caller } },
	.make = make,
};
