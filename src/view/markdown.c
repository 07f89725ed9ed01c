#include "markdown.h"
#include "handshake.h"
#include "wrap.h"
#include "model/state.h"

enum { TEXT_COLUMNS_MOST = 84, INDENT = 2, CODE_INDENT = 4, TABLE_COLUMNS_MOST = 8 };

struct page {
	struct text *out;
	const struct page_style *style;
	const char *at; /* the next line of the source */
	bool code;      /* between fences */
	bool drawing;   /* a fence without a language: a picture, not code */
};

static const char *line_end(const char *line)
{
	return line + strcspn(line, "\n");
}

static const char *line_after(const char *line)
{
	const char *end = line_end(line);

	return *end ? end + 1 : end;
}

static void add_bold(struct text *t, const char *s, size_t length, bool on)
{
	text_add(t, on ? "\033[1m" : "");
	text_add_bytes(t, s, length);
	text_add(t, on ? "\033[0m" : "");
}

/* Bytes of a list's mark, "- " or "1. ", with the two blanks before one of a list within a list; 0 if the line begins
 * no item. */
static size_t item_mark(const char *line)
{
	size_t blanks = starts_with(line, "  ") && line[2] != ' ' ? 2 : 0;
	size_t digits = strspn(line + blanks, "0123456789");

	if (starts_with(line + blanks, "- "))
		return blanks + 2;
	return digits && starts_with(line + blanks + digits, ". ") ? blanks + digits + 2 : 0;
}

/* Four blanks begin code; in an item of an inner list they go on with it. */
static bool ends_paragraph(const char *line, bool inner)
{
	return !*line || *line == '\n' || *line == '#' || *line == '|' || starts_with(line, "```") ||
	       starts_with(line, "<!--") || (starts_with(line, "    ") && !inner) || item_mark(line);
}

/* Prose stays narrower than a wide terminal: it is read, not scanned. */
static void add_paragraph(struct page *p)
{
	struct wrap wrap = { p->out, MIN(p->style->columns, (unsigned)TEXT_COLUMNS_MOST), true };
	size_t mark = item_mark(p->at), blanks = mark ? strspn(p->at, " ") : 0;
	TEXT_CLEANUP words = { 0 };
	TEXT_CLEANUP label = { 0 };

	text_add(&label, "");
	text_add_bytes(&label, p->at + blanks, mark - blanks);
	text_add(&words, "");
	p->at += mark;
	do {
		const char *line = p->at + strspn(p->at, " ");
		text_add(&words, words.length ? " " : "");
		text_add_bytes(&words, line, (size_t)(line_end(line) - line));
		p->at = line_after(p->at);
	} while (!ends_paragraph(p->at, blanks));
	wrap_line(&wrap, INDENT + (unsigned)blanks, label.bytes, (unsigned)(mark - blanks), words.bytes);
}

/* The cells of a "| a | b |" line. */
static size_t split_cells(const char *line, const char *cells[TABLE_COLUMNS_MOST], size_t lengths[TABLE_COLUMNS_MOST])
{
	const char *end = line_end(line);
	size_t count = 0;

	for (line++; line < end && count < TABLE_COLUMNS_MOST; count++) {
		const char *bar = memchr(line, '|', (size_t)(end - line));
		const char *stop = bar ?: end;
		while (line < stop && *line == ' ')
			line++;
		cells[count] = line;
		line = bar ? bar + 1 : end;
		while (stop > cells[count] && stop[-1] == ' ')
			stop--;
		lengths[count] = (size_t)(stop - cells[count]);
	}
	return count;
}

