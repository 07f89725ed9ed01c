#include "agent_web.h"
#include "beside.h"
#include "folders.h"
#include "base/log.h"
#include "base/text.h"
#include <limits.h>

enum { PAUSE_MS = 1000, PAUSE_MOST_MS = 300 * 1000 };

typedef ARRAY(const char *) words; /* as exec takes them: NULL at the end */

static void add(words *w, const char *option, const char *value)
{
	if (!value)
		return;
	*array_push(w) = option;
	*array_push(w) = value;
}

static void fill_words(words *w, const struct options *o)
{
	*array_push(w) = "unfin";
	*array_push(w) = "web";
	*array_push(w) = "--until-eof";
	add(w, "--state", folder_state(o));
	add(w, "--run", folder_run(o));
	add(w, "--web.config.file", o->web_config);
	add(w, "--web.telemetry-path", o->telemetry_path);
	array_each (&o->listen, address)
		add(w, "--web.listen-address", *address);
	array_each (&o->allow_host, host)
		add(w, "--web.allow-host", *host);
	if (o->quiet)
		*array_push(w) = "--quiet";
	array_push(w);
}

void agent_web_start(struct attendant *k, const struct options *o)
{
	char path[PATH_MAX];
	TEXT_CLEANUP socket = { 0 };
	words w = { 0 };

	if (o->no_web)
		return;
	if (beside_find("unfin-web", path, sizeof(path))) {
		log_warning("no page: unfin-web, which serves it, is not beside unfin");
		return;
	}
	fill_words(&w, o);
	if (!o->listen.count)
		text_printf(&socket, "%s/web.sock", folder_run(o));
	const struct keeper_plan plan = { path,     (char *const *)w.items, "the page", socket.bytes,
		                          PAUSE_MS, PAUSE_MOST_MS };
	int err = keeper_start(k, &plan);
	if (err)
		log_warning("no page: %s", strerror(-err));
	array_free(&w);
}
