#include "answer.h"
#include "base/json.h"

const char answer_json[] = "application/json", answer_html[] = "text/html; charset=utf-8";
const char answer_css[] = "text/css; charset=utf-8", answer_plain[] = "text/plain; charset=utf-8";
const char answer_file[] = "application/vnd.sqlite3", answer_script[] = "text/javascript; charset=utf-8";
const char answer_icon[] = "image/svg+xml";

void answer_free(struct web_answer *a)
{
	text_free(&a->body);
}

struct web_answer answer_of(const char *type)
{
	return (struct web_answer){ .status = 200, .type = type, .rows = SIZE_MAX };
}

void answer_error(struct web_answer *a, unsigned status, const char *what, const char *why, const char *mend)
{
	answer_free(a);
	*a = answer_of(answer_json);
	a->status = status;
	struct json j = JSON(&a->body, true);
	json_object_begin(&j, NULL);
	json_text(&j, "schema", "unfin.error/1");
	json_text(&j, "what", what);
	json_text(&j, "why", why);
	json_text(&j, "mend", mend);
	json_object_end(&j);
}
