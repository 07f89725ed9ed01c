#include "place.h"
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

void place_format_standing(struct text *t, const struct standing *s)
{
	const struct frame *f = stack_place(s->stack);
	TEXT_CLEANUP libraries = { 0 };

	if (!f) {
		text_printf(t, "not known: %s", s->stack->why);
		return;
	}
	place_format(t, f);
	if (s->stack->how == SITE_DEFINITION)
		text_add(t, " (where it begins)");
	else if (s->stack->how == SITE_LATE)
		text_add(t, " (at its last call)");
	place_add_libraries(&libraries, s->stack);
	if (libraries.length)
		text_printf(t, ", via %s", libraries.bytes);
	text_add(t, "; thread ");
	text_add_name(t, s->thread);
	text_printf(t, "[%u]", s->tid);
	if (s->threads > 1)
		text_printf(t, " and %u more", s->threads - 1);
	if (s->times)
		text_printf(t, ", there in %u of %u samples", s->met, s->times);
}
