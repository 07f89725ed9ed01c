/* Programs as they were last seen: one row each, replaced when another start of one was seen. */
#include "rows.h"
#include "sql.h"
#include "store_rows.h"

enum { PROGRAMS_SINCE = 4, STARTS_SINCE = 5, CONTENTS_SINCE = 7 }; /* version of the history */

#define COLUMNS "key, exe, script, cmdline, exe_bytes, exe_changed_ms, script_bytes, script_changed_ms"

static int64_t or_none(const struct program_file *f, uint64_t value)
{
	return f->known ? (int64_t)value : -1;
}

static int add(struct store *s, const struct program *p)
{
	const struct program_file *exe = &p->exe_file, *script = &p->script_file;

	return sql_do(s->db,
	              "INSERT OR REPLACE INTO program VALUES (?, ?, ?, ?, nullif(?, -1), nullif(?, -1), nullif(?, -1),"
	              " nullif(?, -1), nullif(?, 0), nullif(?, 0), nullif(?, 0), nullif(?, 0), nullif(?, 0), ?)",
	              "ttttiiiiiiiiit", p->key, p->exe, p->script, p->cmdline, or_none(exe, exe->bytes),
	              or_none(exe, exe->changed_ms), or_none(script, script->bytes),
	              or_none(script, script->changed_ms), (int64_t)p->pid, (int64_t)p->started_ms,
	              (int64_t)p->before_ms, (int64_t)exe->content, (int64_t)script->content, p->image);
}

int store_add_programs(struct store *s, const struct cycle *c)
{
	int err = 0;

	for (size_t i = 0; i < c->program_count && !err; i++)
		if (c->programs[i].changed || s->fresh)
			err = add(s, &c->programs[i].is);
	return err;
}

static struct program_file read_file(const struct sql_rows *r, int column, int content)
{
	bool known = sqlite3_column_type(r->statement, column) != SQLITE_NULL;

	return (struct program_file){ known, sql_u64(r, column), sql_u64(r, column + 1),
		                      (uint32_t)sql_u64(r, content) };
}

static int read_programs(sqlite3 *db, uint64_t now_ms, struct arena *arena, program_list *ret, uint64_t *ret_looked_ms)
{
	int64_t version = sql_number(db, "PRAGMA user_version", 0);

	if (version < PROGRAMS_SINCE)
		return 0;
	*ret_looked_ms = MIN((uint64_t)MAX(sql_number(db, "SELECT max(last_ms) FROM look", 0), (int64_t)0), now_ms);
	const char *ask =
	        "SELECT " COLUMNS ", pid, started_ms, before_ms, exe_content, script_content, image FROM program"
	        " ORDER BY started_ms DESC";
	if (version < STARTS_SINCE)
		ask = "SELECT " COLUMNS ", NULL, NULL, NULL, NULL, NULL, NULL FROM program";
	else if (version < CONTENTS_SINCE)
		ask = "SELECT " COLUMNS ", pid, started_ms, before_ms, NULL, NULL, NULL FROM program"
		      " ORDER BY started_ms DESC";
	struct sql_rows r = sql_ask(db, ask, "");

	while (sql_next(&r))
		*array_push(ret) = (struct program){
			.key = sql_text(&r, 0, arena) ?: "",
			.exe = sql_text(&r, 1, arena),
			.script = sql_text(&r, 2, arena),
			.cmdline = sql_text(&r, 3, arena),
			.exe_file = read_file(&r, 4, 11),
			.script_file = read_file(&r, 6, 12),
			.pid = (uint32_t)sql_u64(&r, 8),
			.started_ms = sql_u64(&r, 9),
			.before_ms = sql_u64(&r, 10),
			.image = sql_text(&r, 13, arena),
		};
	return sql_end(&r);
}

int store_programs(struct store *s, uint64_t now_ms, struct arena *arena, program_list *ret, uint64_t *ret_looked_ms)
{
	sqlite3 *db = NULL;

	*ret_looked_ms = 0;
	if (s->db && sql_number(s->db, "SELECT count(*) FROM look", 0))
		return read_programs(s->db, now_ms, arena, ret, ret_looked_ms);
	int err = store_open_last(s, &db);
	if (!err && db)
		err = read_programs(db, now_ms, arena, ret, ret_looked_ms);
	sqlite3_close(db);
	return err;
}
