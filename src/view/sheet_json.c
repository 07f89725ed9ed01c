/* A document: its head for people to read, then one row a line, so that grep and git diff work on it. */
#include "sheet_json.h"
#include "base/format.h"
#include "document.h"

void sheet_object_begin(struct sheet_object *o, const struct sheet *s)
{
	*o = (struct sheet_object){ .sheet = s, .process = UINT32_MAX };
	o->json = (struct json)JSON(&o->out, false);
}

void sheet_object_free(struct sheet_object *o)
{
	text_free(&o->out);
	text_free(&o->scratch);
	text_free(&o->started);
}

static void add_holders(struct sheet_object *o, const char *name, const struct value *v)
{
	const struct moment *m = v->holders.moment;
	struct json *j = &o->json;

	json_array_begin(j, name);
	moment_each_holder (m, v->holders.socket, h) {
		const struct process *p = &m->processes.items[h->process];
		if (h->process != o->process) {
			o->process = h->process;
			o->started.length = 0;
			format_rfc3339(&o->started, p->start_unix_ms);
		}
		json_object_begin(j, NULL);
		json_u64(j, "pid", p->pid);
		json_text(j, "started_at", p->start_unix_ms ? o->started.bytes : NULL);
		json_u64(j, "fd", h->fd);
		json_text(j, "comm", p->comm);
		json_object_end(j);
	}
	json_array_end(j);
}

static void add_member(struct sheet_object *o, const char *name, const struct value *v)
{
	struct json *j = &o->json;

	switch (v->kind) {
	case VALUE_NONE:
		json_none(j, name);
		break;
	case VALUE_NUMBER:
	case VALUE_NAMED:
		json_u64(j, name, v->number);
		break;
	case VALUE_YESNO:
		json_bool(j, name, v->number);
		break;
	case VALUE_TEXT:
	case VALUE_WORD:
		json_text(j, name, v->text);
		break;
	case VALUE_STATE:
		json_text(j, name, state_json((enum tcp_state)v->number));
		break;
	case VALUE_DURATION:
		json_u64(j, name, v->range.low);
		break;
	case VALUE_HOLDERS:
		add_holders(o, name, v);
		break;
	case VALUE_CONTAINER:
		document_container(j, name, v->process);
		break;
	default:
		o->scratch.length = 0;
		value_format(&o->scratch, v);
		json_text(j, name, o->scratch.bytes);
	}
}

void sheet_object_members(struct sheet_object *o)
{
	for (size_t i = 0; i < o->sheet->width; i++)
		add_member(o, o->sheet->columns[i].name, &o->row[i]);
}

void sheet_object_row(struct sheet_object *o)
{
	json_object_begin(&o->json, NULL);
	o->json.pretty = false; /* the row is one line, whatever surrounds it */
	sheet_object_members(o);
	json_object_end(&o->json);
}

/* In pieces to `fd`, but for the last one; all of it stays in `out` where there is none (-1). */
static int write_document(struct sheet_object *o, int fd)
{
	const struct sheet *s = o->sheet;
	int err = 0;

	o->json.pretty = true;
	document_begin(&o->json, s->schema, s->moment);
	json_array_begin(&o->json, s->rows);
	while (!err && s->next(s->state, o->row)) {
		sheet_object_row(o);
		o->json.pretty = true;
		if (fd >= 0 && o->out.length >= SHEET_PIECE)
			err = text_flush(&o->out, fd);
	}
	json_array_end(&o->json);
	document_end(&o->json);
	return err;
}

int sheet_json(const struct sheet *s, int fd)
{
	cleanup(sheet_object_free) struct sheet_object o;

	sheet_object_begin(&o, s);
	return write_document(&o, fd) ?: text_flush(&o.out, fd);
}

void sheet_json_text(struct text *ret, const struct sheet *s)
{
	cleanup(sheet_object_free) struct sheet_object o;

	sheet_object_begin(&o, s);
	write_document(&o, -1);
	text_free(ret);
	*ret = o.out;
	o.out = (struct text){ 0 };
}
