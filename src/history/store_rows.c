#include "store_rows.h"
#include "base/json.h"
#include "deflate.h"
#include "model/state.h"
#include "sql.h"
#include <errno.h>
#include <inttypes.h>

/* Between two looks longer than this many intervals, nobody was there: the next look begins a row of its own. */
enum { INTERVALS_APART = 3, APART_LEAST_MS = 5000 };

static void add_states(struct text *t, const struct moment *m)
{
	uint64_t counts[STATE_COUNT];

	moment_count_states(m, counts);
	for (size_t i = 0; i < STATE_COUNT; i++)
		if (counts[i])
			text_printf(t, "%s%s %" PRIu64, t->length ? " " : "", state_json((enum tcp_state)i), counts[i]);
	text_add(t, "");
}

/* A list of objects, as the coverage of every document has it. */
static void add_gaps(struct text *t, const struct moment *m)
{
	struct json j = JSON(t, false);

	json_array_begin(&j, NULL);
	array_each (&m->coverage.gaps, g) {
		json_object_begin(&j, NULL);
		json_text(&j, "what", g->what);
		json_text(&j, "why", g->why);
		json_text(&j, "mend", g->mend);
		json_object_end(&j);
	}
	json_array_end(&j);
}

/* What makes one row differ from the next; times and costs do not. */
static void describe_look(struct text *t, const struct cycle *c, const char *states, const char *gaps)
{
	const struct moment *m = c->moment;

	text_printf(t, "%s|%s|%s|%s|%d", states, gaps, c->verdict, m->boot_id ?: "", moment_is_complete(m));
}

static bool goes_on(const struct store *s, const struct cycle *c, const char *text)
{
	uint64_t apart_ms = MAX(INTERVALS_APART * c->interval_ms, (uint64_t)APART_LEAST_MS);

	return s->look_ms && s->look_text && streq(s->look_text, text) && c->at_ms >= s->last_look_ms &&
	       c->at_ms - s->last_look_ms <= apart_ms;
}

static int add_look(struct store *s, const struct cycle *c)
{
	const struct moment *m = c->moment;
	TEXT_CLEANUP states = { 0 }, gaps = { 0 }, all = { 0 };

	add_states(&states, m);
	add_gaps(&gaps, m);
	describe_look(&all, c, states.bytes, gaps.bytes);
	s->pending_look_ms = (int64_t)c->at_ms;
	if (goes_on(s, c, all.bytes)) {
		s->pending_look_ms = s->look_ms;
		return sql_do(s->db,
		              "UPDATE look SET last_ms = ?, looks = looks + 1, cost_us = max(cost_us, ?), seen = ?,"
		              " kernel = ?, interval_ms = ? WHERE first_ms = ?",
		              "iiiiii", (int64_t)c->at_ms, (int64_t)c->cost_us, (int64_t)m->coverage.sockets_seen,
		              (int64_t)m->coverage.sockets_kernel, (int64_t)c->interval_ms, s->look_ms);
	}
	arena_free(s->looks);
	s->looks = arena_new();
	s->look_text = arena_strdup(s->looks, all.bytes);
	return sql_do(s->db, "INSERT OR REPLACE INTO look VALUES (?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	              "iitttiiitiitt", (int64_t)c->at_ms, (int64_t)c->at_ms, m->host, m->boot_id, UNFIN_VERSION,
	              (int64_t)c->interval_ms, (int64_t)c->cost_us, (int64_t)moment_is_complete(m), gaps.bytes,
	              (int64_t)m->coverage.sockets_seen, (int64_t)m->coverage.sockets_kernel, c->verdict, states.bytes);
}

static int add_release(struct store *s, struct release *r)
{
	if (!r->row)
		r->row = s->next_release++;
	return sql_do(s->db, "INSERT OR REPLACE INTO \"release\" VALUES (?, ?, ?, ?, ?, ?, ?)", "iitittt", r->row,
	              (int64_t)r->at_ms, r->program, (int64_t)r->pid, r->what, r->was, r->now);
}

