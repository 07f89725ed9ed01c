/* Both ends of a connection: found, translated, out of view, or missing. A host (namespace 0) publishes port 8200 of a
 * container (namespace 1), as docker and podman do. */
#include "host.h"
#include "rule/ground/pairs.h"
#include "rule/inquiry.h"

enum { CLIENTS = 4, IDLE_MS = 60000 };

static struct socket *idle(struct moment *m, uint32_t netns, uint32_t pid, const char *local, const char *peer)
{
	struct socket *s = held(m, pid, STATE_ESTABLISHED, local, peer);

	s->netns = netns;
	s->since_data_ms = s->since_ack_ms = s->since_sent_ms = IDLE_MS;
	s->flags |= SOCKET_TIMES_KNOWN;
	return s;
}

static void listens(struct moment *m, uint32_t netns, uint32_t pid, const char *local)
{
	held(m, pid, STATE_LISTEN, local, "0.0.0.0:0")->netns = netns;
}

/* The client's connections to port 8200 of `address`, with what the container sees of them. */
static void clients(struct moment *m, const char *address, bool container_seen)
{
	process(m, 7, "client", "client");
	process(m, 9, "server", "server")->container = "c0ffee";
	listens(m, 1, 9, "0.0.0.0:9000");
	for (unsigned i = 0; i < CLIENTS; i++) {
		char local[32], peer[32], seen[32];
		snprintf(local, sizeof(local), "%s:%u", address, 40000 + i);
		snprintf(peer, sizeof(peer), "%s:8200", address);
		snprintf(seen, sizeof(seen), "172.18.0.1:%u", 40000 + i);
		if (container_seen)
			idle(m, 1, 9, "172.18.0.4:9000", seen);
		idle(m, 0, 7, local, peer)->fastreuse = -1;
	}
}

/* As conntrack has them: clients and the container's ends were added in turns. */
static void translated(struct moment *m, bool container_seen)
{
	uint32_t server = INDEX_NONE;

	array_each (&m->sockets, s) {
		uint32_t at = (uint32_t)(s - m->sockets.items);
		if (s->state == STATE_LISTEN)
			continue;
		if (s->local.port == 9000)
			server = at;
		else if (s->peer.port == 8200)
			*array_push(&m->crossings) = (struct crossing){ at, container_seen ? server : INDEX_NONE };
	}
}

static struct moment *publishing_host(void)
{
	struct moment *m = host(10000);
	uint32_t n = moment_netns(m, 4026532000);

	m->netns.items[n].in_scope = m->netns.items[n].table_seen = true;
	return m;
}

static void a_translated_pair_is_a_pair(void **state)
{
	cleanup(moment_cleanup) struct moment *m = publishing_host();

	clients(m, "127.0.0.1", true);
	translated(m, true);
	cleanup(judgement_cleanup) struct judgement *j = judged(m);
	assert_int_equal(j->findings.count, 0);
}

static void a_translated_end_out_of_view_is_not_gone(void **state)
{
	cleanup(moment_cleanup) struct moment *m = publishing_host();

	m->netns.items[1].in_scope = m->netns.items[1].table_seen = false;
	clients(m, "127.0.0.1", false);
	translated(m, false);
	cleanup(judgement_cleanup) struct judgement *j = judged(m);
	assert_int_equal(j->findings.count, 0);
}

static void without_conntracks_table_nothing_is_missing(void **state)
{
	cleanup(moment_cleanup) struct moment *m = publishing_host();

	clients(m, "127.0.0.1", false);
	cleanup(judgement_cleanup) struct judgement *j = judged(m);
	only(j, "half-open", CLIENTS);
	m->netns.items[0].tracks_unread = true;
	cleanup(judgement_cleanup) struct judgement *blind = judged(m);
	assert_int_equal(blind->findings.count, 0);
}

/* docker-proxy relays one connection, so that the container is seen to be connected to the host. Then the ends of the
 * others miss each other, and have one address in common. */
static void two_that_miss_each_other_are_a_pair(void **state)
{
	cleanup(moment_cleanup) struct moment *m = publishing_host();

	process(m, 8, "docker-proxy", "docker-proxy");
	clients(m, "172.18.0.1", true);
	idle(m, 0, 8, "172.18.0.1:50000", "172.18.0.4:9000");
	idle(m, 1, 9, "172.18.0.4:9000", "172.18.0.1:50000");
	cleanup(judgement_cleanup) struct judgement *j = judged(m);
	assert_int_equal(j->findings.count, 0);
}

/* The client's peers have finished, so that a finding names who they are. */
static const struct process *named_other_end(struct moment *m)
{
	array_each (&m->sockets, s)
		if (s->peer.port == 8200) {
			s->state = STATE_CLOSE_WAIT;
			s->flags |= SOCKET_BUCKET_KNOWN;
			s->fastreuse = s->fastreuseport = -1;
		}
	cleanup(judgement_cleanup) struct judgement *j = judged(m);
	const struct finding *f = only(j, "never-closed", CLIENTS);
	return f->other_end == PROCESS_NONE ? NULL : &m->processes.items[f->other_end];
}

