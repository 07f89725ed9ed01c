/* bad-sysctl: each setting on a moment in which it bears on something, and beside it the one in which it does not. */
#include "unit.h"
#include "rule/judgement.h"
#include "scene.h"
#include "source/sysctl_files.h"

/* One namespace with the defaults of a kernel; 100 ports, so that five TIME_WAITs are 5%. */
static struct moment *host(void)
{
	struct moment *m = moment_new();
	uint32_t at = moment_netns(m, 4026531840);
	struct netns *n = &m->netns.items[at];

	m->limits.orphans_limit = m->limits_before.orphans_limit = 131072;
	n->in_scope = n->table_seen = n->counters_known = true;
	n->port_first = 32768;
	n->port_last = 60999;
	n->tw_reuse = 2;
	n->timestamps = 1;
	n->max_time_waits = 131072;
	n->fin_timeout_s = 60;
	n->somaxconn = 4096;
	n->time_waits = 5000;
	return m;
}

static struct netns *settings(struct moment *m)
{
	return &m->netns.items[0];
}

static struct socket *listener(struct moment *m, const char *local, uint32_t room)
{
	struct socket *s = scene_socket(m, STATE_LISTEN, local, "0.0.0.0:0");

	s->send_q = room;
	s->flags |= SOCKET_BOUND_PORT;
	scene_hold(m, s, 200, "api", 3);
	return s;
}

/* The one finding, about this setting, with this in its first proof. NULL: there is none. */
static void assert_told(struct moment *m, const char *setting, const char *proof)
{
	moment_derive(m);
	cleanup(judgement_cleanup) struct judgement *j = judge(m);

	assert_int_equal(j->findings.count, setting ? 1 : 0);
	if (!setting)
		return;
	const struct finding *f = &j->findings.items[0];
	assert_string_equal(f->id, "bad-sysctl");
	assert_string_equal(f->setting, setting);
	assert_int_equal(f->severity, SEVERITY_INFO);
	assert_int_equal(f->subject, PROCESS_NONE);
	assert_non_null(strstr(f->evidence.items[0], proof));
	assert_non_null(strstr(f->key, setting));
}

static void the_defaults_say_nothing(void **state)
{
	cleanup(moment_cleanup) struct moment *m = host();

	listener(m, "0.0.0.0:50051", 4096);
	assert_told(m, NULL, NULL);
}

static void fin_timeout_is_not_about_time_wait(void **state)
{
	cleanup(moment_cleanup) struct moment *m = host();

	settings(m)->fin_timeout_s = 15;
	assert_told(m, "net.ipv4.tcp_fin_timeout", "it is 15 s, and the 5,000 TIME-WAITs here last 60 s as ever");
	settings(m)->time_waits = 100;
	assert_told(m, NULL, NULL);
}

static void few_buckets_against_what_the_kernel_had_chosen(void **state)
{
	cleanup(moment_cleanup) struct moment *m = host();

	settings(m)->max_time_waits = 8000;
	assert_told(m, "net.ipv4.tcp_max_tw_buckets", "it is 8,000: beyond it a connection ends at close()");
	m->limits.orphans_limit = 8192; /* a small host: both are */
	assert_told(m, NULL, NULL);
}

static void few_orphans_against_what_the_kernel_had_chosen(void **state)
{
	cleanup(moment_cleanup) struct moment *m = host();

	m->limits.orphans_limit = 256;
	assert_told(m, "net.ipv4.tcp_max_orphans", "it is 256 for the whole host");
	settings(m)->max_time_waits = 512;
	settings(m)->time_waits = 0;
	assert_told(m, NULL, NULL);
}

static void reuse_counts_on_timestamps(void **state)
{
	cleanup(moment_cleanup) struct moment *m = host();

	settings(m)->timestamps = 0;
	assert_told(m, NULL, NULL);
	settings(m)->tw_reuse = 1;
	assert_told(m, "net.ipv4.tcp_timestamps", "tcp_tw_reuse=1 is set, and works by timestamps");
}

