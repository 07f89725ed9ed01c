#include "document.h"
#include "base/format.h"

void document_time(struct json *j, const char *name, uint64_t unix_ms)
{
	TEXT_CLEANUP t = { 0 };

	if (unix_ms)
		format_rfc3339(&t, unix_ms);
	json_text(j, name, t.bytes);
}

void document_endpoint(struct json *j, const char *name, const struct endpoint *e)
{
	TEXT_CLEANUP t = { 0 };

	endpoint_format(&t, e);
	json_text(j, name, t.bytes);
}

void document_gaps(struct json *j, const struct moment *m)
{
	json_array_begin(j, "gaps");
	array_each (&m->coverage.gaps, g) {
		json_object_begin(j, NULL);
		json_text(j, "what", g->what);
		json_text(j, "why", g->why);
		json_text(j, "mend", g->mend);
		json_bool(j, "names_only", g->names_only);
		json_object_end(j);
	}
	json_array_end(j);
}

void document_coverage(struct json *j, const struct moment *m)
{
	const struct coverage *c = &m->coverage;
	uint64_t seen = 0;

	array_each (&m->netns, n)
		seen += n->in_scope && n->table_seen;
	json_object_begin(j, "coverage");
	json_bool(j, "complete", moment_is_complete(m));
	json_u64(j, "sockets_seen", c->sockets_seen);
	json_u64(j, "sockets_kernel", c->sockets_kernel);
	json_u64(j, "netns_seen", seen);
	json_u64(j, "watched_ms", m->window.ms);
	json_bool(j, "calls_watched", m->window.calls_watched);
	document_gaps(j, m);
	json_object_end(j);
}

void document_begin(struct json *j, const char *schema, const struct moment *m)
{
	TEXT_CLEANUP t = { 0 };

	text_printf(&t, "unfin.%s/1", schema);
	json_object_begin(j, NULL);
	json_text(j, "schema", t.bytes);
	json_text(j, "host", m->host);
	json_text(j, "boot_id", m->boot_id);
	document_time(j, "taken_at", m->taken_unix_ms);
	json_array_begin(j, "narrowed");
	array_each (&m->narrowed, text)
		json_text(j, NULL, *text);
	json_array_end(j);
	document_coverage(j, m);
}

void document_end(struct json *j)
{
	json_object_end(j);
}

void document_container(struct json *j, const char *name, const struct process *p)
{
	if (!p->container) {
		json_none(j, name);
		return;
	}
	json_object_begin(j, name);
	json_text(j, "id", p->container);
	json_text(j, "name", p->container_name);
	json_text(j, "pod", p->pod);
	json_object_end(j);
}

void document_process_of(struct json *j, const char *name, const struct process *p, uint64_t netns)
{
	json_object_begin(j, name);
	json_u64(j, "pid", p->pid);
	document_time(j, "started_at", p->start_unix_ms);
	json_text(j, "comm", p->comm);
	json_text(j, "cmdline", p->cmdline);
	json_text(j, "exe", p->exe);
	json_text(j, "user", p->user);
	json_text(j, "unit", p->unit);
	document_container(j, "container", p);
	if (netns)
		json_u64(j, "netns", netns);
	else
		json_none(j, "netns");
	json_object_end(j);
}

void document_process(struct json *j, const char *name, const struct moment *m, uint32_t process)
{
	const struct process *p = process == UINT32_MAX ? NULL : &m->processes.items[process];

	if (p)
		document_process_of(j, name, p, p->netns == NETNS_UNKNOWN ? 0 : m->netns.items[p->netns].inode);
	else
		json_none(j, name);
}

static void add_line(struct json *j, const struct frame *f)
{
	if (f && f->line)
		json_u64(j, "line", f->line);
	else
		json_none(j, "line");
}

void document_place(struct json *j, const struct stack *s)
{
	const struct frame *f = stack_place(s);

	json_text(j, "function", f ? f->function : NULL);
	json_text(j, "file", f && *f->file ? f->file : NULL);
	add_line(j, f);
}

void document_frames(struct json *j, const struct stack *s)
{
	json_array_begin(j, "stack");
	for (uint32_t i = 0; i < s->count; i++) {
		const struct frame *f = &s->frames[i];
		json_object_begin(j, NULL);
		json_text(j, "function", f->function);
		json_text(j, "file", *f->file ? f->file : NULL);
		add_line(j, f);
		json_text(j, "library", *f->library ? f->library : NULL);
		json_object_end(j);
	}
	json_array_end(j);
	json_bool(j, "stack_cut", s->cut);
}

void document_standing(struct json *j, const char *name, const struct standing *s)
{
	json_object_begin(j, name);
	json_text(j, "thread", *s->thread ? s->thread : NULL);
	json_u64(j, "tid", s->tid);
	json_u64(j, "count", s->threads);
	json_text(j, "runtime", *s->stack->runtime ? s->stack->runtime : NULL);
	json_text(j, "how", site_how_name(s->stack->how));
	json_text(j, "why", *s->stack->why ? s->stack->why : NULL);
	document_place(j, s->stack);
	document_frames(j, s->stack);
	json_object_end(j);
}

void document_age_classes(struct json *j)
{
	json_array_begin(j, "age_classes_ms");
	for (unsigned i = 0; i < AGE_CLASSES; i++)
		json_u64(j, NULL, age_class_begins_ms(i));
	json_array_end(j);
}

void document_line(void *to, const char *label, const char *text, const char *command)
{
	struct document_lines *l = to;

	l->label = *label ? label : l->label;
	json_object_begin(l->json, NULL);
	json_text(l->json, "label", l->label);
	json_text(l->json, "text", text);
	json_text(l->json, "command", command);
	json_object_end(l->json);
}
