/* The limits document, with the names and the order of the contract. */
#include "document.h"
#include "forecast.h"
#include "limits.h"

static void json_limit(struct json *j, const struct moment *m, const struct limit *l)
{
	TEXT_CLEANUP subject = { 0 };

	limit_subject(&subject, m, l);
	json_object_begin(j, NULL);
	json_text(j, "id", limit_id(l->kind));
	json_text(j, "scope", limit_scope(l->kind));
	json_text(j, "subject", subject.bytes);
	json_u64(j, "used", l->used);
	json_u64(j, "limit", l->limit);
	json_text(j, "setting", limit_setting(l->kind));
	forecast_json(j, &l->forecast);
	json_text(j, "unit", limit_unit(l->kind));
	json_text(j, "owner", limit_owner(l->kind));
	if (l->netns == NETNS_UNKNOWN)
		json_none(j, "netns");
	else
		json_u64(j, "netns", m->netns.items[l->netns].inode);
	document_process(j, "process", m, l->process);
	json_object_end(j);
}

void limits_json(struct text *out, const struct limits *limits)
{
	struct json j = JSON(out, true);

	document_begin(&j, "limits", limits->moment);
	json_array_begin(&j, "limits");
	array_each (&limits->rows, l)
		json_limit(&j, limits->moment, l);
	json_array_end(&j);
	document_end(&j);
}
