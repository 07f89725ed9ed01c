#include "place.h"
#include "base/format.h"
#include <inttypes.h>

enum { LIBRARIES_SHOWN = 4 };

void place_format(struct text *t, const struct frame *f)
{
	if (*f->file) {
		text_add_shown(t, f->file);
		if (f->line)
			text_printf(t, ":%" PRIu32, f->line);
		text_add(t, "  ");
	}
	text_add_shown(t, f->function);
	if (*f->file && !strchr(f->function, '('))
		text_add(t, "()");
}

void place_add_libraries(struct text *t, const struct stack *s)
{
	const char *last = "";
	unsigned shown = 0;

	for (uint32_t i = s->own; i-- > 0 && shown < LIBRARIES_SHOWN;) {
		const char *library = s->frames[i].library;
		if (!*library || streq(library, last))
			continue;
		text_add(t, shown++ ? ", " : "");
		text_add_shown(t, library);
		last = library;
	}
}

bool place_format_stack(struct text *t, const struct stack *s)
{
	const struct frame *f = stack_place(s);
	TEXT_CLEANUP libraries = { 0 };

	if (!f) {
		text_printf(t, "not known: %s", s->why);
		return false;
	}
	place_format(t, f);
	if (s->how == SITE_DEFINITION)
		text_add(t, " (where it begins)");
	else if (s->how == SITE_LATE)
		text_add(t, " (at its last call)");
	place_add_libraries(&libraries, s);
	if (libraries.length)
		text_printf(t, ", via %s", libraries.bytes);
	return true;
}

void place_format_site(struct text *t, const struct moment *m, const struct site *s, uint32_t subject)
{
	uint64_t seen = s->count - s->inferred;

	if (!place_format_stack(t, s->stack))
		return;
	if (s->process != subject) {
		text_add(t, ", in ");
		process_format(t, &m->processes.items[s->process]);
	}
	if (!seen) {
		text_add(t, s->accepted ? "; it accepts others at the same port there"
		                        : "; it opens others to the same destination there");
		return;
	}
	text_add(t, "; ");
	format_count(t, seen);
	text_add(t, seen == 1 ? " was" : " were");
	text_add(t, s->accepted ? " seen accepted there" : " seen opening there");
}

static void add_port(struct text *t, const struct site *s)
{
	if (s->listened_port)
		text_printf(t, "port %u", s->listened_port);
	else
		text_add(t, "several ports");
}

bool place_format_listener(struct text *t, const struct site *s)
{
	if (!s->listened)
		return false;
	if (stack_place(s->listened)) {
		place_format_stack(t, s->listened);
		text_add(t, "; ");
		add_port(t, s);
	} else {
		add_port(t, s);
		text_printf(t, ": %s", s->listened->why);
	}
	return true;
}

/* By the author's clock. No call of libc's own: it would open the file of a time zone, when no file may be opened. */
static void add_day(struct text *t, const struct site_commit *c)
{
	enum { DAY = 10 };
	TEXT_CLEANUP time = { 0 };

	format_rfc3339(&time, (c->unix_s + (uint64_t)(int64_t)c->offset_min * 60) * MS_PER_S);
	text_add_bytes(t, time.bytes, MIN(time.length, (size_t)DAY));
}

void place_format_commit(struct text *t, const struct site_commit *c)
{
	char id[12 + 1];

	if (!c->id) {
		text_add(t, c->uncommitted ? "not committed: the line is changed in the file that runs" : "");
		return;
	}
	snprintf(id, sizeof(id), "%s", c->id);
	text_add_shown(t, id);
	text_add(t, "  ");
	add_day(t, c);
	text_add(t, "  ");
	text_add_shown(t, c->author ?: "?");
	text_add(t, ": ");
	text_add_shown(t, c->subject ?: "(without a message)");
	if (c->behind)
		text_printf(t, " (%" PRIu32 " commit%s behind HEAD)", c->behind, c->behind == 1 ? "" : "s");
}

bool place_format_changes(struct text *t, const struct site_changes *c)
{
	if (c->why || !c->to_ms)
		return false;
	if (c->count)
		text_printf(t, "%" PRIu32 " commit%s of this file", c->count, c->count == 1 ? "" : "s");
	else
		text_add(t, "no commit of this file");
	text_add(t, " between the starts of its program at ");
	format_local(t, c->from_ms);
	text_add(t, " and at ");
	format_local(t, c->to_ms);
	return true;
}

void place_format_standing(struct text *t, const struct standing *s)
{
	if (!place_format_stack(t, s->stack))
		return;
	text_add(t, "; thread ");
	text_add_name(t, s->thread);
	text_printf(t, "[%u]", s->tid);
	if (s->threads > 1)
		text_printf(t, " and %u more", s->threads - 1);
	if (s->times)
		text_printf(t, ", there in %u of %u samples", s->met, s->times);
}
