#include "agent_web.h"
#include "beside.h"
#include "folders.h"
#include "base/log.h"
#include "base/text.h"
#include <inttypes.h>
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

/* Those of the command line stand before those of the file. */
static void add_list(words *w, const struct invocation *in, const char *option, const text_list *list)
{
	size_t count = list->count;

	array_each (&in->origins, o)
		count -= o->option == option_find(option + 2);
	for (size_t i = 0; i < count; i++)
		add(w, option, list->items[i]);
}

static void add_number(words *w, const struct invocation *in, const char *option, const char *value)
{
	if (in->given & option_bit(option_find(option + 2)))
		add(w, option, value);
}

/* How it judges, as the agent does. It reads the file of settings itself: what came from there would count twice. */
static void add_asked(words *w, const struct invocation *in, struct arena *arena)
{
	const struct options *o = &in->options;

	add(w, "--config", o->config);
	add_list(w, in, "--only", &o->only);
	add_list(w, in, "--ignore", &o->ignore);
	add_number(w, in, "--critical-eta", arena_printf(arena, "%" PRIu64 "ms", o->critical_eta.value));
	add_number(w, in, "--warning-eta", arena_printf(arena, "%" PRIu64 "ms", o->warning_eta.value));
	add_number(w, in, "--warning-share", arena_printf(arena, "%" PRIu64, o->warning_share.value));
}

static void fill_words(words *w, const struct invocation *in, struct arena *arena)
{
	const struct options *o = &in->options;

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
	add_asked(w, in, arena);
	if (o->quiet)
		*array_push(w) = "--quiet";
	array_push(w);
}

void agent_web_start(struct attendant *k, const struct invocation *in)
{
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	const struct options *o = &in->options;
	char path[PATH_MAX];
	TEXT_CLEANUP socket = { 0 };
	words w = { 0 };

	if (o->no_web)
		return;
	if (beside_find("unfin-web", path, sizeof(path))) {
		log_warning("no page: unfin-web, which serves it, is not beside unfin");
		return;
	}
	fill_words(&w, in, arena);
	if (!o->listen.count)
		text_printf(&socket, "%s/web.sock", folder_run(o));
	const struct keeper_plan plan = { path,     (char *const *)w.items, "the page", socket.bytes,
		                          PAUSE_MS, PAUSE_MOST_MS };
	int err = keeper_start(k, &plan);
	if (err)
		log_warning("no page: %s", strerror(-err));
	array_free(&w);
}
