/* looks SECONDS SOURCE self|all: looks again and again in one process, beside a storm (storm.c), and holds every look
 * against what the storm's processes are called. One line of JSON; status 1 if anything is wrong. */
#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "source/source.h"
#include <sys/resource.h>

enum { KEEPERS = 10, KEPT = 20, WARM_UP = 5 };

struct tally {
	uint64_t looks, failed, incomplete, silent; /* silent: incomplete, and no gap says why */
	uint64_t storm_holders, wrong_holders, kept_missing;
	uint64_t rss_before_kb, rss_after_kb, files_before, files_after;
};

static uint64_t open_files(void)
{
	cleanup(cleanup_closedir) DIR *dir = opendir("/proc/self/fd");
	uint64_t count = 0;

	while (dir && readdir(dir))
		count++;
	return count;
}

static uint64_t rss_kb(void)
{
	TEXT_CLEANUP text = { 0 };
	unsigned long pages = 0;

	if (!file_read("/proc/self/statm", 256, &text))
		sscanf(text.bytes, "%*u %lu", &pages);
	return pages * (uint64_t)sysconf(_SC_PAGESIZE) / 1024;
}

/* Holders named s-PORT hold that port and nothing else; keepers hold what they have held from the start. */
static void hold_against(const struct moment *m, struct tally *t)
{
	uint64_t kept = 0;

	array_each (&m->sockets, s) {
		moment_each_holder (m, s, h) {
			const struct process *p = &m->processes.items[h->process];
			unsigned port;
			kept += starts_with(p->comm, "keep-") && s->state == STATE_ESTABLISHED;
			if (sscanf(p->comm, "s-%u", &port) != 1)
				continue;
			t->storm_holders++;
			t->wrong_holders += s->local.port && s->local.port != port;
		}
	}
	t->kept_missing += kept != KEEPERS * KEPT;
}

static void look(struct source *source, struct tally *t)
{
	cleanup(moment_cleanup) struct moment *m = moment_new();

	t->looks++;
	if (source_look(source, m)) {
		t->failed++;
		return;
	}
	t->incomplete += !moment_is_complete(m);
	t->silent += !moment_is_complete(m) && !m->coverage.gaps.count;
	hold_against(m, t);
}

static void tell(const struct tally *t, const char *source)
{
	TEXT_CLEANUP out = { 0 };
	struct json j = JSON(&out, false);

	json_object_begin(&j, NULL);
	json_text(&j, "source", source);
	json_u64(&j, "looks", t->looks);
	json_u64(&j, "failed", t->failed);
	json_u64(&j, "incomplete", t->incomplete);
	json_u64(&j, "incomplete_without_gap", t->silent);
	json_u64(&j, "storm_holders", t->storm_holders);
	json_u64(&j, "wrong_holders", t->wrong_holders);
	json_u64(&j, "looks_without_a_keeper", t->kept_missing);
	json_u64(&j, "rss_before_kb", t->rss_before_kb);
	json_u64(&j, "rss_after_kb", t->rss_after_kb);
	json_u64(&j, "files_before", t->files_before);
	json_u64(&j, "files_after", t->files_after);
	json_object_end(&j);
	text_flush(&out, STDOUT_FILENO);
}

int main(int argc, char **argv)
{
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	cleanup(source_cleanup) struct source *source = NULL;
	struct tally t = { 0 };
	struct gap why;

	if (argc != 4)
		return 2;
	struct source_request request = { .scope = streq(argv[3], "all") ? SCOPE_ALL : SCOPE_SELF,
		                          .wants = WANT_DETAILS | WANT_LIMITS,
		                          .force = argv[2] };
	if (source_open(&request, arena, &source, &why)) {
		fprintf(stderr, "looks: %s: %s\n", why.what, why.why);
		return 2;
	}
	uint64_t end_ns = clock_monotonic_ns() + strtoull(argv[1], NULL, 10) * NS_PER_S;
	while (t.looks < WARM_UP || clock_monotonic_ns() < end_ns) {
		look(source, &t);
		if (t.looks == WARM_UP) {
			t.rss_before_kb = rss_kb();
			t.files_before = open_files();
		}
	}
	t.rss_after_kb = rss_kb();
	t.files_after = open_files();
	tell(&t, argv[2]);
	bool grew = t.rss_after_kb > t.rss_before_kb + t.rss_before_kb / 2 || t.files_after > t.files_before;
	return t.failed || t.silent || t.wrong_holders || t.kept_missing || grew;
}
