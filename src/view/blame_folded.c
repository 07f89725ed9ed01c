/* Stacks as flame graph tools read them: "leak.py;run;fetch 12". A semicolon parts frames, and the last blank the
 * count; names are others', so what would part them otherwise is written as another sign. */
#include "blame.h"
#include <inttypes.h>

static void add_name(struct text *out, const char *name)
{
	TEXT_CLEANUP shown = { 0 };

	text_add_shown(&shown, name);
	for (char *c = shown.bytes; c && *c; c++)
		if (*c == ';')
			*c = ':';
	text_add(out, shown.length ? shown.bytes : "?");
}

void blame_folded(struct text *out, const struct blame *b)
{
	array_each (b->sites, site) {
		add_name(out, b->moment->processes.items[site->process].comm);
		for (uint32_t i = site->stack->count; i-- > 0;) {
			text_add_char(out, ';');
			add_name(out, site->stack->frames[i].function);
		}
		text_printf(out, " %" PRIu64 "\n", site->count);
	}
}
