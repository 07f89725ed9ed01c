/* Moments of a host by hand, for the rules: who holds which sockets, and what is found then. */
#pragma once
#include "unit.h"
#include "rule/judgement.h"
#include "scene.h"

/* A namespace whose table was seen, 1000 s after boot. */
static inline struct moment *host(uint64_t window_ms)
{
	struct moment *m = moment_new();

	m->taken_boot_ns = 1000 * NS_PER_S;
	m->window.ms = window_ms;
	uint32_t n = moment_netns(m, 4026531840);
	m->netns.items[n].in_scope = m->netns.items[n].table_seen = true;
	return m;
}

static inline struct process *process(struct moment *m, uint32_t pid, const char *comm, const char *cmdline)
{
	uint32_t at = moment_process(m, pid, 900 * NS_PER_S); /* may move the array */
	struct process *p = &m->processes.items[at];

	snprintf(p->comm, sizeof(p->comm), "%s", comm);
	p->exe = "/usr/bin/program";
	p->cmdline = cmdline;
	return p;
}

static inline struct socket *held(struct moment *m, uint32_t pid, enum tcp_state state, const char *local,
                                  const char *peer)
{
	struct socket *s = scene_socket(m, state, local, peer);

	s->flags |= SOCKET_HAS_FILE;
	moment_hold(m, s, moment_process(m, pid, 900 * NS_PER_S), (uint32_t)m->sockets.count);
	return s;
}

/* Finished by its peer so long ago, all read; a client's. */
static inline struct socket *finished(struct moment *m, uint32_t pid, unsigned port, const char *peer, uint32_t ms)
{
	char local[32];

	snprintf(local, sizeof(local), "10.0.0.1:%u", 30000 + port);
	struct socket *s = held(m, pid, STATE_CLOSE_WAIT, local, peer);
	scene_times(s, ms, ms, ms);
	s->flags |= SOCKET_BUCKET_KNOWN;
	s->fastreuse = s->fastreuseport = -1;
	return s;
}

static inline struct judgement *judged(struct moment *m)
{
	moment_derive(m);
	return judge(m);
}

static inline const struct finding *only(const struct judgement *j, const char *id, size_t count)
{
	assert_int_equal(j->findings.count, 1);
	assert_string_equal(j->findings.items[0].id, id);
	assert_int_equal(j->findings.items[0].count, count);
	return &j->findings.items[0];
}