static void abort_matters_where_a_queue_was_full(void **state)
{
	cleanup(moment_cleanup) struct moment *m = host();

	settings(m)->abort_on_overflow = 1;
	assert_told(m, NULL, NULL);
	settings(m)->totals.listen_overflows = settings(m)->before.listen_overflows = 7;
	assert_told(m, "net.ipv4.tcp_abort_on_overflow", "is reset, and would have been served");
}

/* listen-overflow tells of the queue itself. */
static void somaxconn_matters_where_it_cut_the_queue(void **state)
{
	cleanup(moment_cleanup) struct moment *m = host();

	settings(m)->somaxconn = 128;
	settings(m)->totals.listen_overflows = settings(m)->totals.listen_drops = 7;
	struct socket *s = listener(m, "0.0.0.0:80", 128);
	s->flags |= SOCKET_DROPPED;
	s->received_bytes = 7;
	cleanup(judgement_cleanup) struct judgement *j = judge(m);
	assert_int_equal(j->findings.count, 2);
	s->send_q = 64;
	cleanup(judgement_cleanup) struct judgement *own = judge(m);
	assert_int_equal(own->findings.count, 1);
	assert_string_equal(own->findings.items[0].id, "listen-overflow");
}

static void a_range_that_was_set_over_fixed_ports(void **state)
{
	cleanup(moment_cleanup) struct moment *m = host();
	uint64_t reserved[1024] = { [8080 / 64] = 1ULL << 8080 % 64 };

	listener(m, "0.0.0.0:8080", 128);
	listener(m, "127.0.0.1:9090", 128);
	listener(m, "127.0.0.1:9999", 128)->flags &= ~(uint32_t)SOCKET_BOUND_PORT; /* by bind(0): it needs no number */
	settings(m)->port_first = 1024;
	assert_told(m, "net.ipv4.ip_local_port_range",
	            "listeners in it: *:8080 of api[200], 127.0.0.1:9090 of api[200]");
	settings(m)->reserved = reserved;
	assert_told(m, "net.ipv4.ip_local_port_range", "listeners in it: 127.0.0.1:9090 of api[200]");
	reserved[9090 / 64] |= 1ULL << 9090 % 64;
	assert_told(m, NULL, NULL);
}

static void a_file_sets_what_the_kernel_does_not_have(void **state)
{
	cleanup(moment_cleanup) struct moment *m = host();

	m->recycle_set_in = "/etc/sysctl.d/90-tuning.conf";
	assert_told(m, "net.ipv4.tcp_tw_recycle", "/etc/sysctl.d/90-tuning.conf sets it");
}

static void lines_of_sysctl_files(void **state)
{
	static const char *const on[] = { "net.ipv4.tcp_tw_recycle=1", "a=1\n  -net/ipv4/tcp_tw_recycle = 1 \n",
		                          "net.ipv4.tcp_tw_recycle\t=\t1" };
	static const char *const off[] = { "",
		                           "net.ipv4.tcp_tw_recycle = 0",
		                           "#net.ipv4.tcp_tw_recycle = 1",
		                           "; net.ipv4.tcp_tw_recycle=1",
		                           "net.ipv4.tcp_tw_recycle",
		                           "net.ipv4.tcp_tw_recycle =",
		                           "net.ipv4.tcp_tw_recycled = 1",
		                           "net.ipv4.tcp_tw = 1" };

	for (size_t i = 0; i < ARRAY_SIZE(on); i++)
		assert_true(sysctl_text_turns_on(on[i], "net.ipv4.tcp_tw_recycle"));
	for (size_t i = 0; i < ARRAY_SIZE(off); i++)
		assert_false(sysctl_text_turns_on(off[i], "net.ipv4.tcp_tw_recycle"));
}

UNIT_MAIN(TEST(the_defaults_say_nothing), TEST(fin_timeout_is_not_about_time_wait),
          TEST(few_buckets_against_what_the_kernel_had_chosen), TEST(few_orphans_against_what_the_kernel_had_chosen),
          TEST(reuse_counts_on_timestamps), TEST(abort_matters_where_a_queue_was_full),
          TEST(somaxconn_matters_where_it_cut_the_queue), TEST(a_range_that_was_set_over_fixed_ports),
          TEST(a_file_sets_what_the_kernel_does_not_have), TEST(lines_of_sysctl_files));
