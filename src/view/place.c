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
