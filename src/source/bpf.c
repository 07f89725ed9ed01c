/* The best source: two iterators of the kernel, walked in one thread. Needs BTF and the right to load BPF. */
#include "source.h"
#include "decode.h"
#include "snapshot.skel.h"
#include "bpf_host.h"
#include "bpf_iter.h"
#include "hiding.h"
#include <errno.h>

enum { READ_BYTES = 256 * 1024 };

struct bpf_source {
	struct snapshot_bpf *programs;
	char buffer[READ_BYTES];
};

static void bpf_close(void *state)
{
	struct bpf_source *b = state;

	snapshot_bpf__destroy(b->programs);
	free(b);
}

static int bpf_open(const struct source_request *request, struct arena *arena, void **ret_state, struct gap *ret_why)
{
	struct bpf_source *b = memory_zeroed(sizeof(*b));
	int err;

	bpf_host_quiet();
	b->programs = snapshot_bpf__open();
	err = b->programs ? 0 : -errno;
	if (!err)
		err = snapshot_bpf__load(b->programs);
	if (!err)
		err = snapshot_bpf__attach(b->programs);
	if (err) {
		*ret_why = bpf_host_why(err, arena);
		bpf_close(b);
		return err;
	}
	*ret_state = b;
	return 0;
}

static ssize_t feed(void *context, const char *bytes, size_t length)
{
	return decoder_feed(context, bytes, length);
}

/* One pass of one iterator. The namespace of dump_table is the caller's at this moment. */
static int pass(struct bpf_source *b, struct bpf_link *link, struct decoder *d)
{
	return bpf_iter_read(bpf_link__fd(link), b->buffer, sizeof(b->buffer), feed, d);
}

static int bpf_look(void *state, const struct source_request *request, struct moment *m, bool second)
{
	struct bpf_source *b = state;
	struct decoder d;
	int err;

	decoder_begin(&d, m, second);
	b->programs->bss->table_in_full = false;
	b->programs->bss->only_netns = (uint32_t)request->netns;
	err = pass(b, b->programs->links.dump_held, &d);
	if (!err)
		err = pass(b, b->programs->links.dump_table, &d);
	if (!err && d.unseen.count) {
		b->programs->bss->table_in_full = true;
		err = pass(b, b->programs->links.dump_table, &d);
	}
	decoder_end(&d, err);
	if (!err)
		hiding_search(m);
	return err;
}

const struct source_kind source_bpf = {
	.name = "bpf",
	.open = bpf_open,
	.look = bpf_look,
	.close = bpf_close,
};
