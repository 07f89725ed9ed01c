#include "page.h"
#include "site.h"
#include "view/check.h"

enum { COLUMNS = 100 };

const char page_style_sheet[] =
        ":root{color-scheme:light dark}body{margin:1rem auto;max-width:62rem;padding:0 1rem;"
        "font:1rem/1.4 system-ui,sans-serif}pre{overflow-x:auto;font:.9rem/1.4 ui-monospace,monospace}"
        "nav a{margin-right:1rem}h1{font-size:1.2rem}.critical h1{color:#b3261e}.warning h1{color:#8a5a00}"
        "@media(prefers-color-scheme:dark){.critical h1{color:#ff8a80}.warning h1{color:#ffca66}}";

void html_add(struct text *out, const char *s)
{
	for (; *s; s++)
		switch (*s) {
		case '&':
			text_add(out, "&amp;");
			break;
		case '<':
			text_add(out, "&lt;");
			break;
		case '>':
			text_add(out, "&gt;");
			break;
		case '"':
			text_add(out, "&quot;");
			break;
		case '\'':
			text_add(out, "&#39;");
			break;
		default:
			text_add_char(out, *s);
		}
}

static void add_links(struct text *out, const struct site_plan *plan)
{
	text_add(out, "<nav>");
	for (const struct document *d = documents; d->name; d++)
		if (d->make || plan->state)
			text_printf(out, "<a href=\"/api/v1/%s\">%s</a>", d->name, d->name);
	text_add(out, "<a href=\"");
	html_add(out, plan->telemetry);
	text_add(out, "\">metrics</a></nav>\n");
}

void page_write(struct text *out, const struct document_ground *g, const struct site_plan *plan)
{
	static const char *const words[] = { "nothing wrong", "a warning", "critical", "not all could be seen" };
	struct page_style style = { .columns = COLUMNS };
	enum verdict v = g->judgement->verdict;
	TEXT_CLEANUP verdict = { 0 };

	text_add(out, "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\">"
	              "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
	              "<meta http-equiv=\"refresh\" content=\"10\">"
	              "<link rel=\"stylesheet\" href=\"/unfin.css\"><title>");
	html_add(out, g->moment->host ?: "unfin");
	text_printf(out, ": %s</title>\n<body class=\"%s\">\n<h1>", words[v], verdict_name(v));
	html_add(out, g->moment->host ?: "unfin");
	text_printf(out, ": %s</h1>\n", words[v]);
	add_links(out, plan);
	check_text(&verdict, g->moment, g->judgement, &request_default, &style);
	text_add(out, "<pre>");
	html_add(out, verdict.bytes);
	text_add(out, "</pre>\n</body></html>\n");
}
