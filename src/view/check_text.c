/* The page. Most important first: verdict, then each root with what it causes below it, then the states and
 * what of them is normal, last what was not seen. */
#include "base/format.h"
#include "check.h"
#include "states.h"
#include "wrap.h"

enum { INDENT = 4, LABEL = 9 };

struct page {
	struct wrap wrap;
	const struct moment *m;
	const struct judgement *j;
	bool color;
};

static const char *paint(const struct page *p, enum severity s)
{
	static const char *const codes[] = { "\033[1m", "\033[1;33m", "\033[1;31m" };

	return p->color ? codes[s] : "";
}

static const char *plain(const struct page *p)
{
	return p->color ? "\033[0m" : "";
}

static void line(const struct page *p, const char *label, const char *text)
{
	wrap_line(&p->wrap, INDENT, label, LABEL, text);
}

static void add_process(struct text *t, const struct page *p, uint32_t process)
{
	const struct process *who = &p->m->processes.items[process];

	text_add_shown(t, who->comm);
	text_printf(t, "[%u]", who->pid);
}

static void show_head(const struct page *p, const struct finding *f, const char *number)
{
	struct text *out = p->wrap.out;

	text_printf(out, "%s%s%s %s%s (%s): ", number, paint(p, f->severity), severity_name(f->severity), f->id,
	            plain(p), confidence_name(f->confidence));
	if (f->subject != PROCESS_NONE) {
		add_process(out, p, f->subject);
		text_add_char(out, ' ');
	}
	text_add(out, f->title);
	text_add_char(out, '\n');
}

static void show_who(const struct page *p, const struct finding *f)
{
	TEXT_CLEANUP t = { 0 };

	if (f->subject == PROCESS_NONE)
		return;
	const struct process *who = &p->m->processes.items[f->subject];
	text_add(&t, who->cmdline ? who->cmdline : who->comm);
	if (who->user)
		text_printf(&t, " (user %s)", who->user);
	if (who->container)
		text_printf(&t, " in container %s", who->container_name ? who->container_name : who->container);
	else if (who->unit)
		text_printf(&t, " of %s", who->unit);
	if (f->others.count)
		text_printf(&t, "; and %zu more process%s", f->others.count, f->others.count == 1 ? "" : "es");
	line(p, "who", t.bytes);
}

static void show_what(const struct page *p, const struct finding *f)
{
	TEXT_CLEANUP t = { 0 };

	if (!f->count)
		return;
	format_count(&t, f->count);
	text_printf(&t, " %s%s", f->thing ?: "connection", f->count == 1 ? "" : "s");
	if (f->listener)
		text_printf(&t, f->thing ? " in the way of %s" : " that came in on %s", f->listener);
	else if (f->peer)
		text_printf(&t, " to %s", f->peer);
	else if (f->ends > 1)
		text_printf(&t, " to %u%s destinations", f->ends, f->rest ? " more" : "");
	if (f->other_end != PROCESS_NONE) {
		text_add(&t, f->listener ? ", from " : ", which is ");
		add_process(&t, p, f->other_end);
	}
	if (f->oldest_known) {
		text_add(&t, ", oldest ");
		format_duration(&t, f->oldest_ms);
	}
	if (f->growth.known && f->growth.per_min > 0) {
		text_add(&t, ", growing by ");
		if (f->growth.per_min < 10)
			text_printf(&t, "%.1f", f->growth.per_min);
		else
			format_count(&t, (uint64_t)f->growth.per_min);
		text_add(&t, " a minute");
	}
	line(p, "what", t.bytes);
}

static void show_budget(const struct page *p, const struct finding *f)
{
	TEXT_CLEANUP t = { 0 };

	if (!f->budgets.count)
		return;
	const struct budget *b = &f->budgets.items[0];
	text_printf(&t, "%s: ", b->what);
	format_count(&t, b->used);
	text_add(&t, " of ");
	format_count(&t, b->limit);
	text_add(&t, " used");
	if (f->eta_known && b->used < b->limit) {
		text_add(&t, ", ends in ");
		format_duration(&t, f->eta.s * MS_PER_S);
	} else if (f->eta_why && b->used < b->limit) {
		text_printf(&t, "; when it ends cannot be said: %s", f->eta_why);
	}
	line(p, "budget", t.bytes);
}

