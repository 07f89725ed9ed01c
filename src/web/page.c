#include "page.h"
#include "page/bundle.h"
#include "page/embed.h"
#include "site.h"
#include "view/check.h"
#include <inttypes.h>

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
		if (document_is_of(d, plan->fleet.ask) &&
		    (d->make || plan->state || (d->question && streq(*d->parameters, "limit"))))
			text_printf(out, "<a href=\"/api/v1/%s\">%s</a>", d->name, d->name);
	if (plan->telemetry) {
		text_add(out, "<a href=\"");
		html_add(out, plan->telemetry);
		text_add(out, "\">metrics</a>");
	}
	text_add(out, "</nav>\n");
}

/* `attributes` of the root tell the script what is shown. */
static void add_head(struct text *out, const char *attributes, const char *title)
{
	text_printf(out, "<!doctype html>\n<html lang=\"en\" %s><meta charset=\"utf-8\">", attributes);
	text_add(out, "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
	              "<link rel=\"icon\" href=\"/unfin.svg\"><link rel=\"stylesheet\" href=\"/unfin.css\">");
	add_script(out);
	text_printf(out, "<title>%s</title>\n<body>\n<main id=\"plain\" class=\"plain\">\n<h1>%s</h1>\n", title, title);
}

static void add_plain(struct text *out, const char *plain)
{
	text_add(out, "<pre>");
	html_add(out, plain);
	text_add(out, "</pre></main>\n</body></html>\n");
}

void page_write(struct text *out, const struct document_ground *g, const struct site_plan *plan)
{
	static const char *const words[] = { "nothing wrong", "a warning", "critical", "not all could be seen" };
	struct page_style style = { .columns = COLUMNS };
	TEXT_CLEANUP verdict = { 0 }, title = { 0 };

	html_add(&title, g->moment->host ?: "unfin");
	text_printf(&title, ": %s", words[g->judgement->verdict]);
	add_head(out, plan->state ? "data-history=\"yes\"" : "data-history=\"no\"", title.bytes);
	add_links(out, plan);
	check_text(&verdict, &(struct check_ground){ g->moment, g->judgement, g->request, g->chronicle, g->unread },
	           &style);
	add_plain(out, verdict.bytes);
}

void page_write_fleet(struct text *out, const char *plain, const struct site_plan *plan)
{
	TEXT_CLEANUP attributes = { 0 };

	text_printf(&attributes, "data-every=\"%" PRIu64 "\" data-fleet=\"", plan->fleet.every_ms);
	html_add(&attributes, plan->fleet.words);
	text_add(&attributes, "\"");
	add_head(out, attributes.bytes, "unfin: a fleet");
	add_links(out, plan);
	add_plain(out, plain);
}
