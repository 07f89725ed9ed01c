/* One object a line and nothing around it: for jq, log collectors and split. */
#include "sheet_json.h"

int sheet_jsonl(const struct sheet *s, int fd)
{
	cleanup(sheet_object_free) struct sheet_object o;
	int err = 0;

	sheet_object_begin(&o, s);
	while (!err && s->next(s->state, o.row)) {
		o.json.comma = false; /* each line is a document of its own */
		sheet_object_row(&o);
		if (o.out.length >= SHEET_PIECE)
			err = text_flush(&o.out, fd);
	}
	return err ?: text_flush(&o.out, fd);
}
