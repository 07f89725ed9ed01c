#include "report.h"
#include "base/json.h"
#include "bundle.h"
#include "columns.h"
#include "embed.h"
#include "ports_all.h"
#include "strip.h"
#include "timeline.h"
#include "view/check.h"

enum { COLUMNS = 100 };

static void add_document(struct text *out, const char *name, const struct text *json)
{
	text_printf(out, ",\"%s\":", name);
	html_add_json(out, json);
}

static void add_check(struct text *out, const struct check_ground *g)
{
	TEXT_CLEANUP json = { 0 };

	check_json(&json, g);
	add_document(out, "check", &json);
}

static void add_ports(struct text *out, const struct check_ground *g)
{
	TEXT_CLEANUP ports = { 0 }, strip = { 0 };

	ports_all_json(&ports, g->moment);
	strip_json(&strip, g->moment, NULL);
	add_document(out, "ports", &ports);
	add_document(out, "strip", &strip);
}

static void add_columns(struct text *out, const struct check_ground *g)
{
	TEXT_CLEANUP json = { 0 };

	columns_json(&json, g->moment, REPORT_SOCKETS_MOST);
	add_document(out, "columns", &json);
}

static void add_history(struct text *out, const struct check_ground *g)
{
	TEXT_CLEANUP json = { 0 };

	if (!g->chronicle)
		return;
	timeline_json(&json, g->chronicle);
	add_document(out, "timeline", &json);
}

static void add_data(struct text *out, const struct check_ground *g, bool redacted)
{
	text_printf(out,
	            "<script type=\"application/json\" id=\"data\">{\"schema\":\"unfin.report/1\",\"version\":\"%s\","
	            "\"redacted\":%s",
	            UNFIN_VERSION, redacted ? "true" : "false");
	add_check(out, g);
	add_ports(out, g);
	add_columns(out, g);
	add_history(out, g);
	text_add(out, "}</script>\n");
}

static void add_head(struct text *out, const struct check_ground *g)
{
	text_add(out, "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
	              "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; base-uri 'none'; "
	              "form-action 'none'; script-src '");
	text_printf(out, "%s'; style-src '%s'\">\n", page_bundle.script_hash, page_bundle.style_hash);
	text_add(out, "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n<title>unfin: ");
	html_add(out, g->moment->host ?: "this host");
	text_printf(out, ", %s</title>\n<style>", verdict_name(g->judgement->verdict));
	text_add_bytes(out, page_bundle.style, page_bundle.style_length);
	text_add(out, "</style></head>\n");
}

/* Of a reader that runs no script: a mail's preview, a terminal. */
static void add_plain(struct text *out, const struct check_ground *g)
{
	struct page_style style = { .columns = COLUMNS };
	TEXT_CLEANUP plain = { 0 };

	check_text(&plain, g, &style);
	text_add(out, "<main id=\"plain\" class=\"plain\"><pre>");
	html_add(out, plain.bytes);
	text_add(out, "</pre></main>\n");
}

void report_html(struct text *out, const struct check_ground *g, bool redacted)
{
	add_head(out, g);
	text_add(out, "<body>\n");
	add_plain(out, g);
	add_data(out, g, redacted);
	text_add(out, "<script>");
	text_add_bytes(out, page_bundle.script, page_bundle.script_length);
	text_add(out, "</script>\n</body></html>\n");
}
