#include "queues.h"

static bool concerns(const struct finding *f, uint32_t process)
{
	if (f->subject == process)
		return true;
	array_each (&f->others, other)
		if (*other == process)
			return true;
	return false;
}

static bool concerns_holder(const struct moment *m, const struct finding *f, uint32_t listener)
{
	moment_each_holder (m, &m->sockets.items[listener], h)
		if (concerns(f, h->process))
			return true;
	return false;
}

const struct finding *queue_stopper(struct inquiry *q, uint32_t listener)
{
	const struct finding *full = NULL;

	array_each (&q->findings, f) {
		bool hangs = streq(f->id, "hung-owner");
		bool is_full = (streq(f->id, "fd-limit") && f->limit_reached) || streq(f->id, "not-served");
		if ((!hangs && !is_full) || !concerns_holder(q->moment, f, listener))
			continue;
		if (hangs)
			return f;
		full = f;
	}
	return full;
}
