#include "bpf_hiding.h"
#include "bpf/pid_namespace.h"
#include "bpf_iter.h"
#include "hiding.h"
#include "hiding.load.h"
#include <errno.h>

enum { BUFFER_BYTES = 64 * 1024 };

static ssize_t feed(void *context, const char *bytes, size_t length)
{
	struct hideouts *h = context;
	struct record_hiding r;
	size_t at = 0;

	for (; length - at >= sizeof(r); at += sizeof(r)) {
		memcpy(&r, bytes + at, sizeof(r));
		if (r.kind == HIDING_FLIGHT)
			*array_push(&h->cookies) = r.cookie;
		else if (r.kind == HIDING_RING)
			*array_push(&h->rings) = (struct ring){ r.tgid, r.fd };
		else
			return -EPROTO;
	}
	return (ssize_t)at;
}

static int walk_descriptors(struct hideouts *h)
{
	struct hiding_bpf *programs = hiding_bpf__open();
	cleanup(cleanup_free) char *buffer = memory_resize(NULL, BUFFER_BYTES, 1);

	int err = programs ? pid_namespace_find(&programs->rodata->pid_namespace) : -errno;
	if (!err)
		err = hiding_bpf__load(programs);
	if (!err)
		err = hiding_bpf__attach(programs);
	if (!err)
		err = bpf_iter_read(programs->links.dump_hiding_fd, buffer, BUFFER_BYTES, feed, h);
	hiding_bpf__destroy(programs);
	return err;
}

void bpf_hiding_search(struct moment *m)
{
	struct hideouts h = { 0 };

	if (!hiding_is_needed(m))
		return;
	h.err = walk_descriptors(&h);
	hiding_judge(&h, m);
}
