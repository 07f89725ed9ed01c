/* unfin report: a moment as one file of HTML, to be sent and opened anywhere. */
#include "asked.h"
#include "before.h"
#include "gather.h"
#include "lines.h"
#include "narrowed.h"
#include "base/log.h"
#include "page/bundle.h"
#include "page/report.h"
#include "source/kept/image.h"
#include "source/kept/kept.h"

/* Of before: what the agent remembers of this host. Without an agent there is nothing, and that is no fault. */
static struct chronicle *read_before(const struct options *o)
{
	const struct before_request whole = { .points = true, .past = true };
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	struct chronicle *c = NULL;
	struct gap why = { 0 };

	if (o->redact || !before_read(o, &whole, &c, arena, &why))
		return c;
	log_warning("the report has nothing of before: %s cannot be read: %s", why.what, why.why);
	if (why.mend)
		log_hint("%s", why.mend);
	return NULL;
}

/* The same moment with other names: it is judged under them, so that no text has an old one. */
static int redact_moment(struct session *s)
{
	cleanup(moment_cleanup) struct moment *hidden = moment_new();
	TEXT_CLEANUP image = { 0 };
	struct gap why = { 0 };
	int err = kept_image(s->moment, KEPT_HIDE_NAMES, &image);

	err = err ?: kept_parse("the redacted moment", &image, hidden, hidden->arena, &why);
	if (err) {
		log_error("cannot redact this moment: %s", why.why ?: strerror(-err));
		return STATUS_UNABLE;
	}
	moment_free(s->moment);
	s->moment = take_ptr(hidden);
	return STATUS_OK;
}

static int write_report(const char *path, const struct text *html)
{
	power_raise();
	int err = image_write(path, html->bytes, html->length);
	power_lower();
	if (!err)
		return STATUS_OK;
	log_error("cannot write %s: %s", path, strerror(-err));
	return STATUS_UNABLE;
}

static int make_report(const struct invocation *in, struct session *s, const struct request *request,
                       const struct chronicle *before)
{
	const struct options *o = &in->options;
	cleanup(judgement_cleanup) struct judgement *j = judge_request(s->moment, request);
	struct check_ground g = { s->moment, j, request, before };
	TEXT_CLEANUP html = { 0 };

	report_html(&html, &g, o->redact);
	int status = write_report(o->output_file, &html);
	if (status == STATUS_OK)
		log_warning("%s: %zu KiB; open it in any browser, no network is needed", o->output_file,
		            (html.length + 1023) / 1024);
	return status;
}

static int can_report(const struct options *o)
{
	if (!page_is_built()) {
		log_error("this unfin was built without its page, which a report is");
		log_hint("build it where node and npm are: sudo make deps && make");
		return STATUS_UNABLE;
	}
	if (o->output_file)
		return session_can_keep(o->output_file);
	log_error("report needs the name of the file to write");
	log_hint("unfin report -o report.html");
	return STATUS_USAGE;
}

static int report_run(const struct invocation *in)
{
	cleanup(lines_end) struct helper helper = LINES_UNWANTED;
	cleanup(chronicle_cleanup) struct chronicle *before = NULL;
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	cleanup(asked_free) struct request request = { 0 };
	const struct options *o = &in->options;
	int status = invocation_at_most(in, 0) ?: asked_parse(in, arena, &request) ?: can_report(o);

	if (status != STATUS_OK)
		return status;
	lines_prepare(&helper, o);
	cleanup(session_close) struct session s = { .later = POWER_KEEP };
	before = read_before(o);
	status = gather_moment(&s, o, WANT_TRANSLATIONS);
	if (status != STATUS_OK)
		return status;
	lines_add(&helper, s.moment);
	narrowed_tell(in, s.from, s.moment);
	return (o->redact ? redact_moment(&s) : STATUS_OK) ?: make_report(in, &s, &request, before);
}

static const char *const accepted[] = { "output-file",  "from",       "at",     "state-dir",   "redact",
	                                "window",       "netns",      "source", "show-args",   "quiet",
	                                "without-hook", "table-rows", "config", ASKED_OPTIONS, NULL };

const struct command command_report = {
	.name = "report",
	.summary = "this moment as one file of HTML: for a mail, a ticket, a colleague",
	.examples = "unfin report -o report.html                 # this host now, with what the agent remembers\n"
	            "unfin report -o report.html --from trouble.unfin\n"
	            "unfin report -o report.html --at 03:12      # as it was then, where the agent runs\n"
	            "unfin report -o report.html --redact        # without addresses, hosts, names and command lines\n",
	.details =
	        "It is the page of unfin web with its data inside: it opens from a disk or a mail, without a network,\n"
	        "and prints. The file has mode 0600. --redact gives the same address, program or command line the "
	        "same\n"
	        "number everywhere; what the agent remembers is then left out.\n",
	.options = accepted,
	.settings = asked_options,
	.power = POWER_LOOK | POWER_ENTER | POWER_TRACK | POWER_OPEN | POWER_FOREIGN | POWER_KEEP,
	.run = report_run,
};
