#include "bridges.h"
#include "bridge.load.h"
#include "base/array.h"
#include "base/memory.h"
#include "bpf/pid_namespace.h"
#include "entry.h"
#include "model/keyed.h"
#include <bpf/bpf.h>
#include <inttypes.h>

enum { PROGRAMS_MOST = 64 };

struct bridges {
	struct bridge_bpf *programs; /* NULL: nobody has asked for it yet */
	bool refused;
	size_t count;
	ARRAY(int) links;
	struct keyed none; /* programs that have nothing to hook */
};

struct bridges *bridges_new(void)
{
	return memory_zeroed(sizeof(struct bridges));
}

static int load(struct bridges *b)
{
	b->programs = bridge_bpf__open();
	int err = b->programs ? pid_namespace_find(&b->programs->rodata->pid_namespace) : -ENOMEM;
	if (!err)
		err = bridge_bpf__load(b->programs);
	if (!err && bridge_bpf__attach(b->programs))
		err = -errno;
	if (err)
		bridge_bpf__destroy(take_ptr(b->programs));
	return err;
}

static int hook_entry(struct bridges *b, uint32_t pid, const char *path, uint64_t offset, int program)
{
	int link = entry_hook(pid, path, offset, program);

	if (link < 0)
		return link;
	*array_push(&b->links) = link;
	return 0;
}

int bridges_add(struct bridges *b, uint32_t pid, const struct record_bridge_program *program)
{
	char path[64];

	if (!b->programs && !b->refused)
		b->refused = load(b) != 0;
	if (!b->programs || b->count == PROGRAMS_MOST)
		return b->programs ? -ENOSPC : -ENOTSUP;
	b->count++;
	const int hooks[BRIDGE_HOOKS] = { [BRIDGE_QUEUE] = b->programs->progs.queueing.prog_fd,
		                          [BRIDGE_DIAL] = b->programs->progs.dialing.prog_fd,
		                          [BRIDGE_PARALLEL] = b->programs->progs.racing.prog_fd,
		                          [BRIDGE_SERIAL] = b->programs->progs.starting.prog_fd };
	int err = bpf_map_update_elem(b->programs->maps.programs.map_fd, &pid, program, BPF_ANY) ? -errno : 0;
	snprintf(path, sizeof(path), "/proc/%" PRIu32 "/exe", pid);
	for (size_t i = 0; i < BRIDGE_HOOKS && !err; i++)
		if (program->entry[i])
			err = hook_entry(b, pid, path, program->entry[i], hooks[i]);
	return err;
}

void bridges_none(struct bridges *b, uint64_t program)
{
	keyed_add(&b->none, program, 0);
}

bool bridges_has_none(const struct bridges *b, uint64_t program)
{
	return keyed_has(&b->none, program);
}

int bridges_find(const struct bridges *b, uint64_t cookie, struct record_bridge *ret)
{
	struct record_bridge r;

	if (!b->programs ||
	    (bpf_map_lookup_elem(b->programs->maps.bridges.map_fd, &cookie, &r) &&
	     bpf_map_lookup_elem(b->programs->maps.failed.map_fd, &cookie, &r)) ||
	    r.count > BRIDGE_ADDRESSES)
		return -ENOENT;
	*ret = r;
	return 0;
}

void bridges_leave(struct bridges *b)
{
	array_each (&b->links, link)
		close(*link);
	array_free(&b->links);
	bridge_bpf__destroy(take_ptr(b->programs));
}

void bridges_free(struct bridges *b)
{
	if (!b)
		return;
	bridges_leave(b);
	keyed_free(&b->none);
	free(b);
}
