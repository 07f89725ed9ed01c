#include "reclaim_audit.h"
#include "output.h"
#include "status.h"
#include "base/log.h"
#include "model/moment.h"
#include "power/power.h"
#include "remedy/audit.h"
#include "remedy/audit_read.h"
#include <errno.h>

struct rows {
	const reclaimed_list *list;
	size_t at;
	struct text what, who;
};

static void rows_free(struct rows *r)
{
	text_free(&r->what);
	text_free(&r->who);
}

static void tell_what(struct text *t, const struct reclaimed *row)
{
	t->length = 0;
	text_add(t, row->result ?: "set out to, and was cut off");
	if (row->error)
		text_printf(t, ": %s", strerror((int)row->error));
	if (row->why)
		text_printf(t, ": %s", row->why);
}

static void tell_who(struct text *t, const struct reclaimed *row)
{
	t->length = 0;
	text_printf(t, "uid %lld", (long long)row->uid);
	if (row->login_uid >= 0 && row->login_uid != row->uid)
		text_printf(t, " (logged in as %lld)", (long long)row->login_uid);
}

static bool next_row(void *state, struct value *values)
{
	struct rows *r = state;

	if (r->at == r->list->count)
		return false;
	const struct reclaimed *row = &r->list->items[r->at++];
	tell_what(&r->what, row);
	tell_who(&r->who, row);
	values[0] = value_text(row->at);
	values[1] = value_text(row->plan_id);
	values[2] = value_text(r->who.bytes);
	values[3] = value_text(row->state);
	values[4] = value_text(row->local);
	values[5] = value_text(row->peer);
	values[6] = value_text(row->holder);
	values[7] = value_text(row->cause ?: row->forced);
	values[8] = value_text(r->what.bytes);
	values[9] = value_text(row->command);
	return true;
}

static int write_rows(const struct options *o, const reclaimed_list *list)
{
	static const struct sheet_column columns[] = {
		{ "at", "When", false },         { "plan_id", "Plan", false }, { "who", "Who", false },
		{ "state", "State", false },     { "local", "Local", false },  { "peer", "Peer", false },
		{ "holder", "Held by", false },  { "cause", "Cause", false },  { "result", "Result", false },
		{ "command", "Command", false },
	};
	cleanup(rows_free) struct rows rows = { .list = list };
	cleanup(moment_cleanup) struct moment *nothing = moment_new();
	struct sheet sheet = { "reclaim.audit",     "audit",          nothing,       columns,
		               ARRAY_SIZE(columns), .next = next_row, .state = &rows };

	return output_sheet(o, &sheet);
}

int reclaim_audit(const struct options *o)
{
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	const char *path = audit_path(arena);
	reclaimed_list rows = { 0 };
	size_t broken;
	int err = audit_read(path, arena, &rows, &broken), status = STATUS_UNABLE;

	power_limit(0);
	if (err && err != -ENOENT)
		log_error("%s cannot be read: %s", path, strerror(-err));
	else
		status = write_rows(o, &rows);
	if (!err && broken)
		log_warning("%zu lines of %s are not what unfin writes, and are left out", broken, path);
	if (err == -ENOENT)
		log_warning("nothing has been destroyed yet that %s would tell of", path);
	array_free(&rows);
	return status;
}
