#include "totals.h"
#include "base/clock.h"
#include "base/file.h"
#include <fcntl.h>

static void take_traffic(struct metrics_totals *t, const struct moment *m)
{
	array_each (&m->traffic, r) {
		t->opened += r->opened;
		t->closed_first += r->first;
		t->closed_after += r->after;
		t->reset += r->reset;
		t->refused += r->refused;
		t->timed_out += r->timed_out;
	}
	array_each (&m->departures, d)
		t->closed_after += d->unanswered ? 0 : d->count;
}

static void take_failure(struct metrics_totals *t, const struct failure *f)
{
	const char *call = call_name(f->call);

	array_each (&t->failures, known)
		if (streq(known->call, call) && known->error == f->error) {
			known->count += f->count;
			return;
		}
	*array_push(&t->failures) = (struct metrics_failures){ call, f->error, f->count };
}

void totals_take(struct metrics_totals *t, const struct moment *m)
{
	t->counted = m->window.closes_watched;
	t->events_lost += m->window.calls_lost;
	take_traffic(t, m);
	array_each (&m->failures, f)
		take_failure(t, f);
	array_each (&m->netns, n)
		if (n->totals.known && n->before.known && n->totals.listen_overflows > n->before.listen_overflows)
			t->listen_overflows += n->totals.listen_overflows - n->before.listen_overflows;
}

static uint64_t count_files(void)
{
	cleanup(cleanup_closedir) DIR *dir = file_open_dir(AT_FDCWD, "/proc/self/fd");
	uint64_t count = 0;
	int err = 0;

	while (dir && file_next_name(dir, &err))
		count++;
	return count ? count - 1 : 0; /* the folder's own */
}

void totals_take_self(struct metrics_totals *t)
{
	TEXT_CLEANUP memory = { 0 };
	unsigned long pages;

	t->cpu_s = (double)clock_spent_ns() / NS_PER_S;
	t->open_fds = count_files();
	if (!file_read("/proc/self/statm", 256, &memory) && sscanf(memory.bytes, "%*u %lu", &pages) == 1)
		t->resident_bytes = pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

void totals_free(struct metrics_totals *t)
{
	array_free(&t->failures);
}