static int add_victims(struct store *s, const struct life *l)
{
	int err = 0;

	array_each (&l->victims, v)
		err = err
		              ?: sql_do(s->db, "INSERT OR REPLACE INTO failure VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		                        "ittitttiii", l->row, v->program, v->cmdline, (int64_t)v->pid, v->call,
		                        v->error, v->target ?: "", (int64_t)v->count, (int64_t)v->first_ms,
		                        (int64_t)v->last_ms);
	return err;
}

static int add_points(struct store *s, const struct life *l)
{
	int err = 0;

	array_each (&l->points, p)
		err = err
		              ?: sql_do(s->db, "INSERT OR REPLACE INTO point VALUES (?, ?, ?, ?)", "iiii", l->row,
		                        (int64_t)p->at_ms, (int64_t)p->count, (int64_t)p->severity);
	return err;
}

/* A life has copies of its releases: they are known by when and as whom they were started. */
static int64_t find_release(struct store *s, const struct release *r)
{
	struct sql_rows rows = sql_ask(s->db, "SELECT \"release\" FROM \"release\" WHERE at_ms = ? AND pid = ?", "ii",
	                               (int64_t)r->at_ms, (int64_t)r->pid);
	int64_t row = sql_next(&rows) ? (int64_t)sql_u64(&rows, 0) : 0;

	sql_end(&rows);
	return row;
}

static int add_beside(struct store *s, struct life *l)
{
	int err = 0;

	array_each (&l->releases, r) {
		if (!r->row)
			r->row = find_release(s, r);
		err = err ?: r->row ? 0 : add_release(s, r);
		err = err ?: sql_do(s->db, "INSERT OR IGNORE INTO beside VALUES (?, ?)", "ii", l->row, r->row);
	}
	return err;
}

static int add_finding(struct store *s, const struct life *l)
{
	const struct process *p = &l->subject;
	bool known = l->subject_known;

	int err = sql_do(
	        s->db,
	        "INSERT OR REPLACE INTO finding (finding, key, id, title, thing, first_ms, last_ms, openings,"
	        " before, severity, highest, confidence, count, count_max, oldest_ms, netns, peer, listener, setting,"
	        " caused_by, subject_why) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	        "itttt"
	        "iiii"
	        "iiiiii"
	        "tttttt",
	        l->row, l->key, l->id, l->title, l->thing, (int64_t)l->first_ms, (int64_t)l->last_ms,
	        (int64_t)l->openings, (int64_t)l->before, (int64_t)l->severity, (int64_t)l->highest,
	        (int64_t)l->confidence, (int64_t)l->count, (int64_t)l->count_max, (int64_t)l->oldest_ms, l->netns,
	        l->peer, l->listener, l->setting, l->caused_by, l->subject_why);
	if (!err && l->ended_ms)
		err = sql_do(s->db, "UPDATE finding SET ended_ms = ? WHERE finding = ?", "ii", (int64_t)l->ended_ms,
		             l->row);
	if (err || !known)
		return err;
	return sql_do(s->db,
	              "UPDATE finding SET pid = ?, started_ms = ?, comm = ?, cmdline = ?, exe = ?, user = ?, unit = ?,"
	              " container = ?, container_name = ?, pod = ?, subject_netns = ? WHERE finding = ?",
	              "iittttttttii", (int64_t)p->pid, (int64_t)p->start_unix_ms, p->comm, p->cmdline, p->exe, p->user,
	              p->unit, p->container, p->container_name, p->pod, (int64_t)l->subject_netns, l->row);
}

/* The row of this life in the file, where the clock has been in its day before; else 0. Its beginning may have moved
 * with the clock. */
static int64_t find_life(struct store *s, const struct life *l)
{
	struct sql_rows rows =
	        sql_ask(s->db,
	                "SELECT finding FROM finding WHERE key = ? AND (ended_ms IS NULL OR first_ms = ?)"
	                " ORDER BY finding DESC LIMIT 1",
	                "ti", l->key, (int64_t)l->first_ms);
	int64_t row = sql_next(&rows) ? (int64_t)sql_u64(&rows, 0) : 0;

	sql_end(&rows);
	return row;
}

