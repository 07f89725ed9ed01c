#include "page.h"
#include "page/bundle.h"
#include "page/embed.h"
#include "site.h"
#include "view/check.h"

enum { COLUMNS = 100 };

/* What is shown without the script: all there is where this build has no page. */
static const char plain_style[] =
        ":root{color-scheme:light dark}.plain{margin:1rem auto;max-width:62rem;padding:0 1rem;"
        "font:1rem/1.4 system-ui,sans-serif}.plain pre{overflow-x:auto;font:.9rem/1.4 ui-monospace,monospace}"
        ".plain nav a{margin-right:1rem}.plain h1{font-size:1.2rem}";

const char page_icon[] =
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 32 32\"><rect width=\"32\" height=\"32\" rx=\"7\" "
        "fill=\"#1f6feb\"/><path d=\"M8 16h7m4 0h5\" stroke=\"#fff\" stroke-width=\"3.5\" stroke-linecap=\"round\"/>"
        "<circle cx=\"8\" cy=\"16\" r=\"3\" fill=\"#fff\"/><circle cx=\"24\" cy=\"16\" r=\"3\" "
        "fill=\"#ffb000\"/></svg>\n";

void page_add_style(struct text *out)
{
	text_add(out, plain_style);
	text_add_bytes(out, page_bundle.style, page_bundle.style_length);
}

/* Without a script the page comes anew by itself. */
static void add_script(struct text *out)
{
	static const char refresh[] = "<meta http-equiv=\"refresh\" content=\"10\">";

	if (page_is_built())
		text_printf(out, "<script src=\"/unfin.js\" defer></script><noscript>%s</noscript>", refresh);
	else
		text_add(out, refresh);
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

	text_add(out, "<!doctype html>\n<html lang=\"en\" data-history=\"");
	text_add(out, plan->state ? "yes" : "no");
	text_add(out, "\"><meta charset=\"utf-8\">"
	              "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
	              "<link rel=\"icon\" href=\"/unfin.svg\"><link rel=\"stylesheet\" href=\"/unfin.css\">");
	add_script(out);
	text_add(out, "<title>");
	html_add(out, g->moment->host ?: "unfin");
	text_printf(out, ": %s</title>\n<body>\n<main id=\"plain\" class=\"plain\">\n<h1>", words[v]);
	html_add(out, g->moment->host ?: "unfin");
	text_printf(out, ": %s</h1>\n", words[v]);
	add_links(out, plan);
	check_text(&verdict,
	           &(struct check_ground){ g->moment, g->judgement, &request_default, g->chronicle, g->unread },
	           &style);
	text_add(out, "<pre>");
	html_add(out, verdict.bytes);
	text_add(out, "</pre></main>\n</body></html>\n");
}
