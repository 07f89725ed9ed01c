/* Kept moments of a fleet whose truth is known: fleet-files FOLDER HOSTS SOCKETS. Each connection is between two of the
 * hosts; of a hundred, ten wait for their client's close, two have lost their other end, and thirty lead through a
 * translation of addresses. Writes FOLDER/hN.unfin, and what must be found as JSON to stdout. */
#include "model/sequence.h"
#include "source/kept/kept.h"
#include <endian.h>
#include <stdio.h>

enum { SERVICES = 40, IDLE_MS = 600 * 1000 };

struct truth {
	unsigned healthy, client_owes, half_open;
};

static uint64_t next_random(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005ULL + 1442695040888963407ULL;
	return *seed >> 33;
}

/* All on one boot, and so on one clock; the later a host's number, the later it looked. */
static struct moment *host_new(unsigned number)
{
	static const struct fleet_key key = { { 1 } };
	struct moment *m = moment_new();
	struct netns *n = array_push(&m->netns);
	struct local_address *a = array_push(&m->addresses);

	m->host = arena_printf(m->arena, "h%u", number);
	m->boot_id = "7d1c3f0e-0000-4000-8000-000000000000";
	m->kernel = "6.1";
	m->source = "bpf";
	m->taken_boot_ns = (3600 + number) * NS_PER_S;
	m->taken_unix_ms = 1800000000000ULL + number * 1000;
	m->fleet_key_id = fleet_key_id(&key);
	*n = (struct netns){ .inode = 4026531840 + number,
		             .self = true,
		             .in_scope = true,
		             .table_seen = true,
		             .addresses_known = true };
	a->range = (struct addr_range){ addr_v4(htobe32(0x0a000000 + number + 1)), 128 };
	for (unsigned i = 0; i < SERVICES; i++) {
		uint32_t at = moment_process(m, 1000 + i, (1 + i) * NS_PER_S);
		snprintf(m->processes.items[at].comm, sizeof(m->processes.items[at].comm), "svc-%u", i);
	}
	return m;
}

static void end_add(struct moment *m, enum tcp_state state, struct endpoint local, struct endpoint peer,
                    const uint32_t numbers[2], uint32_t service)
{
	static const struct fleet_key key = { { 1 } };
	bool client = local.port >= 32768;
	struct socket *s = array_push(&m->sockets);

	*s = (struct socket){
		.cookie = m->sockets.count,
		.local = local,
		.peer = peer,
		.first_holder = HOLDER_NONE,
		.flags = SOCKET_TIMES_KNOWN,
		.since_data_ms = IDLE_MS,
		.since_ack_ms = IDLE_MS,
		.since_sent_ms = IDLE_MS,
		.state = (uint8_t)state,
		.role = client ? ROLE_CLIENT : ROLE_SERVER,
	};
	s->sequence = sequence_id(&key, numbers[0], numbers[1]);
	if (state == STATE_CLOSE_WAIT)
		s->sequence_unended = sequence_id(&key, numbers[0], numbers[1] - 1);
	moment_hold(m, s, service, (uint32_t)m->sockets.count + 2);
}

static struct endpoint endpoint_of(unsigned host, uint16_t port)
{
	return (struct endpoint){ addr_v4(htobe32(0x0a000000 + host + 1)), port };
}

static void connection_add(struct moment *const *hosts, unsigned count, unsigned number, uint64_t *seed,
                           struct truth *truth)
{
	unsigned a = (unsigned)(next_random(seed) % count),
	         b = (a + 1 + (unsigned)(next_random(seed) % (count - 1))) % count;
	unsigned kind = (unsigned)(next_random(seed) % 100), service = (unsigned)(next_random(seed) % SERVICES);
	struct endpoint client = endpoint_of(a, (uint16_t)(32768 + number % 28000)),
	                server = endpoint_of(b, (uint16_t)(8000 + number / 28000));
	const uint32_t ours[2] = { (uint32_t)next_random(seed), (uint32_t)next_random(seed) },
	               theirs[2] = { ours[1], ours[0] };
	struct endpoint seen_client = client, seen_server = server;

	if (kind < 12 && kind >= 10) { /* who still has it looked last */
		if (a < b)
			seen_client = client = endpoint_of(b, client.port),
			seen_server = server = endpoint_of(a, server.port), a = b;
		truth->half_open++;
		end_add(hosts[a], STATE_ESTABLISHED, client, seen_server, ours, service);
		return;
	}
	if (number % 100 < 30) { /* each end sees an address of the translator's */
		seen_server = (struct endpoint){ addr_v4(htobe32(0xc0a80001)), server.port };
		seen_client = (struct endpoint){ addr_v4(htobe32(0xc0a80002)), (uint16_t)(1024 + number % 30000) };
	}
	bool owes = kind < 10;
	truth->client_owes += owes;
	truth->healthy += !owes;
	end_add(hosts[a], owes ? STATE_CLOSE_WAIT : STATE_ESTABLISHED, client, seen_server, ours, service);
	end_add(hosts[b], owes ? STATE_FIN_WAIT2 : STATE_ESTABLISHED, server, seen_client, theirs,
	        SERVICES - 1 - service);
}

int main(int argc, char **argv)
{
	unsigned count = argc > 3 ? (unsigned)atoi(argv[2]) : 0, sockets = argc > 3 ? (unsigned)atoi(argv[3]) : 0;
	struct moment *hosts[256];
	struct truth truth = { 0 };
	uint64_t seed = 7;
	struct gap why;
	char path[4096];

	if (count < 2 || count > 256)
		return 2;
	for (unsigned i = 0; i < count; i++)
		hosts[i] = host_new(i);
	for (unsigned i = 0; i < count * sockets / 2; i++)
		connection_add(hosts, count, i, &seed, &truth);
	for (unsigned i = 0; i < count; i++) {
		snprintf(path, sizeof(path), "%s/h%u.unfin", argv[1], i);
		if (kept_write(hosts[i], path, false, hosts[i]->arena, &why))
			return 1;
		moment_free(hosts[i]);
	}
	printf("{\"healthy\":%u,\"client_owes\":%u,\"half_open\":%u}\n", truth.healthy, truth.client_owes,
	       truth.half_open);
	return 0;
}
