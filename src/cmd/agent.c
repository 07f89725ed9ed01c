/* unfin agent: always on. Looks again and again, and remembers. */
#include "agent_tell.h"
#include "agent_web.h"
#include "asked.h"
#include "config.h"
#include "folders.h"
#include "gather.h"
#include "scope.h"
#include "session.h"
#include "supervisor.h"
#include "agent/agent.h"
#include "base/format.h"
#include "base/log.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>

enum { INTERVAL_MS = 10 * 1000, INTERVAL_LEAST_MS = 100, FIRST_MS = 2000, HISTORY_LEAST_MB = 16, BYTES_BITS = 20 };

static void wake_signals(sigset_t *ret)
{
	static const int numbers[] = { SIGINT, SIGTERM, SIGHUP };

	sigemptyset(ret);
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		sigaddset(ret, numbers[i]);
}

/* The signal that ended the wait, or 0. What comes while we look waits until then. */
static int wait_ms(uint64_t ms)
{
	const struct timespec time = { (time_t)(ms / MS_PER_S), (long)(ms % MS_PER_S * NS_PER_MS) };
	sigset_t set;

	wake_signals(&set);
	int signal = sigtimedwait(&set, NULL, &time);
	return signal > 0 ? signal : 0;
}

/* A little slower than asked for, or than was told already, is nothing to tell. */
static void tell_pace(const struct agent_told *told, uint64_t asked_ms, uint64_t *told_ms)
{
	TEXT_CLEANUP t = { 0 };
	bool slower = told->interval_ms >= *told_ms + *told_ms / 2;
	bool again = *told_ms > asked_ms && !told->stretched;

	if (!slower && !again)
		return;
	*told_ms = told->interval_ms;
	format_duration(&t, told->interval_ms);
	if (slower)
		log_warning("one look costs so much that it looks every %s now, to stay within 1%% of a processor",
		            t.bytes);
	else
		log_warning("it looks every %s again", t.bytes);
}

static void tell_cycle(struct teller *t, const struct agent_told *told, uint64_t asked_ms, uint64_t *told_ms)
{
	array_each (&told->lines, line)
		log_warning("%s", *line);
	array_each (&told->news, n)
		teller_tell(t, n);
	tell_pace(told, asked_ms, told_ms);
}

/* Those of the start live as long as the agent, which borrows from them. SIGHUP reads them anew: of these the request
 * and the interval are in force then; where something is wrong with them that is told, and those before stay. */
struct settings {
	struct invocation in;
	struct arena *arena;
	struct request request;
	uint64_t interval_ms;
};

static void settings_free(struct settings *s)
{
	if (!s)
		return;
	asked_free(&s->request);
	invocation_free(&s->in);
	arena_free(s->arena);
	free(s);
}

static void settings_cleanup(struct settings **s)
{
	settings_free(*s);
}

static int settings_read(struct settings *s)
{
	const struct options *o = &s->in.options;
	int status = asked_parse(&s->in, s->arena, &s->request);

	s->interval_ms = o->interval.given ? o->interval.value : INTERVAL_MS;
	if (status == STATUS_OK && s->interval_ms < INTERVAL_LEAST_MS) {
		log_error("the interval is at least 100ms; 10s is the usual");
		return STATUS_USAGE;
	}
	if (status == STATUS_OK && o->history_size.given && o->history_size.value < HISTORY_LEAST_MB) {
		log_error("the history takes 16 MB at least; 1024 is the usual");
		return STATUS_USAGE;
	}
	return status;
}

static struct settings *settings_new(const struct command *c)
{
	struct settings *s = memory_zeroed(sizeof(*s));

	s->in.command = c;
	s->arena = arena_new();
	return s;
}

/* Who is told of what comes to pass. */
struct listeners {
	struct teller teller;
	struct supervisor supervisor;
	struct attendant web;
};

static void reload(struct agent *a, const struct settings *start, struct settings **later, const struct listeners *to)
{
	cleanup(settings_cleanup) struct settings *new = settings_new(start->in.command);
	int status = invocation_parse(&new->in, start->in.arguments) ?: config_apply(&new->in) ?: settings_read(new);

	if (status != STATUS_OK) {
		log_warning("the settings stay as they were");
		return;
	}
	agent_set(a, &new->request, new->interval_ms);
	settings_free(*later);
	*later = take_ptr(new);
	keeper_again(&to->web); /* it judges by them, too */
	log_warning("the settings were read anew");
}

/* `later`: those that SIGHUP brought, or NULL. */
static void agent_loop(struct agent *a, const struct settings *start, struct settings **later, struct listeners *to)
{
	uint64_t next_ms = MIN(start->interval_ms, (uint64_t)FIRST_MS), told_ms = start->interval_ms;

	for (int signal = 0; signal != SIGINT && signal != SIGTERM;) {
		signal = wait_ms(next_ms);
		if (signal == SIGHUP)
			reload(a, start, later, to);
		if (signal)
			continue;
		const struct agent_told *told = agent_cycle(a);
		tell_cycle(&to->teller, told, (*later ?: start)->interval_ms, &told_ms);
		next_ms = told->interval_ms;
		if (told->looked)
			supervisor_alive(&to->supervisor, next_ms);
	}
}

