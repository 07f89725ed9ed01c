/* bpf_sock_destroy() under the socket's lock: see src/bpf/reclaim.bpf.c. One walk of the table for all of them. */
#include "destroy.h"
#include "reclaim.load.h"
#include "targets.h"
#include <errno.h>

static void bpf_close(void *state)
{
	reclaim_bpf__destroy(state);
}

static int bpf_open(void **ret_state)
{
	struct reclaim_bpf *programs = reclaim_bpf__open();
	int err = programs ? reclaim_bpf__load(programs) : -ENOMEM;

	if (!err && reclaim_bpf__attach(programs))
		err = -errno;
	if (err)
		bpf_close(programs);
	else
		*ret_state = programs;
	return err;
}

static int bpf_run(void *state, struct doomed *items, size_t count)
{
	struct reclaim_bpf *programs = state;

	return targets_run(programs->maps.targets.map_fd, programs->links.destroy_targets_fd, items, count);
}

const struct destroy_kind destroy_bpf = { .name = "bpf", .open = bpf_open, .run = bpf_run, .close = bpf_close };