/* In another file, what is open has a number of its own. */
static void enter_file(struct store *s, const struct cycle *c)
{
	if (!s->fresh)
		return;
	for (size_t i = 0; i < c->life_count; i++) {
		struct life *l = c->lives[i];
		l->row = find_life(s, l);
		l->changed = true;
		array_each (&l->releases, r)
			r->row = 0;
	}
}

static int add_life(struct store *s, struct life *l)
{
	if (!l->changed)
		return 0;
	if (!l->row)
		l->row = s->next_finding++;
	return add_finding(s, l) ?: add_points(s, l) ?: add_victims(s, l) ?: add_beside(s, l);
}

/* What the file has as open and nobody has any longer ended while none or another was written. */
static int end_others(struct store *s, const struct cycle *c)
{
	TEXT_CLEANUP open = { 0 };

	if (!s->entering)
		return 0;
	for (size_t i = 0; i < c->life_count; i++)
		text_printf(&open, "%s%" PRId64, i ? "," : "[", c->lives[i]->row);
	text_add(&open, c->life_count ? "]" : "[]");
	return sql_do(s->db,
	              "UPDATE finding SET ended_ms = max(last_ms,"
	              " (SELECT ifnull(max(last_ms), 0) FROM look WHERE last_ms < ?))"
	              " WHERE ended_ms IS NULL AND finding NOT IN (SELECT value FROM json_each(?))",
	              "it", (int64_t)c->at_ms, open.bytes);
}

struct pieces {
	sqlite3 *db;
	int64_t at_ms, count;
};

static int add_piece(void *context, const struct text *piece)
{
	struct pieces *p = context;

	return sql_do(p->db, "INSERT INTO piece VALUES (?, ?, ?)", "iib", p->at_ms, p->count++, piece);
}

static int add_moment(struct store *s, const struct cycle *c)
{
	struct pieces pieces = { .db = s->db, .at_ms = (int64_t)c->at_ms };

	if (!c->keep)
		return 0;
	return sql_do(s->db, "DELETE FROM piece WHERE at_ms = ?", "i", pieces.at_ms)
	               ?: sql_do(s->db, "INSERT OR REPLACE INTO moment VALUES (?, ?, ?, x'')", "iti", pieces.at_ms, c->keep,
	                         (int64_t)c->image_bytes)
	               ?: deflate_file(c->image, add_piece, &pieces);
}

int store_add(struct store *s, const struct cycle *c)
{
	int err = add_look(s, c);

	enter_file(s, c);
	for (size_t i = 0; i < c->release_count; i++)
		err = err ?: add_release(s, c->releases[i]);
	for (size_t i = 0; i < c->life_count; i++)
		err = err ?: add_life(s, c->lives[i]);
	err = err ?: end_others(s, c);
	if (!err && c->note)
		err = sql_do(s->db, "INSERT INTO note VALUES (?, ?)", "it", (int64_t)c->at_ms, c->note);
	return err ?: store_add_figures(s, c) ?: store_add_ages(s, c) ?: store_add_programs(s, c) ?: add_moment(s, c);
}

void store_settle(struct store *s, const struct cycle *c)
{
	s->fresh = s->entering = false;
	for (size_t i = 0; i < c->program_count; i++)
		c->programs[i].changed = false;
	s->look_ms = s->pending_look_ms;
	s->last_look_ms = c->at_ms;
	for (size_t i = 0; i < c->life_count; i++) {
		c->lives[i]->changed = false;
		c->lives[i]->points.count = 0;
	}
}

void store_trim_today(struct store *s, uint64_t bytes)
{
	int64_t used =
	        sql_number(s->db, "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size", 0) -
	        sql_number(s->db, "SELECT freelist_count * page_size FROM pragma_freelist_count, pragma_page_size", 0);

	if (used > 0 && (uint64_t)used > bytes)
		sql_run(s->db, "DELETE FROM moment WHERE at_ms <= (SELECT avg(at_ms) FROM moment);"
		               "DELETE FROM piece WHERE at_ms NOT IN (SELECT at_ms FROM moment);"
		               "PRAGMA incremental_vacuum");
}