static void show_victims(const struct page *p, const struct finding *f)
{
	array_each (&f->victims, v) {
		TEXT_CLEANUP t = { 0 };
		add_process(&t, p, v->process);
		text_printf(&t, ": %s(", call_name(v->call));
		if (v->target_known)
			endpoint_format(&t, &v->target);
		text_printf(&t, ") failed with %s, ", strerrorname_np(v->error));
		format_count(&t, v->count);
		text_add(&t, v->count == 1 ? " time" : " times");
		if (p->m->window.ms) {
			text_add(&t, " in ");
			format_duration(&t, p->m->window.ms);
		}
		line(p, v == f->victims.items ? "suffers" : "", t.bytes);
	}
}

static void show_reasons(const struct page *p, const struct finding *f)
{
	array_each (&f->evidence, e)
		line(p, e == f->evidence.items ? "proof" : "", *e);
	array_each (&f->excluded, x) {
		TEXT_CLEANUP t = { 0 };
		text_printf(&t, "%s: %s", x->id, x->why);
		line(p, x == f->excluded.items ? "not" : "", t.bytes);
	}
	array_each (&f->alternatives, a) {
		TEXT_CLEANUP t = { 0 };
		text_printf(&t, "%s%s%s; settled by: %s", a->id ?: "", a->id ? ": " : "", a->why, a->settled_by);
		line(p, a == f->alternatives.items ? "or else" : "", t.bytes);
	}
}

static void show_advice(const struct page *p, const struct finding *f)
{
	array_each (&f->advice, a) {
		TEXT_CLEANUP t = { 0 };
		text_add(&t, a->text);
		if (a->command)
			text_printf(&t, ": %s", a->command);
		line(p, a == f->advice.items ? "do" : "", t.bytes);
	}
}

static void show_finding(const struct page *p, const struct finding *f, const char *number)
{
	show_head(p, f, number);
	show_who(p, f);
	show_what(p, f);
	show_budget(p, f);
	show_victims(p, f);
	show_reasons(p, f);
	show_advice(p, f);
	text_add_char(p->wrap.out, '\n');
}

static void show_verdict(const struct page *p)
{
	static const char *const words[] = { "nothing wrong", "warning", "critical",
		                             "nothing found, but not all could be seen" };
	static const enum severity severities[] = { SEVERITY_INFO, SEVERITY_WARNING, SEVERITY_CRITICAL,
		                                    SEVERITY_WARNING };
	const struct coverage *c = &p->m->coverage;
	struct text *out = p->wrap.out;

	text_printf(out, "%s%s%s", paint(p, severities[p->j->verdict]), words[p->j->verdict], plain(p));
	text_printf(out, " on %s at ", p->m->host ? p->m->host : "this host");
	format_rfc3339(out, p->m->taken_unix_ms);
	text_add(out, ": ");
	format_count(out, c->sockets_seen);
	text_add(out, " of ");
	format_count(out, c->sockets_kernel);
	text_add(out, " sockets of the kernel's count seen");
	if (p->m->window.ms) {
		text_add(out, ", watched ");
		format_duration(out, p->m->window.ms);
	}
	text_add(out, p->m->window.interrupted ? " (cut short)\n\n" : "\n\n");
}

static void show_gaps(const struct page *p)
{
	array_each (&p->m->coverage.gaps, g) {
		TEXT_CLEANUP t = { 0 };
		text_printf(&t, "%s: %s", g->what, g->why);
		if (g->mend)
			text_printf(&t, " (mend: %s)", g->mend);
		wrap_line(&p->wrap, 0, "not seen ", LABEL, t.bytes);
	}
}

void check_text(struct text *out, const struct moment *m, const struct judgement *j, const struct page_style *style)
{
	struct page p = { .wrap = { out, MAX(style->columns, 40u) }, .m = m, .j = j, .color = style->color };
	unsigned number = 0;

	show_verdict(&p);
	array_each (&j->findings, f) {
		char label[32];
		if (f->caused_by)
			snprintf(label, sizeof(label), "   and so: ");
		else
			snprintf(label, sizeof(label), "%u. ", ++number);
		show_finding(&p, f, label);
	}
	states_text(&p.wrap, m);
	show_gaps(&p);
	if (!m->window.ms)
		wrap_line(&p.wrap, 0, "note", LABEL,
		          "a bind() or connect() that fails leaves no trace to look at; "
		          "if one does, watch it happen: `unfin check --window 10s`");
}
