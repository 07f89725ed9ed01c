#include "run_files.h"
#include "base/clock.h"
#include "base/format.h"
#include "base/json.h"
#include "source/kept/image.h"
#include "source/kept/kept.h"
#include <errno.h>

enum { MODE = 0640, SHOWN_SHARE = 400, SHOWN_MOST_MS = 300 * 1000 };

static const char *const names[] = { "moment", "metrics", "agent.json" };

void run_files_begin(struct run_files *r, const char *folder)
{
	cleanup(cleanup_free) char *real = realpath(folder, NULL);

	*r = (struct run_files){ .folder = folder, .started_ms = clock_unix_ms() };
	text_add(&r->real, real ?: folder);
}

bool run_files_due(const struct run_files *r, uint64_t now_ns)
{
	return !r->shown_ns || now_ns - r->shown_ns >= MIN(r->price_ns * SHOWN_SHARE, SHOWN_MOST_MS * NS_PER_MS);
}

static void json_time(struct json *j, const char *name, uint64_t unix_ms)
{
	TEXT_CLEANUP t = { 0 };

	format_rfc3339(&t, unix_ms);
	json_text(j, name, t.bytes);
}

static void add_status(struct text *out, const struct run_files *r, const struct run_status *s)
{
	struct json j = JSON(out, true);

	json_object_begin(&j, NULL);
	json_text(&j, "schema", "unfin.agent/1");
	json_text(&j, "version", UNFIN_VERSION);
	json_u64(&j, "pid", (uint64_t)getpid());
	json_time(&j, "started_at", r->started_ms);
	json_time(&j, "cycle_at", s->moment->taken_unix_ms);
	json_u64(&j, "cycle_unix_ms", s->moment->taken_unix_ms);
	json_time(&j, "moment_at", r->shown_unix_ms);
	json_u64(&j, "cycles", s->cycles);
	json_u64(&j, "interval_ms", s->interval_ms);
	json_u64(&j, "interval_asked_ms", s->asked_ms);
	json_bool(&j, "stretched", s->interval_ms > s->asked_ms);
	json_double(&j, "cost_ms", (double)s->cost_ns / NS_PER_MS);
	json_text(&j, "verdict", s->verdict);
	json_bool(&j, "complete", moment_is_complete(s->moment));
	json_u64(&j, "sockets_seen", s->moment->coverage.sockets_seen);
	json_text(&j, "last_error", s->trouble);
	json_object_end(&j);
	text_add_char(out, '\n');
}

static int tell_unwritten(const char *path, int err, struct arena *arena, struct gap *ret_why)
{
	if (err)
		*ret_why = (struct gap){ arena_printf(arena, "writing %s", path), strerror(-err), NULL };
	return err;
}

static int put(const struct run_files *r, const char *name, const struct text *bytes, struct arena *arena,
               struct gap *ret_why)
{
	const char *path = arena_printf(arena, "%s/%s", r->folder, name);

	return tell_unwritten(path, image_replace(path, bytes->bytes, bytes->length, MODE), arena, ret_why);
}

int run_files_make(struct run_files *r, const struct moment *m)
{
	uint64_t spent_ns = clock_spent_ns();

	r->made.length = 0;
	text_printf(&r->made, "%s/%s.new", r->real.bytes, names[0]);
	int err = kept_make(m, r->made.bytes, &r->made_bytes);
	r->price_ns = clock_spent_ns() - spent_ns;
	if (err)
		r->made.length = 0;
	return err;
}

static int show_moment(struct run_files *r, const struct run_status *s, struct arena *arena, struct gap *ret_why)
{
	const char *path = arena_printf(arena, "%s/%s", r->folder, names[0]);
	int err = rename(r->made.bytes, path) ? -errno : 0;

	r->made.length = 0;
	if (err)
		return tell_unwritten(path, err, arena, ret_why);
	r->shown_ns = clock_monotonic_ns();
	r->shown_unix_ms = s->moment->taken_unix_ms;
	return 0;
}

int run_files_write(struct run_files *r, const struct run_status *status, struct arena *arena, struct gap *ret_why)
{
	TEXT_CLEANUP json = { 0 };
	int err = r->made.length ? show_moment(r, status, arena, ret_why) : 0;

	err = err ?: put(r, names[1], status->metrics, arena, ret_why);
	add_status(&json, r, status);
	return put(r, names[2], &json, arena, ret_why) ?: err; /* last: who sees it finds the others */
}

void run_files_end(struct run_files *r)
{
	if (r->made.length)
		unlink(r->made.bytes);
	text_free(&r->made);
	text_free(&r->real);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		TEXT_CLEANUP path = { 0 };
		text_printf(&path, "%s/%s", r->folder, names[i]);
		unlink(path.bytes);
	}
}
