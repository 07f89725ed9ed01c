#include "call_hooks.h"
#include "bpf/pid_namespace.h"
#include "tracefs.h"
#include <errno.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#define LOST(what) "victims: processes whose " what " fails are not seen failing"

static const struct hook return_hooks[CALL_RETURNS] = {
	[RECORD_CALL_BIND] = { "bind", "__sys_bind", LOST("bind()"), HOOK_RETURN },
	[RECORD_CALL_CONNECT] = { "connect", "__sys_connect", LOST("connect()"), HOOK_RETURN },
	[RECORD_CALL_LISTEN] = { "listen", "__sys_listen", LOST("listen()"), HOOK_RETURN },
	[RECORD_CALL_ACCEPT] = { "accept", "__sys_accept4", LOST("accept()"), HOOK_RETURN },
	[RECORD_CALL_SOCKET] = { "socket", "__sys_socket", LOST("socket()"), HOOK_RETURN },
};

static const struct hook exits_hook = { "calls", "bind, connect, listen, accept, accept4, socket",
	                                LOST("bind() or connect()"), HOOK_CALLS };

/* Each call once, so that it fails at once. The family is one that our own filter of system calls lets pass. */
static void make_trials(void)
{
	enum { NO_TYPE = 15 };

	(void)syscall(SYS_bind, RECORD_TRIAL, NULL, 0);
	(void)syscall(SYS_connect, RECORD_TRIAL, NULL, 0);
	(void)syscall(SYS_listen, RECORD_TRIAL, 0);
	(void)syscall(SYS_accept, RECORD_TRIAL, NULL, NULL);
	(void)syscall(SYS_accept4, RECORD_TRIAL, NULL, NULL, 0);
	(void)syscall(SYS_socket, AF_NETLINK, NO_TYPE, RECORD_TRIAL);
}

/* Whoever else tries at the same time proves the same. */
static void prove_returns(struct call_hooks *c)
{
	make_trials();
	for (size_t i = 0; i < CALL_RETURNS; i++)
		if (c->books->tried[i] < (i == RECORD_CALL_ACCEPT ? 2 : 1))
			c->returns[i].error = HOOK_UNPROVEN;
}

static void attach_returns(struct call_hooks *c, const struct hook_options *options)
{
	const int programs[CALL_RETURNS] = {
		[RECORD_CALL_BIND] = c->by_returns->progs.bind_returned.prog_fd,
		[RECORD_CALL_CONNECT] = c->by_returns->progs.connect_returned.prog_fd,
		[RECORD_CALL_LISTEN] = c->by_returns->progs.listen_returned.prog_fd,
		[RECORD_CALL_ACCEPT] = c->by_returns->progs.accept_returned.prog_fd,
		[RECORD_CALL_SOCKET] = c->by_returns->progs.socket_returned.prog_fd,
	};

	for (size_t i = 0; i < CALL_RETURNS && !call_hooks_refused(c); i++)
		hook_attach(&c->returns[i], &return_hooks[i], programs[i], options);
	if (!call_hooks_refused(c))
		prove_returns(c);
}

static void close_returns(struct call_hooks *c)
{
	for (size_t i = 0; i < CALL_RETURNS; i++)
		hook_detach(&c->returns[i]);
	returns_bpf__destroy(take_ptr(c->by_returns));
}

/* Of either set of programs: they count into tables of the same names. */
static int take_tables(struct call_hooks *c, int calls, int callers, struct record_call_books *books)
{
	c->calls_map = calls;
	c->callers_map = callers;
	c->books = books;
	return 0;
}

static int load_returns(struct call_hooks *c)
{
	struct returns_bpf *p = c->by_returns = returns_bpf__open();
	int err = p ? pid_namespace_find(&p->rodata->pid_namespace) : -ENOMEM;

	err = err ?: returns_bpf__load(p);
	return err ?: take_tables(c, p->maps.calls.map_fd, p->maps.callers.map_fd, &p->bss->books);
}