static void disown(struct moment *m, uint16_t local_port)
{
	array_each (&m->sockets, s)
		if (s->local.port == local_port && s->state != STATE_LISTEN) {
			s->state = STATE_FIN_WAIT2;
			s->first_holder = HOLDER_NONE;
			s->unowned = UNOWNED_ORPHAN;
		}
}

static void who_keeps_a_port_is_nobodys_other_end(void **state)
{
	cleanup(moment_cleanup) struct moment *m = publishing_host();

	process(m, 8, "conmon", "conmon -n web");
	listens(m, 0, 8, "0.0.0.0:8200");
	clients(m, "127.0.0.1", false);
	assert_null(named_other_end(m));
	translated(m, false);
	snprintf(m->processes.items[0].comm, sizeof(m->processes.items[0].comm), "nginx");
	assert_null(named_other_end(m));
	m->crossings.count = 0;
	assert_string_equal(named_other_end(m)->comm, "nginx");
}

static void behind_a_relay_is_the_container(void **state)
{
	cleanup(moment_cleanup) struct moment *m = publishing_host();

	process(m, 8, "docker-proxy", "docker-proxy");
	listens(m, 0, 8, "0.0.0.0:8200");
	clients(m, "127.0.0.1", false);
	for (unsigned i = 0; i < CLIENTS; i++) {
		char peer[32], up[32];
		snprintf(peer, sizeof(peer), "127.0.0.1:%u", 40000 + i);
		snprintf(up, sizeof(up), "172.18.0.1:%u", 50000 + i);
		idle(m, 0, 8, "127.0.0.1:8200", peer);
		struct socket *s = idle(m, 0, 8, up, "172.18.0.4:9000");
		s->flags |= SOCKET_BUCKET_KNOWN;
		s->fastreuse = s->fastreuseport = -1;
		idle(m, 1, 9, "172.18.0.4:9000", up);
	}
	assert_string_equal(named_other_end(m)->comm, "server");
	disown(m, 9000); /* closed by the container: known by its listener alone */
	assert_string_equal(named_other_end(m)->comm, "server");
}

/* Conntrack could not be read: the numbers that both ends have in common tell the same. */
static void a_translated_pair_is_one_by_its_sequence_numbers(void **state)
{
	cleanup(moment_cleanup) struct moment *m = publishing_host();

	clients(m, "127.0.0.1", true);
	m->netns.items[0].tracks_unread = true;
	for (size_t i = 0, pair = 0; i < m->sockets.count; i++) {
		struct socket *s = &m->sockets.items[i];
		if (s->state == STATE_LISTEN)
			continue;
		s->sequence = 1000 + pair / 2;
		pair++;
	}
	assert_string_equal(named_other_end(m)->comm, "server");
}

static void a_translated_end_without_holder_is_its_listeners(void **state)
{
	cleanup(moment_cleanup) struct moment *m = publishing_host();

	clients(m, "127.0.0.1", true);
	translated(m, true);
	disown(m, 9000);
	assert_string_equal(named_other_end(m)->comm, "server");
}

/* Of two namespaces that have nothing to do with each other: each end has one other, which has it. */
static void the_same_addresses_twice_are_two_pairs(void **state)
{
	cleanup(moment_cleanup) struct moment *m = publishing_host();
	struct inquiry q = { .moment = m, .request = &request_default, .arena = m->arena };

	process(m, 7, "client", "client");
	process(m, 9, "server", "server");
	for (uint32_t netns = 0; netns < 2; netns++) {
		idle(m, netns, 7, "10.0.0.1:40000", "10.0.0.2:80");
		idle(m, netns, 9, "10.0.0.2:80", "10.0.0.1:40000");
	}
	for (uint32_t i = 0; i < m->sockets.count; i++) {
		assert_true(pair_of(&q, i) < m->sockets.count);
		assert_int_equal(pair_of(&q, pair_of(&q, i)), i);
	}
	inquiry_free_tables(&q);
}

UNIT_MAIN(TEST(a_translated_pair_is_a_pair), TEST(a_translated_end_out_of_view_is_not_gone),
          TEST(without_conntracks_table_nothing_is_missing), TEST(two_that_miss_each_other_are_a_pair),
          TEST(who_keeps_a_port_is_nobodys_other_end), TEST(behind_a_relay_is_the_container),
          TEST(a_translated_end_without_holder_is_its_listeners),
          TEST(a_translated_pair_is_one_by_its_sequence_numbers), TEST(the_same_addresses_twice_are_two_pairs));
