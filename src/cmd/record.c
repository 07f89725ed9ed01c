/* unfin record F: keep this moment in a file, to be judged later or elsewhere. */
#include "command.h"
#include "gather.h"
#include "lines.h"
#include "output.h"
#include "base/log.h"

static int record_run(const struct invocation *in)
{
	cleanup(lines_end) struct helper helper = LINES_UNWANTED;
	TEXT_CLEANUP told = { 0 };

	if (in->words.count != 1) {
		log_error("record takes one word: the file to write");
		log_hint("unfin record trouble.unfin");
		return STATUS_USAGE;
	}
	const char *path = in->words.items[0];
	int status = session_can_keep(path);
	if (status != STATUS_OK)
		return status;
	lines_prepare(&helper, &in->options);
	cleanup(session_close) struct session s = { .later = POWER_KEEP };
	status = gather_moment(&s, &in->options, WANT_TRANSLATIONS | WANT_RELEASES);
	if (status != STATUS_OK)
		return status;
	lines_add(&helper, s.moment);
	status = session_keep(&s, path, in->options.redact);
	if (status != STATUS_OK)
		return status;
	session_tell_gaps(&s);
	text_printf(&told, "%s: %zu sockets of %zu processes, watched %.1f s; judge it with: unfin check --from %s\n",
	            path, s.moment->sockets.count, s.moment->processes.count, (double)s.moment->window.ms / 1e3, path);
	return output_text(&told);
}

static const char *const accepted[] = { "window",    "redact", "netns",        "source",     "show-args", "quiet",
	                                "fleet-key", "config", "without-hook", "table-rows", NULL };

const struct command command_record = {
	.name = "record",
	.arguments = "FILE",
	.summary = "keep this moment in a file: every reading command works on it",
	.examples = "unfin record trouble.unfin                # what `check` would judge now\n"
	            "unfin record trouble.unfin --window 30s   # watch before keeping\n"
	            "unfin record trouble.unfin --redact       # without addresses, users, command lines\n"
	            "unfin check --from trouble.unfin          # the same judgement, on any machine\n",
	.details =
	        "FILE is a SQLite database, mode 0600, with a checksum; it is not overwritten. The lines of code that\n"
	        "check shows are in it. --redact gives the same address, user, path or command line the same number\n"
	        "everywhere; names of programs, functions, units and containers stay.\n",
	.options = accepted,
	.power = POWER_LOOK | POWER_ENTER | POWER_TRACK | POWER_KEEP,
	.run = record_run,
};
