/* unfin doctor: what this host, kernel and user let the tool see. */
#include "beside.h"
#include "command.h"
#include "debuginfo.h"
#include "gather.h"
#include "power/power.h"
#include "output.h"
#include "terminal.h"
#include "model/secrets.h"
#include "source/features.h"
#include "source/privilege.h"
#include "source/source.h"
#include "trace/captures.h"
#include "trace/events.h"
#include "trace/watch.h"
#include "view/doctor.h"
#include <inttypes.h>
#include <sys/prctl.h>

struct hook_rows {
	struct arena *arena;
	features *all;
};

/* `refused`: a cheaper one, for which it stands in. */
static void tell_price(struct text *why, const struct hook_state *refused)
{
	text_add(why, "; while they are watched, every system call of this host takes 30 to 50 ns longer");
	if (refused)
		text_printf(why, " (%s %s, which would spare the others: %s)", hook_kind_name(refused->hook->kind),
		            refused->hook->at, hook_error_text(refused));
}

static void add_hook(const struct hook_state *s, const struct hook_state *refused, void *data)
{
	const struct hook_rows *rows = data;
	struct hook_cost cost = hook_cost_of(s->program);
	TEXT_CLEANUP why = { 0 };
	struct feature f = { .id = arena_printf(rows->arena, "hook-%s", s->hook->id), .ok = s->link >= 0 };

	text_printf(&why, "%s %s", hook_kind_name(s->hook->kind), s->hook->at);
	if (!f.ok)
		text_printf(&why, ": %s", hook_error_text(s));
	else if (cost.runs)
		text_printf(&why, ", %" PRIu64 " runs so far, %" PRIu64 " ns each", cost.runs, cost.ns / cost.runs);
	if (f.ok && s->hook->kind == HOOK_CALLS)
		tell_price(&why, refused);
	f.why = arena_strdup(rows->arena, why.bytes);
	f.lost = f.ok ? NULL : s->hook->lost;
	f.mend = f.ok || s->error == HOOK_OFF ? NULL : privilege_mend_of(-s->error, rows->arena);
	*array_push(rows->all) = f;
}

static void add_tables(struct arena *arena, const struct events *events, features *all)
{
	double megabytes = (double)events_memory_bytes(events) / (1 << 20);

	*array_push(all) = (struct feature){
		.id = "hook-tables",
		.ok = true,
		.why = arena_printf(arena,
		                    "%.1f MB of kernel memory, however many sockets there are; what each hook costs "
		                    "is told while kernel.bpf_stats_enabled is 1",
		                    megabytes),
	};
}

/* What `watch` hangs on; for a moment, and it counts nothing. */
static void probe_watch(struct arena *arena, const struct options *o, features *all)
{
	cleanup(watch_cleanup) struct watch *watch = NULL;
	cleanup(moment_cleanup) struct moment *names = moment_new();
	struct hook_rows rows = { arena, all };
	struct watch_request request = { .family = true, .rows = 64, .hooks = gather_hooks(o) };
	struct gap why;
	size_t count;

	request.ring_bytes = (uint32_t)sysconf(_SC_PAGESIZE);
	int err = watch_open(&request, names, &watch, &why);
	if (err) {
		*array_push(all) = (struct feature){ .id = "watch",
			                             .why = arena_strdup(arena, why.why),
			                             .lost = "unfin watch",
			                             .mend = privilege_mend_of(err, arena) };
		return;
	}
	const struct hook_state *hooks = watch_hooks(watch, &count);
	for (size_t i = 0; i < count; i++)
		add_hook(&hooks[i], NULL, &rows);
}

static void probe_events(struct arena *arena, const struct options *o, features *all)
{
	cleanup(events_cleanup) struct events *events = NULL;
	struct hook_options options = gather_hooks(o);
	struct gap why = { 0 };
	struct feature f = { .id = "failing-calls" };

	int err = events_open(arena, &options, &events, &why);
	f.ok = !err;
	if (!f.ok) {
		f.why = why.why;
		f.lost = "victims: processes whose bind() or connect() fails are not seen failing";
		f.mend = why.mend ?: privilege_mend_of(err, arena);
	}
	*array_push(all) = f;
	if (err)
		return;
	events_each_hook(events, add_hook, &(struct hook_rows){ arena, all });
	add_tables(arena, events, all);
}

/* Lines of code: who decodes them, and the programs that freeze stacks. */
static struct feature probe_lines(struct arena *arena)
{
	cleanup(captures_cleanup) struct captures *captures = NULL;
	struct capture_scope scope = { 0 };
	struct feature f = { .id = "lines" };
	char path[4096];
	struct gap why = { 0 };

