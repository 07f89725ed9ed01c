/* Where sockets were opened, and the commit of that line: a finding has it, and blame and guard. */
#include "document.h"

static void add_commit(struct json *j, const struct site_commit *c)
{
	if (!c->id) {
		json_none(j, "commit");
	} else {
		json_object_begin(j, "commit");
		json_text(j, "id", c->id);
		json_text(j, "author", c->author);
		document_time(j, "date", c->unix_s * MS_PER_S);
		json_text(j, "subject", c->subject);
		json_u64(j, "behind", c->behind);
		if (c->change) {
			json_text(j, "change", c->change);
			json_bool(j, "change_cut", c->change_cut);
		}
		json_object_end(j);
	}
	json_bool(j, "uncommitted", c->uncommitted);
	json_text(j, "commit_why", c->why);
}

static void add_stack(struct json *j, const struct stack *s)
{
	json_text(j, "how", site_how_name(s->how));
	document_place(j, s);
	document_frames(j, s);
}

/* Where the program was told of the end, and went on without a close(). */
static void add_told(struct json *j, const struct stack *told)
{
	if (!told) {
		json_none(j, "eof");
		return;
	}
	json_object_begin(j, "eof");
	add_stack(j, told);
	json_object_end(j);
}

/* Where the listener was set up. */
static void add_listener(struct json *j, const struct site *site)
{
	const struct stack *s = site->listened;

	if (!s) {
		json_none(j, "listener");
		return;
	}
	json_object_begin(j, "listener");
	if (site->listened_port)
		json_u64(j, "port", site->listened_port);
	else
		json_none(j, "port");
	json_text(j, "why", *s->why ? s->why : NULL);
	add_stack(j, s);
	add_commit(j, &site->listened_commit);
	json_object_end(j);
}

/* What the last restart of its program may have brought. Null: it was not asked for. */
static void add_changes(struct json *j, const struct site_changes *c)
{
	if (!c->to_ms && !c->why) {
		json_none(j, "changes");
		return;
	}
	json_object_begin(j, "changes");
	document_time(j, "from", c->from_ms);
	document_time(j, "to", c->to_ms);
	json_text(j, "why", c->why);
	if (c->why)
		json_none(j, "count");
	else
		json_u64(j, "count", c->count);
	json_array_begin(j, "commits");
	for (uint32_t i = 0; i < c->shown; i++) {
		json_object_begin(j, NULL);
		json_text(j, "id", c->commits[i].id);
		json_text(j, "author", c->commits[i].author);
		document_time(j, "date", c->commits[i].unix_s * MS_PER_S);
		json_text(j, "subject", c->commits[i].subject);
		json_object_end(j);
	}
	json_array_end(j);
	json_object_end(j);
}

void document_site(struct json *j, const struct moment *m, const struct site *site)
{
	const struct stack *s = site->stack;

	json_u64(j, "count", site->count);
	json_u64(j, "inferred", site->inferred);
	document_process(j, "process", m, site->process);
	json_text(j, "runtime", *s->runtime ? s->runtime : NULL);
	json_text(j, "how", site_how_name(s->how));
	json_text(j, "why", *s->why ? s->why : NULL);
	json_text(j, "opened_by", site->accepted ? "accept" : "connect");
	document_place(j, s);
	json_u64(j, "oldest_ms", site->oldest_ms);
	json_u64(j, "unread", site->unread);
	document_frames(j, s);
	add_told(j, site->told);
	add_listener(j, site);
	add_commit(j, &site->commit);
	add_changes(j, &site->changes);
}
