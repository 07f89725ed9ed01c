/* Relays in two halves: what comes in at one program goes out at another, and neither is to blame. */
#include "host.h"

enum { PASSED = 6, TUNNEL = 20, FAR_HALF = 30, APP = 40, CLIENT = 50 };

static void name(struct moment *m, uint32_t pid, const char *comm)
{
	struct process *p = process(m, pid, comm, comm);

	p->exe = arena_printf(m->arena, "/usr/bin/%s", comm);
}

/* A connection of each client to 8100 has ended, at the far half the one to 8200, and the app holds that one's end. */
static void pass(struct moment *m, unsigned i)
{
	char ours[32], theirs[32];
	uint32_t ms = 3000 + 900 * i;

	snprintf(theirs, sizeof(theirs), "10.0.0.1:%u", 45000 + i);
	snprintf(ours, sizeof(ours), "10.0.0.1:%u", 40000 + i);
	scene_times(held(m, TUNNEL, STATE_CLOSE_WAIT, "10.0.0.1:8100", theirs), ms, ms, ms);
	struct socket *s = held(m, FAR_HALF, STATE_FIN_WAIT2, ours, "10.0.0.1:8200");
	scene_times(s, ms, ms, ms);
	s->flags |= SOCKET_BUCKET_KNOWN;
	s->fastreuse = s->fastreuseport = -1;
	scene_times(held(m, APP, STATE_CLOSE_WAIT, "10.0.0.1:8200", ours), ms, ms, ms);
}

static struct moment *halves(void)
{
	struct moment *m = host(10000);

	name(m, TUNNEL, "ssh");
	name(m, FAR_HALF, "sshd");
	name(m, APP, "app");
	name(m, CLIENT, "browser");
	held(m, TUNNEL, STATE_LISTEN, "10.0.0.1:8100", "0.0.0.0:0");
	held(m, APP, STATE_LISTEN, "10.0.0.1:8200", "0.0.0.0:0");
	for (unsigned i = 0; i < PASSED; i++)
		pass(m, i);
	return m;
}

static void tunnel(struct moment *m)
{
	struct socket *s = held(m, TUNNEL, STATE_ESTABLISHED, "10.0.0.1:50000", "10.0.0.1:22");

	scene_times(s, 100, 100, 100);
	scene_times(held(m, FAR_HALF, STATE_ESTABLISHED, "10.0.0.1:22", "10.0.0.1:50000"), 100, 100, 100);
}

static const char *cause_of_tunnel(const struct moment *m, const struct judgement *j)
{
	array_each (&j->findings, f)
		if (f->subject != PROCESS_NONE && m->processes.items[f->subject].pid == TUNNEL)
			return f->caused_by ? f->caused_by : "itself";
	return "nothing";
}

static void who_is_tied_by_a_tunnel_is_one_relay(void **state)
{
	cleanup(moment_cleanup) struct moment *tied = halves(), *apart = halves();

	tunnel(tied);
	cleanup(judgement_cleanup) struct judgement *of_tied = judged(tied), *of_apart = judged(apart);
	assert_non_null(strstr(cause_of_tunnel(tied, of_tied), "/usr/bin/app"));
	assert_non_null(strstr(of_tied->findings.items[1].evidence.items[0], "by way of sshd[30]"));
	assert_string_equal(cause_of_tunnel(apart, of_apart), "itself");
}

static void who_has_started_the_other_is_one_relay(void **state)
{
	cleanup(moment_cleanup) struct moment *m = halves();

	process(m, FAR_HALF, "sshd", "sshd")->ppid = TUNNEL;
	name(m, FAR_HALF, "sshd");
	cleanup(judgement_cleanup) struct judgement *j = judged(m);
	assert_non_null(strstr(cause_of_tunnel(m, j), "/usr/bin/app"));
}

/* Whose clients end other connections at the same moment is no relay: the far half holds the other ends of its own. */
static void a_client_is_no_other_half(void **state)
{
	cleanup(moment_cleanup) struct moment *m = halves();
	char theirs[32];

	tunnel(m);
	for (unsigned i = 0; i < PASSED; i++) {
		snprintf(theirs, sizeof(theirs), "10.0.0.1:%u", 45000 + i);
		held(m, FAR_HALF, STATE_FIN_WAIT2, theirs, "10.0.0.1:8100");
	}
	cleanup(judgement_cleanup) struct judgement *j = judged(m);
	assert_string_equal(cause_of_tunnel(m, j), "itself");
}

UNIT_MAIN(TEST(who_is_tied_by_a_tunnel_is_one_relay), TEST(who_has_started_the_other_is_one_relay),
          TEST(a_client_is_no_other_half));