	if (beside_find("unfin-blame", path, sizeof(path))) {
		f.why = "unfin-blame, which decodes stacks, is not beside unfin";
		f.mend = "make deps && make";
		return f;
	}
	int err = captures_open(arena, &scope, &captures, &why);
	f.ok = !err;
	f.why = err ? why.why : NULL;
	f.mend = err ? why.mend ?: privilege_mend_of(err, arena) : NULL;
	return f;
}

/* Nothing is asked here: that it is on is what somebody may not know. */
static struct feature probe_debuginfo(struct arena *arena)
{
	const char *urls = debuginfo_urls();
	struct feature f = { .id = "debuginfod", .ok = true };
	TEXT_CLEANUP why = { 0 }, folder = { 0 };
	char path[4096];

	if (!urls) {
		f.why = "off, no server is asked: " DEBUGINFO_URLS " is not set (with sudo: sudo " DEBUGINFO_URLS
		        "=URL unfin blame)";
		return f;
	}
	f.ok = !beside_find("unfin-hub", path, sizeof(path));
	if (!f.ok) {
		f.why = DEBUGINFO_URLS
		        " is set, and unfin-hub, which talks to servers, is not beside unfin (the static "
		        "file has none)";
		f.lost = "lines of stripped programs whose .debug files are not here";
		f.mend = "make deps && make";
		return f;
	}
	text_add(&why, "on, unfin blame asks ");
	secrets_mask(&why, urls, strlen(urls));
	text_printf(&why, ", %" PRIu64 " s for a file; what came is kept in ",
	            (uint64_t)(debuginfo_file_ms() / MS_PER_S));
	text_add(&why, debuginfo_folder(&folder) ? "no folder, for there is none" : folder.bytes);
	f.why = arena_strdup(arena, why.bytes);
	return f;
}

/* A look of our own namespace: the head of the document, and whether the tool can run at all. */
static bool look(struct moment *m)
{
	cleanup(source_cleanup) struct source *source = NULL;
	struct source_request request = { .scope = SCOPE_ALL };
	struct gap why;

	return !source_open(&request, m->arena, &source, &why) && !source_look(source, m);
}

static void find_rights(struct rights *ret, unsigned needs, bool filtered)
{
	*ret = (struct rights){ .no_new_privs = prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1, .filtered = filtered };
	for (const struct power_row *row = power_rows(); row->name; row++)
		if (row->needs & needs && power_is_kept(row->capability))
			*array_push(&ret->kept) = (struct right){ row->name, row->why, !row->at_need };
}

static bool all_are_there(const features *all)
{
	array_each (all, f)
		if (!f->ok)
			return false;
	return true;
}

static int doctor_run(const struct invocation *in)
{
	cleanup(moment_cleanup) struct moment *m = moment_new();
	TEXT_CLEANUP out = { 0 };
	struct rights rights;
	features all = { 0 };
	int status = invocation_at_most(in, 0);

	if (status != STATUS_OK)
		return status;
	bool filtered = !power_seal(in->command->power);
	bool able = look(m);
	features_probe(m->arena, &all);
	probe_events(m->arena, &in->options, &all);
	probe_watch(m->arena, &in->options, &all);
	struct feature lines = probe_lines(m->arena);
	*array_push(&all) = probe_debuginfo(m->arena);
	find_rights(&rights, in->command->power, filtered);
	if (in->options.output == OUTPUT_JSON) {
		doctor_json(&out, m, &all, &lines, &rights);
	} else {
		struct page_style style = terminal_style(&in->options);
		doctor_text(&out, &all, &lines, &rights, &style);
	}
	status = output_text(&out) ?: !able ? STATUS_UNABLE : all_are_there(&all) ? STATUS_OK : STATUS_INCOMPLETE;
	array_free(&all);
	array_free(&rights.kept);
	return status;
}

static const char *const accepted[] = { "output", "json", "color", "without-hook", "table-rows", NULL };

const struct command command_doctor = {
	.name = "doctor",
	.summary = "what this host, kernel and user let unfin see, and what fixes the rest",
	.examples = "unfin doctor  # what is missing, what is lost without it, the command that fixes it\n"
	            "unfin doctor --json\n",
	.options = accepted,
	.outputs = OUTPUT(TABLE) | OUTPUT(JSON),
	.power = POWER_LOOK | POWER_ENTER | POWER_TRACK | POWER_FOLLOW,
	.run = doctor_run,
};
