#include "forecast.h"
#include "base/format.h"
#include <math.h>

static void seconds(struct json *j, const char *name, double s)
{
	if (isfinite(s))
		json_u64(j, name, (uint64_t)s);
	else
		json_none(j, name);
}

void forecast_json(struct json *j, const struct forecast *f)
{
	if (!f->known || f->never) {
		json_none(j, "eta");
		json_text(j, "eta_why", f->known ? "never at the present rate" : f->why);
		return;
	}
	json_object_begin(j, "eta");
	seconds(j, "s", f->s);
	seconds(j, "low_s", f->low_s);
	seconds(j, "high_s", f->high_s);
	json_text(j, "basis", f->basis);
	json_object_end(j);
	json_none(j, "eta_why");
}

void forecast_text(struct text *t, const struct forecast *f)
{
	if (!f->known)
		text_add(t, "not known");
	else if (f->never)
		text_add(t, "not at this rate");
	else if (f->s <= 0)
		text_add(t, "now");
	else
		format_duration(t, (uint64_t)(f->s * 1e3));
}