static void tell_begin(const struct agent_options *o)
{
	TEXT_CLEANUP every = { 0 };

	format_duration(&every, o->interval_ms);
	log_warning("looking every %s; history in %s, the last moment in %s/moment; Ctrl-C ends it", every.bytes,
	            o->state, o->run);
	log_hint("unfin history%s%s", streq(o->state, FOLDER_STATE) ? "" : " --state ",
	         streq(o->state, FOLDER_STATE) ? "" : o->state);
}

static int fill_options(const struct settings *s, struct fleet_key *key, struct agent_options *ret)
{
	const struct options *o = &s->in.options;

	ret->state = folder_state(o);
	ret->run = folder_run(o);
	ret->interval_ms = s->interval_ms;
	ret->history_bytes = MIN(o->history_size.value, UINT64_MAX >> BYTES_BITS) << BYTES_BITS;
	ret->request = &s->request;
	ret->hooks = gather_hooks(o);
	ret->look.wants =
	        WANT_DETAILS | WANT_LIMITS | WANT_CROSSINGS | WANT_LOST_TRANSLATIONS | WANT_ACTORS | WANT_RELEASES;
	ret->look.force = o->source;
	return scope_parse(o->netns, &ret->look) ?: session_fleet_key(o, key, &ret->look);
}

static int agent_start(const struct agent_options *o, const struct settings *start, struct listeners *to)
{
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	cleanup(settings_cleanup) struct settings *later = NULL;
	cleanup(agent_cleanup) struct agent *a = NULL;
	struct gap why = { 0 };
	int err = agent_open(o, arena, &a, &why);

	if (err) {
		log_error("cannot see %s: %s", why.what, why.why);
		if (why.mend)
			log_hint("%s", why.mend);
		return STATUS_UNABLE;
	}
	supervisor_ready(&to->supervisor);
	tell_begin(o);
	array_each (&agent_told(a)->lines, line)
		log_warning("%s", *line);
	agent_loop(a, start, &later, to);
	return STATUS_OK;
}

static void listeners_end(struct listeners *to)
{
	teller_end(&to->teller);
	supervisor_end(&to->supervisor);
	attendant_end(&to->web);
}

/* A start that is refused leaves no empty folder behind. */
static int take_folders(const struct agent_options *o, int *ret_lock)
{
	bool made = false;
	int status = folder_make(o->state, &made) ?: folder_make(o->run, NULL);

	if (status != STATUS_OK && made)
		unlinkat(AT_FDCWD, o->state, AT_REMOVEDIR);
	return status ?: folder_take(o->state, &folder_agent, ret_lock);
}

static int agent_run(const struct invocation *in)
{
	cleanup(settings_cleanup) struct settings *settings = settings_new(in->command);
	cleanup(cleanup_close) int lock = -1;
	cleanup(listeners_end) struct listeners to = { TELLER_NONE, SUPERVISOR_NONE, ATTENDANT_NONE };
	struct agent_options o = { 0 };
	struct fleet_key key;
	sigset_t set;

	umask(0027);
	memory_returned();
	supervisor_find(&to.supervisor);
	int status = invocation_at_most(in, 0) ?: invocation_parse(&settings->in, in->arguments)
	                     ?: config_apply(&settings->in) ?: settings_read(settings) ?: fill_options(settings, &key, &o);
	if (status == STATUS_OK)
		status = folder_check(o.state, &folder_agent) ?: folder_check(o.run, &folder_agent)
		                 ?: teller_start(&to.teller, &settings->in.options) ?: take_folders(&o, &lock);
	if (status != STATUS_OK)
		return status;
	agent_web_start(&to.web, &settings->in);
	wake_signals(&set);
	sigprocmask(SIG_BLOCK, &set, NULL);
	power_limit(in->command->power);
	return agent_start(&o, settings, &to);
}

static const char *const accepted[] = { "state-dir",       "run",
	                                "interval",        "history-size",
	                                "netns",           "only",
	                                "ignore",          "critical-eta",
	                                "warning-eta",     "config",
	                                "warning-share",   "source",
	                                "without-hook",    "table-rows",
	                                "fleet-key",       "quiet",
	                                "no-web",          "notify-command",
	                                "journal",         "web.listen-address",
	                                "web.config.file", "web.telemetry-path",
	                                "web.allow-host",  NULL };

const struct command command_agent = {
	.name = "agent",
	.summary = "always on: looks every 10 s, judges, and remembers since when, after what, and who failed",
	.examples = "unfin agent                    # until Ctrl-C; what it finds is told, and kept in /var/lib/unfin\n"
	            "unfin agent --interval 1s --state /tmp/h --run /tmp/r\n"
	            "unfin history                  # meanwhile or later: what it has found, and when\n"
	            "unfin agent --no-web           # without the page at http://127.0.0.1:9779/\n"
	            "unfin check --from /run/unfin/moment\n",
	.details = "The history is one SQLite file a day, of today and 14 days before, 1 GB at most. Looking takes at\n"
	           "most 1% of one processor: where a look costs more than that, it looks less often, and says so.\n",
	.options = accepted,
	.power = POWER_LOOK | POWER_ENTER | POWER_TRACK | POWER_REMEMBER,
	.run = agent_run,
};