/* The last column is filled, so that a narrow terminal keeps the table's shape. */
static void add_table_line(struct page *p, const size_t widths[TABLE_COLUMNS_MOST], bool head)
{
	const char *cells[TABLE_COLUMNS_MOST];
	size_t lengths[TABLE_COLUMNS_MOST], count = split_cells(p->at, cells, lengths), columns = 0;
	struct wrap wrap = { p->out, p->style->columns, true };
	bool bold = head && p->style->color;
	TEXT_CLEANUP first = { 0 };
	TEXT_CLEANUP last = { 0 };

	if (starts_with(p->at, "|--") || !count)
		return;
	text_add(&first, "");
	for (size_t i = 0; i + 1 < count; i++) {
		add_bold(&first, cells[i], lengths[i], bold);
		text_pad(&first, ' ', widths[i] - lengths[i] + 2);
		columns += widths[i] + 2;
	}
	add_bold(&last, cells[count - 1], lengths[count - 1], bold);
	wrap_line(&wrap, INDENT, first.bytes, (unsigned)columns, last.bytes);
}

static void add_table(struct page *p)
{
	size_t widths[TABLE_COLUMNS_MOST] = { 0 };
	const char *cells[TABLE_COLUMNS_MOST];
	size_t lengths[TABLE_COLUMNS_MOST];

	for (const char *line = p->at; *line == '|'; line = line_after(line)) {
		size_t count = split_cells(line, cells, lengths);
		for (size_t i = 0; i < count; i++)
			widths[i] = MAX(widths[i], starts_with(line, "|--") ? 0 : lengths[i]);
	}
	for (bool head = true; *p->at == '|'; head = false, p->at = line_after(p->at))
		add_table_line(p, widths, head);
}

static void add_handshake(struct page *p)
{
	char word[32];
	const char *name = strchr(p->at, ':');
	size_t length = name ? strcspn(name + 1, "\n") : 0;
	const char *close = name ? memmem(name, length + 1, " -->", 4) : NULL;

	if (close && close - name < (long)sizeof(word)) {
		snprintf(word, sizeof(word), "%.*s", (int)(close - name - 1), name + 1);
		handshake_add(p->out, state_parse(word), INDENT, p->style->color);
	}
	p->at = line_after(p->at);
}

static void add_verbatim(struct page *p)
{
	size_t length = (size_t)(line_end(p->at) - p->at);

	text_pad(p->out, ' ', !length ? 0 : p->drawing ? INDENT : p->code ? CODE_INDENT : 0);
	text_add_bytes(p->out, p->at, length);
	text_add_char(p->out, '\n');
	p->at = line_after(p->at);
}

/* ```c: code, its language above it. ``` alone: a picture. */
static void add_fence(struct page *p)
{
	const char *language = p->at + 3;
	size_t length = (size_t)(line_end(language) - language);

	p->code = !p->code;
	p->drawing = p->code && !length;
	p->at = line_after(p->at);
	if (!p->code || p->drawing)
		return;
	text_pad(p->out, ' ', INDENT);
	text_add_bytes(p->out, language, length);
	text_add_char(p->out, '\n');
}

static void add_heading(struct page *p)
{
	const char *words = p->at + strspn(p->at, "# ");

	add_bold(p->out, words, (size_t)(line_end(words) - words), p->style->color);
	text_add_char(p->out, '\n');
	p->at = line_after(p->at);
	while (*p->at == '\n')
		p->at++;
}

/* A blank line of the source stays, but never two in a row. */
static void add_blank(struct page *p)
{
	const char *next = line_after(p->at);

	p->at = next;
	if (*next && *next != '\n')
		text_add_char(p->out, '\n');
}

void markdown_add(struct text *t, const char *source, const struct page_style *style)
{
	struct page p = { .out = t, .style = style, .at = source };

	while (*p.at) {
		if (starts_with(p.at, "```"))
			add_fence(&p);
		else if (p.code || starts_with(p.at, "    "))
			add_verbatim(&p);
		else if (*p.at == '\n')
			add_blank(&p);
		else if (*p.at == '#')
			add_heading(&p);
		else if (*p.at == '|')
			add_table(&p);
		else if (starts_with(p.at, "<!-- handshake:"))
			add_handshake(&p);
		else
			add_paragraph(&p);
	}
}
