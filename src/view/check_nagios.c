/* A judgement as monitoring plugins give it: one line, a `|`, and the figures. The worst first. */
#include "check.h"
#include "check_lines.h"
#include "base/format.h"

enum { NAMED = 3 };

/* The line ends the text, and the bar begins the figures: names have neither. */
static void add_plain(struct text *out, const char *s)
{
	size_t from = out->length;

	text_add(out, "");
	text_add_shown(out, s);
	for (char *bar = out->bytes + from; (bar = strchr(bar, '|'));)
		*bar = ' ';
}

static void add_finding(struct text *out, const struct moment *m, const struct finding *f)
{
	TEXT_CLEANUP title = { 0 };

	finding_title(&title, m, f);
	text_printf(out, "%s: ", f->id);
	add_plain(out, title.bytes);
	if (!f->count)
		return;
	text_add(out, " (");
	format_count(out, f->count);
	if (f->eta_known) {
		text_add(out, ", limit in ");
		format_duration(out, f->eta.s * MS_PER_S);
	}
	text_add_char(out, ')');
}

/* The first one that matters. */
static const struct gap *first_gap(const struct moment *m)
{
	array_each (&m->coverage.gaps, g)
		if (!g->names_only)
			return g;
	return NULL;
}

static void add_findings(struct text *out, const struct moment *m, const struct judgement *j)
{
	unsigned shown = 0, more = 0;

	array_each (&j->findings, f) {
		if (f->severity == SEVERITY_INFO)
			continue;
		if (shown == NAMED) {
			more++;
			continue;
		}
		text_add(out, shown++ ? "; " : " - ");
		add_finding(out, m, f);
	}
	if (more)
		text_printf(out, "; and %u more", more);
	const struct gap *gap = shown || j->verdict != VERDICT_UNKNOWN ? NULL : first_gap(m);
	if (gap) {
		text_add(out, " - not seen: ");
		add_plain(out, gap->what);
		shown++;
	}
	if (!m->window.calls_watched)
		text_printf(out, "%s failing calls were not watched", shown ? ";" : " -");
}

/* The fullest budget that a finding eats, in percent. */
static unsigned fullest(const struct judgement *j)
{
	unsigned percent = 0;

	array_each (&j->findings, f)
		array_each (&f->budgets, b)
			if (b->limit)
				percent = MAX(percent, (unsigned)MIN(b->used * 100 / b->limit, (uint64_t)100));
	return percent;
}

void check_nagios(struct text *out, const struct moment *m, const struct judgement *j)
{
	static const char *const words[] = { "OK", "WARNING", "CRITICAL", "UNKNOWN" };
	uint64_t states[STATE_COUNT], findings[SEVERITY_CRITICAL + 1] = { 0 };

	moment_count_states(m, states);
	array_each (&j->findings, f)
		findings[f->severity]++;
	text_printf(out, "UNFIN %s", words[j->verdict]);
	add_findings(out, m, j);
	if (m->narrowed.count) {
		TEXT_CLEANUP narrowed = { 0 };
		verdict_narrowed(&narrowed, m);
		text_add(out, " (narrowed: ");
		add_plain(out, narrowed.bytes);
		text_add_char(out, ')');
	}
	text_printf(out, " | critical=%llu;;1 warning=%llu;1 info=%llu budget=%u%%;;;0;100",
	            (unsigned long long)findings[SEVERITY_CRITICAL], (unsigned long long)findings[SEVERITY_WARNING],
	            (unsigned long long)findings[SEVERITY_INFO], fullest(j));
	for (enum tcp_state s = STATE_ESTABLISHED; s < STATE_COUNT; s++)
		text_printf(out, " %s=%llu", state_json(s), (unsigned long long)states[s]);
	text_add_char(out, '\n');
}
