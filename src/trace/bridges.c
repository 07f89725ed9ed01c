#include "bridges.h"
#include "bridge.load.h"
#include "base/memory.h"
#include "bpf/pid_namespace.h"
#include "hooked.h"
#include <bpf/bpf.h>
#include <inttypes.h>

struct bridges {
	struct bridge_bpf *programs; /* NULL: nobody has asked for it yet */
	bool refused;
	struct hooked hooked;
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
	if (err) {
		bridge_bpf__destroy(take_ptr(b->programs));
		return err;
	}
	b->hooked.map = b->programs->maps.programs.map_fd;
	b->hooked.bytes = sizeof(struct record_bridge_program);
	return 0;
}

int bridges_add(struct bridges *b, uint32_t pid, const struct record_bridge_program *program)
{
	char path[64];

	if (!b->programs && !b->refused)
		b->refused = load(b) != 0;
	if (!b->programs)
		return -ENOTSUP;
	const struct bridge_bpf *p = b->programs;
	const struct hooked_entry entries[] = { { program->entry[BRIDGE_QUEUE], p->progs.queueing.prog_fd },
		                                { program->entry[BRIDGE_DIAL], p->progs.dialing.prog_fd },
		                                { program->entry[BRIDGE_PARALLEL], p->progs.racing.prog_fd },
		                                { program->entry[BRIDGE_SERIAL], p->progs.starting.prog_fd } };
	snprintf(path, sizeof(path), "/proc/%" PRIu32 "/exe", pid);
	return hooked_add(&b->hooked, pid, path, program, entries, ARRAY_SIZE(entries));
}

bool bridges_refused(const struct bridges *b, uint32_t pid)
{
	return hooked_refused(&b->hooked, pid);
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
	hooked_free(&b->hooked);
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
