#include "nodes.h"
#include "node.load.h"
#include "bpf/pid_namespace.h"
#include "hooked.h"
#include <bpf/bpf.h>

struct nodes {
	struct node_bpf *programs; /* NULL: nobody has asked for it yet */
	bool refused;
	struct hooked hooked;
};

struct nodes *nodes_new(void)
{
	return memory_zeroed(sizeof(struct nodes));
}

static int load(struct nodes *n)
{
	n->programs = node_bpf__open();
	int err = n->programs ? pid_namespace_find(&n->programs->rodata->pid_namespace) : -ENOMEM;
	if (!err)
		err = node_bpf__load(n->programs);
	if (!err && node_bpf__attach(n->programs))
		err = -errno;
	if (err) {
		node_bpf__destroy(take_ptr(n->programs));
		return err;
	}
	n->hooked.map = n->programs->maps.programs.map_fd;
	n->hooked.bytes = sizeof(struct record_node_program);
	return 0;
}

int nodes_add(struct nodes *n, uint32_t pid, const char *path, const struct record_node_program *program)
{
	if (!n->programs && !n->refused)
		n->refused = load(n) != 0;
	if (!n->programs)
		return -ENOTSUP;
	const struct hooked_entry entries[] = { { program->init, n->programs->progs.creating.prog_fd },
		                                { program->connect, n->programs->progs.connecting.prog_fd },
		                                { program->listen, n->programs->progs.listening.prog_fd } };
	return hooked_add(&n->hooked, pid, path, program, entries, ARRAY_SIZE(entries));
}

bool nodes_refused(const struct nodes *n, uint32_t pid)
{
	return hooked_refused(&n->hooked, pid);
}

bool nodes_any(const struct nodes *n)
{
	return n->hooked.items.count > 0;
}

bool nodes_has(const struct nodes *n, uint64_t cookie)
{
	cleanup(cleanup_free) struct record_javascript *found = memory_zeroed(sizeof(*found));

	return !nodes_find(n, cookie, found);
}

int nodes_find(const struct nodes *n, uint64_t cookie, struct record_javascript *ret)
{
	if (!n->programs ||
	    (bpf_map_lookup_elem(n->programs->maps.calls.map_fd, &cookie, ret) &&
	     bpf_map_lookup_elem(n->programs->maps.failed.map_fd, &cookie, ret)) ||
	    ret->count > NODE_CALLS)
		return -ENOENT;
	return 0;
}

void nodes_leave(struct nodes *n)
{
	hooked_free(&n->hooked);
	node_bpf__destroy(take_ptr(n->programs));
}

void nodes_free(struct nodes *n)
{
	if (!n)
		return;
	nodes_leave(n);
	free(n);
}
