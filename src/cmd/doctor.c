/* unfin doctor: what this host, kernel and user let the tool see. */
#include "command.h"
#include "power/power.h"
#include "output.h"
#include "terminal.h"
#include "source/features.h"
#include "source/privilege.h"
#include "source/source.h"
#include "trace/events.h"
#include "view/doctor.h"
#include <sys/prctl.h>

static void probe_calls(struct arena *arena, features *all)
{
	cleanup(events_cleanup) struct events *events = NULL;
	struct gap why = { 0 };
	struct feature f = { .id = "failing-calls" };

	int err = events_open(arena, &events, &why);
	f.ok = !err;
	if (!f.ok) {
		f.why = why.why;
		f.lost = "victims: processes whose bind() or connect() fails are not seen failing";
		f.mend = why.mend ?: privilege_mend_of(err, arena);
	}
	*array_push(all) = f;
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
	probe_calls(m->arena, &all);
	find_rights(&rights, in->command->power, filtered);
	if (in->options.output == OUTPUT_JSON) {
		doctor_json(&out, m, &all, &rights);
	} else {
		struct page_style style = terminal_style(&in->options);
		doctor_text(&out, &all, &rights, &style);
	}
	status = output_text(&out) ?: !able ? STATUS_UNABLE : all_are_there(&all) ? STATUS_OK : STATUS_INCOMPLETE;
	array_free(&all);
	array_free(&rights.kept);
	return status;
}

static const char *const accepted[] = { "output", "json", "color", NULL };

const struct command command_doctor = {
	.name = "doctor",
	.summary = "what this host, kernel and user let unfin see, and what fixes the rest",
	.examples = "unfin doctor  # what is missing, what is lost without it, the command that fixes it\n"
	            "unfin doctor --json\n",
	.options = accepted,
	.outputs = OUTPUT(TABLE) | OUTPUT(JSON),
	.power = POWER_LOOK | POWER_ENTER | POWER_TRACK,
	.run = doctor_run,
};
