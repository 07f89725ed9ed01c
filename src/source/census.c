#include "census.h"
#include "bpf_iter.h"
#include "decode.h"
#include "census.load.h"
#include <bpf/bpf.h>
#include <errno.h>

struct census {
	struct census_bpf *programs;
};

static int attach(struct census_bpf *programs)
{
	union bpf_iter_link_info info = { .map.map_fd = (uint32_t)programs->maps.parts.map_fd };
	LIBBPF_OPTS(bpf_link_create_opts, opts, .iter_info = &info, .iter_info_len = sizeof(info));
	int link = bpf_link_create(programs->progs.count_part.prog_fd, 0, BPF_TRACE_ITER, &opts);

	if (link < 0)
		return -errno;
	programs->links.count_part_fd = link;
	return 0;
}

int census_open(struct census **ret)
{
	struct census *c = memory_zeroed(sizeof(*c));

	c->programs = census_bpf__open();
	int err = c->programs ? census_bpf__load(c->programs) : -ENOMEM;
	if (!err)
		err = attach(c->programs);
	if (err)
		census_close(c);
	else
		*ret = c;
	return err;
}

void census_close(struct census *c)
{
	if (!c)
		return;
	census_bpf__destroy(c->programs);
	free(c);
}

/* The program writes nothing. */
static ssize_t feed(void *context, const char *bytes, size_t length)
{
	return -EPROTO;
}

int census_take(struct census *c, uint64_t netns, uint64_t ret[STATE_COUNT])
{
	const __u64 *states = c->programs->bss->states;
	char none[64];

	memset(c->programs->bss->states, 0, sizeof(c->programs->bss->states));
	memset(ret, 0, STATE_COUNT * sizeof(*ret));
	c->programs->bss->only_netns = (uint32_t)netns;
	int err = bpf_iter_read(c->programs->links.count_part_fd, none, sizeof(none), feed, NULL);
	for (uint8_t s = 0; s < ARRAY_SIZE(c->programs->bss->states) && !err; s++)
		ret[decode_state(s)] += states[s];
	return err;
}
