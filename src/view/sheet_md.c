/* A Markdown table, for tickets. */
#include "cell.h"
#include "sheet.h"

static void add_cell(struct text *out, const char *cell)
{
	text_add(out, " ");
	for (; *cell; cell++) {
		if (strchr("|\\`*_<[", *cell))
			text_add_char(out, '\\');
		text_add_char(out, *cell);
	}
	text_add(out, " |");
}

static void add_header(struct text *out, const struct sheet *s)
{
	text_add_char(out, '|');
	for (size_t i = 0; i < s->width; i++)
		add_cell(out, s->columns[i].heading);
	text_add(out, "\n|");
	for (size_t i = 0; i < s->width; i++)
		text_add(out, s->columns[i].right ? " ---: |" : " --- |");
	text_add_char(out, '\n');
}

int sheet_md(const struct sheet *s, int fd)
{
	struct value row[SHEET_WIDTH_MOST];
	TEXT_CLEANUP out = { 0 };
	TEXT_CLEANUP cell = { 0 };
	int err = 0;

	add_header(&out, s);
	while (!err && s->next(s->state, row)) {
		text_add_char(&out, '|');
		for (size_t i = 0; i < s->width; i++) {
			cell.length = 0;
			text_add(&cell, "");
			cell_add(&cell, &row[i], &s->cell);
			add_cell(&out, cell.bytes);
		}
		text_add_char(&out, '\n');
		if (out.length >= SHEET_PIECE)
			err = text_flush(&out, fd);
	}
	return err ?: text_flush(&out, fd);
}