/* A row that is turned off is not even loaded; and without `calls` no failing call is followed, by any way. */
static void try_returns(struct call_hooks *c, const struct hook_options *options)
{
	for (size_t i = 0; i < CALL_RETURNS; i++) {
		bool off = hook_is_off(&return_hooks[i], options) || hook_is_off(&exits_hook, options);
		c->returns[i] = (struct hook_state){ &return_hooks[i], -1, -1, off ? HOOK_OFF : 0 };
	}
	if (call_hooks_refused(c))
		return;
	c->returns[0].error = -load_returns(c);
	if (!c->returns[0].error)
		attach_returns(c, options);
}

static int attach_exits(struct call_hooks *c)
{
	static const struct call_exit exits[] = {
		{ "sys_exit_bind", RECORD_CALL_BIND },      { "sys_exit_connect", RECORD_CALL_CONNECT },
		{ "sys_exit_listen", RECORD_CALL_LISTEN },  { "sys_exit_accept", RECORD_CALL_ACCEPT },
		{ "sys_exit_accept4", RECORD_CALL_ACCEPT }, { "sys_exit_socket", RECORD_CALL_SOCKET },
	};
	_Static_assert(ARRAY_SIZE(exits) == CALL_EXITS, "a link for each");

	return tracefs_attach_exits(c->by_exits->progs.call_exit.prog_fd, exits, CALL_EXITS, c->exit_links);
}

static int load_exits(struct call_hooks *c)
{
	struct events_bpf *p = c->by_exits = events_bpf__open();
	int err = p ? pid_namespace_find(&p->rodata->pid_namespace) : -ENOMEM;

	err = err ?: events_bpf__load(p);
	return err ?: take_tables(c, p->maps.calls.map_fd, p->maps.callers.map_fd, &p->bss->books);
}

static void detach_exits(struct call_hooks *c)
{
	for (size_t i = 0; i < CALL_EXITS; i++) {
		cleanup_close(&c->exit_links[i]);
		c->exit_links[i] = -1;
	}
}

/* All exits or none. */
static int open_exits(struct call_hooks *c, const struct hook_options *options)
{
	int err = load_exits(c);

	c->exits = (struct hook_state){ &exits_hook, -1, -1, HOOK_OFF };
	if (err)
		return err;
	c->exits.program = c->by_exits->progs.call_exit.prog_fd;
	if (hook_is_off(&exits_hook, options))
		return 0;
	c->exits.error = -attach_exits(c);
	if (c->exits.error)
		detach_exits(c);
	c->exits.link = c->exit_links[0];
	return 0;
}

int call_hooks_open(struct call_hooks *c, const struct hook_options *options)
{
	*c = (struct call_hooks){ 0 };
	memset(c->exit_links, -1, sizeof(c->exit_links));
	try_returns(c, options);
	if (!call_hooks_refused(c))
		return 0;
	close_returns(c);
	int err = open_exits(c, options);
	if (err)
		call_hooks_close(c);
	return err;
}

void call_hooks_close(struct call_hooks *c)
{
	close_returns(c);
	detach_exits(c);
	events_bpf__destroy(take_ptr(c->by_exits));
}

const struct hook_state *call_hooks_used(const struct call_hooks *c, size_t *ret_count)
{
	*ret_count = c->by_returns ? CALL_RETURNS : 1;
	return c->by_returns ? c->returns : &c->exits;
}

const struct hook_state *call_hooks_refused(const struct call_hooks *c)
{
	for (size_t i = 0; i < CALL_RETURNS; i++)
		if (c->returns[i].error)
			return &c->returns[i];
	return NULL;
}

uint64_t call_hooks_missed(const struct call_hooks *c)
{
	size_t count;
	const struct hook_state *hooks = call_hooks_used(c, &count);
	uint64_t missed = 0;

	for (size_t i = 0; i < count; i++)
		missed += hook_misses(hooks[i].program);
	return missed;
}
