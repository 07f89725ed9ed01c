#include "doctor.h"
#include "document.h"
#include "model/runtimes.h"
#include "wrap.h"

enum { LABEL = 22 };

static void add_rights(struct json *j, const struct rights *rights)
{
	json_object_begin(j, "power");
	json_bool(j, "no_new_privs", rights->no_new_privs);
	json_bool(j, "filtered", rights->filtered);
	json_array_begin(j, "kept");
	array_each (&rights->kept, r) {
		json_object_begin(j, NULL);
		json_text(j, "id", r->name);
		json_bool(j, "in_force", r->in_force);
		json_text(j, "why", r->why);
		json_object_end(j);
	}
	json_array_end(j);
	json_object_end(j);
}

static void add_lines(struct json *j, const struct feature *lines)
{
	json_object_begin(j, "lines");
	json_bool(j, "ok", lines->ok);
	json_text(j, "why", lines->why);
	json_text(j, "mend", lines->mend);
	json_array_begin(j, "runtimes");
	for (const struct runtime_row *r = runtime_rows(); r->name; r++) {
		json_object_begin(j, NULL);
		json_text(j, "id", r->name);
		json_text(j, "read", r->read);
		json_text(j, "unread", r->unread);
		json_object_end(j);
	}
	json_array_end(j);
	json_object_end(j);
}

void doctor_json(struct text *out, const struct moment *m, const features *all, const struct feature *lines,
                 const struct rights *rights)
{
	struct json j = JSON(out, true);

	document_begin(&j, "doctor", m);
	json_array_begin(&j, "features");
	array_each (all, f) {
		json_object_begin(&j, NULL);
		json_text(&j, "id", f->id);
		json_bool(&j, "ok", f->ok);
		json_text(&j, "why", f->why);
		json_text(&j, "lost", f->lost);
		json_text(&j, "mend", f->mend);
		json_object_end(&j);
	}
	json_array_end(&j);
	add_lines(&j, lines);
	add_rights(&j, rights);
	document_end(&j);
}

/* A command is copied: it stays on its line, however long. */
static void add_mend(const struct wrap *w, const char *mend)
{
	TEXT_CLEANUP quoted = { 0 };

	text_printf(&quoted, "`%s`", mend);
	wrap_line(w, 2, "fix", LABEL - 2, quoted.bytes);
}

static void tell_rights(const struct wrap *w, const struct rights *rights)
{
	text_add(w->out, rights->kept.count ? "\nrights kept while it looks, and all others given up\n"
	                                    : "\nno rights beyond those of the user are kept\n");
	array_each (&rights->kept, r) {
		TEXT_CLEANUP t = { 0 };
		text_printf(&t, "%s%s", r->why, r->in_force ? "" : " (put in force for that alone)");
		wrap_line(w, 0, r->name, LABEL, t.bytes);
	}
	wrap_line(w, 0, "system calls", LABEL,
	          rights->filtered ? "limited to those of its work" : "not limited: this kernel has no filter");
}

/* What is read; and what is not, so that nobody waits for a line that cannot come. */
static void tell_lines(const struct wrap *w, const struct feature *lines)
{
	text_add(w->out, lines->ok ? "\nlines of code, for unfin blame and where a process hangs\n"
	                           : "\nlines of code cannot be told here\n");
	if (lines->why)
		wrap_line(w, 2, "why", LABEL - 2, lines->why);
	if (lines->mend)
		add_mend(w, lines->mend);
	for (const struct runtime_row *r = runtime_rows(); r->name; r++) {
		TEXT_CLEANUP t = { 0 };
		text_printf(&t, "%s%s%s%s", r->read ?: "", r->read && r->unread ? ". " : "",
		            r->unread ? "Not read: " : "", r->unread ?: "");
		wrap_line(w, 0, r->name, LABEL, t.bytes);
	}
}

/* The long ones stand below their line, so that the column of words can be read down. */
void doctor_text(struct text *out, const features *all, const struct feature *lines, const struct rights *rights,
                 const struct page_style *style)
{
	struct wrap w = { .out = out, .columns = style->columns, .ours = true };
	size_t missing = 0;

	array_each (all, f) {
		TEXT_CLEANUP found = { 0 };
		text_printf(&found, "%s%s%s", f->ok ? "ok" : "", f->ok && f->why ? ": " : "",
		            f->why  ? f->why
		            : f->ok ? ""
		                    : "missing");
		wrap_line(&w, 0, f->id, LABEL, found.bytes);
		missing += !f->ok;
		if (f->lost)
			wrap_line(&w, 2, "lost", LABEL - 2, f->lost);
		if (f->mend)
			add_mend(&w, f->mend);
	}
	tell_lines(&w, lines);
	tell_rights(&w, rights);
	if (missing)
		text_printf(out, "\n%zu of %zu %s missing\n", missing, all->count, missing == 1 ? "is" : "are");
	else
		text_add(out, "\nnothing is missing\n");
}
