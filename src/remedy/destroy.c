#include "destroy.h"
#include "base/memory.h"
#include <errno.h>

struct destroyer {
	enum destroy_method method;
	void *state;
};

static const struct destroy_kind *const kinds[DESTROY_METHODS] = {
	[DESTROY_BPF] = &destroy_bpf,
	[DESTROY_DIAG] = &destroy_diag,
	[DESTROY_SHUTDOWN] = &destroy_shutdown,
};

int destroyer_open(enum destroy_method method, struct destroyer **ret)
{
	void *state = NULL;
	int err = kinds[method]->open(&state);

	if (err)
		return err;
	struct destroyer *d = memory_zeroed(sizeof(*d));
	*d = (struct destroyer){ .method = method, .state = state };
	*ret = d;
	return 0;
}

void destroyer_close(struct destroyer *d)
{
	if (d && kinds[d->method]->close)
		kinds[d->method]->close(d->state);
	free(d);
}

int destroyer_run(struct destroyer *d, struct doomed *items, size_t count)
{
	return count ? kinds[d->method]->run(d->state, items, count) : 0;
}

const char *destroy_name(enum destroy_method method)
{
	return kinds[method]->name;
}
