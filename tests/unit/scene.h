/* A small moment to try expressions and groupings on: seven sockets, named by letters.
 *
 *	A  close_wait   10.0.0.1:1000   -> 10.9.9.9:80          python3(100) fd 3, age exactly 3 h
 *	B  close_wait   10.0.0.1:1001   -> 10.9.9.9:80          python3(100) fd 4, bash(101) fd 4, age 1 to 10 min
 *	C  established  [::1]:8080      -> [::1]:2000           nginx(200) fd 9, keepalive, age at least 1 min
 *	D  established  [::ffff:10.0.0.2]:8080 -> [::ffff:10.8.0.1]:3000   nginx(200) fd 10, age at least 1 min
 *	E  time_wait    10.0.0.1:1002   -> 10.9.9.9:443         no holder, 20 s old
 *	F  listen       0.0.0.0:8080                            nginx(200) fd 6, no age
 *	G  close_wait   10.0.0.1:8080   -> 10.9.9.9:5000        not accepted, no age
 */
#pragma once
#include "model/event.h"
#include "model/moment.h"

static inline struct endpoint scene_endpoint(const char *text)
{
	struct endpoint e;

	if (endpoint_parse(text, &e))
		abort();
	return e;
}

static inline struct socket *scene_socket(struct moment *m, enum tcp_state state, const char *local, const char *peer)
{
	struct socket *s = array_push(&m->sockets);

	*s = (struct socket){
		.cookie = m->sockets.count,
		.inode = (uint32_t)m->sockets.count + 500,
		.uid = 1000,
		.local = scene_endpoint(local),
		.peer = scene_endpoint(peer),
		.first_holder = HOLDER_NONE,
		.state = (uint8_t)state,
	};
	return s;
}

static inline void scene_hold(struct moment *m, struct socket *s, uint32_t pid, const char *comm, uint32_t fd)
{
	uint32_t at = moment_process(m, pid, pid * NS_PER_S);

	snprintf(m->processes.items[at].comm, sizeof(m->processes.items[at].comm), "%s", comm);
	moment_hold(m, s, at, fd);
}

static inline void scene_times(struct socket *s, uint32_t data_ms, uint32_t ack_ms, uint32_t sent_ms)
{
	s->flags |= SOCKET_TIMES_KNOWN;
	s->since_data_ms = data_ms;
	s->since_ack_ms = ack_ms;
	s->since_sent_ms = sent_ms;
}

static inline struct moment *scene_new(void)
{
	struct moment *m = moment_new();
	struct socket *s;

	m->taken_unix_ms = 1800000000000;
	m->taken_boot_ns = 1000 * NS_PER_S;
	m->host = "scene";
	uint32_t netns = moment_netns(m, 4026531840);
	m->netns.items[netns].name = "blue";
	s = scene_socket(m, STATE_CLOSE_WAIT, "10.0.0.1:1000", "10.9.9.9:80");
	scene_times(s, 3 * 3600000, 3 * 3600000, 3 * 3600000);
	scene_hold(m, s, 100, "python3", 3);
	s = scene_socket(m, STATE_CLOSE_WAIT, "10.0.0.1:1001", "10.9.9.9:80");
	scene_times(s, 600000, 60000, 600000);
	s->flags |= SOCKET_KEEPALIVE;
	scene_hold(m, s, 100, "python3", 4);
	scene_hold(m, s, 101, "bash", 4);
	s = scene_socket(m, STATE_ESTABLISHED, "[::1]:8080", "[::1]:2000");
	scene_times(s, 60000, 60000, 60000);
	s->flags |= SOCKET_KEEPALIVE;
	scene_hold(m, s, 200, "nginx", 9);
	s = scene_socket(m, STATE_ESTABLISHED, "[::ffff:10.0.0.2]:8080", "[::ffff:10.8.0.1]:3000");
	scene_times(s, 60000, 60000, 60000);
	scene_hold(m, s, 200, "nginx", 10);
	s = scene_socket(m, STATE_TIME_WAIT, "10.0.0.1:1002", "10.9.9.9:443");
	s->timer = TIMER_TIME_WAIT;
	s->timer_ms = 40000;
	s->unowned = UNOWNED_TIME_WAIT;
	s = scene_socket(m, STATE_LISTEN, "0.0.0.0:8080", "0.0.0.0:0");
	scene_hold(m, s, 200, "nginx", 6);
	s = scene_socket(m, STATE_CLOSE_WAIT, "10.0.0.1:8080", "10.9.9.9:5000");
	s->unowned = UNOWNED_NOT_ACCEPTED;
	moment_derive(m);
	return m;
}

static inline struct stack *scene_stack(struct moment *m, const char *function, const char *file, uint32_t line)
{
	struct stack *s = arena_alloc(m->arena, sizeof(*s));

	s->how = SITE_EXACT;
	s->own = 1;
	s->count = 2;
	snprintf(s->runtime, sizeof(s->runtime), "python");
	snprintf(s->frames[0].function, STACK_FUNCTION, "connect");
	snprintf(s->frames[0].library, STACK_LIBRARY, "libc.so.6");
	s->frames[1] = (struct frame){ .line = line, .own = 1 };
	snprintf(s->frames[1].function, STACK_FUNCTION, "%s", function);
	snprintf(s->frames[1].file, STACK_FILE, "%s", file);
	return s;
}

/* Lines of code: B was opened in app.py, where python3 is told of its end, too; and nginx stands still. */
static inline void scene_lines(struct moment *m)
{
	static const struct site_commit change = {
		.id = "89ef", .author = "Bo Author", .subject = "retry", .unix_s = 1700001000
	};

	*array_push(&m->sites) = (struct site){
		.process = m->holders.items[m->sockets.items[1].first_holder].process,
		.count = 1,
		.holder = PROCESS_NONE,
		.newest_process = PROCESS_NONE,
		.stack = scene_stack(m, "fetch", "/srv/app.py", 17),
		.told = scene_stack(m, "poll", "/srv/app.py", 40),
		.commit = { .id = "0123abcd",
		            .author = "Ann Author",
		            .subject = "fetch twice",
		            .unix_s = 1700000000,
		            .offset_min = -60,
		            .behind = 3 },
		.listened_commit = { .why = "no repository holds it" },
		.changes = { .from_ms = 1700000000000,
		             .to_ms = 1700003600000,
		             .count = 5,
		             .shown = 1,
		             .commits = &change },
	};
	*array_push(&m->openings) = (struct opening){ .socket = 1, .site = 0 };
	*array_push(&m->standings) = (struct standing){
		.process = m->holders.items[m->sockets.items[2].first_holder].process,
		.tid = 201,
		.threads = 2,
		.thread = "worker",
		.stack = stack_none(m->arena, "it has no line table"),
	};
}
