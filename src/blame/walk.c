#include "walk.h"
#include "base/array.h"

static int walk_read(__u64 reader, void *to, __u32 bytes, __u64 address)
{
	const struct memory *m = (const struct memory *)(uintptr_t)reader;
	int err = memory_read(m, address, to, bytes);

	if (err)
		memset(to, 0, bytes);
	return err;
}

#include "bpf/walk.h"

struct record_capture *walk_live(const struct record_walk *w, const struct memory *m, const struct record_capture *of)
{
	struct record_capture *r = memory_zeroed(sizeof(*r));

	memcpy(r, of, offsetof(struct record_capture, body));
	r->flags &= ~(__u32)(CAPTURE_CUT | CAPTURE_LED);
	r->body_bytes = 0;
	walk(w, (uintptr_t)m, r);
	if (r->body_bytes || r->flags & CAPTURE_LED) {
		r->flags |= CAPTURE_WALKED;
		return r;
	}
	free(r);
	return NULL;
}
