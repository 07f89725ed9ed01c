#include "routes.h"
#include "base/json.h"
#include "base/words.h"
#include "page.h"
#include "page/bundle.h"
#include "site.h"

static const char api[] = "/api/v1/";

static const struct {
	const char *path, *summary;
	enum route route;
} table[] = {
	{ "/", "the page, for a browser", ROUTE_PAGE },
	{ "/unfin.css", NULL, ROUTE_STYLE },
	{ "/unfin.js", NULL, ROUTE_SCRIPT },
	{ "/unfin.svg", NULL, ROUTE_ICON },
	{ "/-/healthy", "200 while this server runs", ROUTE_HEALTHY },
	{ "/-/ready", "200 while the last cycle is not too old", ROUTE_READY },
	{ "/api/v1/", "this list", ROUTE_INDEX },
	{ "/api/v1/moment", "the last moment as a file: unfin check --from FILE", ROUTE_MOMENT },
	{ "/api/v1/stream", "server-sent events: a cycle ended", ROUTE_STREAM },
};

enum route route_of(const struct site_plan *plan, const char *path, const struct document **ret_document)
{
	if (plan->telemetry && streq(path, plan->telemetry))
		return ROUTE_METRICS;
	for (size_t i = 0; i < ARRAY_SIZE(table); i++)
		if (streq(path, table[i].path))
			return table[i].route == ROUTE_MOMENT && !plan->moment ? ROUTE_NOWHERE : table[i].route;
	*ret_document = starts_with(path, api) ? document_find(path + strlen(api), plan->fleet.ask) : NULL;
	return *ret_document ? ROUTE_DOCUMENT : ROUTE_NOWHERE;
}

static void add_path(struct json *j, const char *path, const char *summary)
{
	json_object_begin(j, NULL);
	json_text(j, "path", path);
	json_text(j, "summary", summary);
}

static void answer_index(const struct site_plan *plan, struct web_answer *ret)
{
	struct json j = JSON(&ret->body, true);

	json_object_begin(&j, NULL);
	json_text(&j, "schema", "unfin.api/1");
	json_text(&j, "version", UNFIN_VERSION);
	json_array_begin(&j, "paths");
	for (const struct document *d = documents; d->name; d++) {
		TEXT_CLEANUP path = { 0 };
		if (!document_is_of(d, plan->fleet.ask))
			continue;
		text_printf(&path, "%s%s", api, d->name);
		add_path(&j, path.bytes, d->summary);
		json_array_begin(&j, "parameters");
		for (const char *const *p = d->parameters; *p; p++)
			json_text(&j, NULL, *p);
		json_array_end(&j);
		json_object_end(&j);
	}
	if (plan->telemetry) {
		add_path(&j, plan->telemetry, "metrics: Prometheus' text, or OpenMetrics by Accept");
		json_object_end(&j);
	}
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		if (!table[i].summary || (table[i].route == ROUTE_MOMENT && !plan->moment))
			continue;
		add_path(&j, table[i].path, table[i].summary);
		json_object_end(&j);
	}
	json_array_end(&j);
	json_object_end(&j);
}

static void answer_nowhere(const struct site_plan *plan, const char *path, struct web_answer *ret)
{
	ARRAY(const char *) known = { 0 };
	TEXT_CLEANUP what = { 0 }, mend = { 0 };

	for (const struct document *d = documents; d->name; d++)
		if (document_is_of(d, plan->fleet.ask))
			*array_push(&known) = d->name;
	*array_push(&known) = NULL;
	const char *nearest = starts_with(path, api) ? word_nearest(path + strlen(api), known.items) : NULL;
	array_free(&known);
	text_add(&what, "there is no ");
	text_add_quoted(&what, path);
	text_printf(&mend, nearest ? "did you mean /api/v1/%s?" : "/api/v1/ lists what there is", nearest);
	answer_error(ret, 404, what.bytes, NULL, mend.bytes);
}

void route_answer(const struct site_plan *plan, const char *path, struct web_answer *ret)
{
	const struct document *none;

	switch (route_of(plan, path, &none)) {
	case ROUTE_STYLE:
		*ret = answer_of(answer_css);
		page_add_style(&ret->body);
		break;
	case ROUTE_SCRIPT:
		*ret = answer_of(answer_script);
		text_add(&ret->body, page_bundle.script);
		break;
	case ROUTE_ICON:
		*ret = answer_of(answer_icon);
		text_add(&ret->body, page_icon);
		break;
	case ROUTE_HEALTHY:
		*ret = answer_of(answer_plain);
		text_add(&ret->body, "unfin web is healthy\n");
		break;
	case ROUTE_INDEX:
		*ret = answer_of(answer_json);
		answer_index(plan, ret);
		break;
	default:
		answer_nowhere(plan, path, ret);
	}
}
