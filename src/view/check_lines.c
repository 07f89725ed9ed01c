/* What is said of one finding, as label and text: the same words on the page and in a ticket. */
#include "check_lines.h"
#include "base/format.h"
#include "place.h"

struct lines {
	const struct check_ground *g;
	const struct moment *m;
	finding_line *line;
	void *to;
};

static void line(const struct lines *p, const char *label, const char *text)
{
	p->line(p->to, label, text, NULL);
}

static void add_process(struct text *t, const struct moment *m, uint32_t process)
{
	process_format(t, &m->processes.items[process]);
}

void finding_title(struct text *t, const struct moment *m, const struct finding *f)
{
	if (f->subject != PROCESS_NONE) {
		add_process(t, m, f->subject);
		text_add_char(t, ' ');
	}
	text_add(t, f->title);
}

void finding_heading(struct text *t, const struct moment *m, const struct finding *f, const char *on, const char *off)
{
	text_printf(t, "%s%s %s%s (%s): ", on, severity_name(f->severity), f->id, off, confidence_name(f->confidence));
	finding_title(t, m, f);
}

void finding_who(struct text *t, const struct process *who)
{
	text_add_quoted(t, who->cmdline ? who->cmdline : who->comm);
	if (who->user) {
		text_add(t, " (user ");
		text_add_name(t, who->user);
		text_add_char(t, ')');
	}
	process_add_place(t, who);
	if (!who->container && who->unit) {
		text_add(t, " of ");
		text_add_name(t, who->unit);
	}
}

static void show_who(const struct lines *p, const struct finding *f)
{
	TEXT_CLEANUP t = { 0 };

	if (f->subject == PROCESS_NONE) {
		if (!f->subject_why || f->cause != FINDING_NONE) /* below its cause it needs no words */
			return;
		text_printf(&t, "- (%s)", f->subject_why);
		line(p, "who", t.bytes);
		return;
	}
	finding_who(&t, &p->m->processes.items[f->subject]);
	if (f->others.count)
		text_printf(&t, "; and %zu more process%s", f->others.count, f->others.count == 1 ? "" : "es");
	line(p, "who", t.bytes);
}

/* Said only where it is not the one that the reader's own shell is in. */
static void show_where(const struct lines *p, const struct finding *f)
{
	TEXT_CLEANUP t = { 0 };

	if (f->netns >= p->m->netns.count || p->m->netns.items[f->netns].self)
		return;
	const struct netns *n = &p->m->netns.items[f->netns];
	text_add(&t, "network namespace ");
	if (n->name)
		text_add_name(&t, n->name);
	text_printf(&t, n->name ? " (%llu)" : "%llu", (unsigned long long)n->inode);
	if (n->member_pid)
		text_printf(&t, "; enter it with: nsenter --net --target %u", n->member_pid);
	line(p, "where", t.bytes);
}

/* In few words what is wrong with connections that are all in one state, for whoever knows it by its name only. */
static void add_state(struct text *t, const struct lines *p, const struct finding *f)
{
	enum tcp_state state = f->sockets.count ? p->m->sockets.items[f->sockets.items[0]].state : STATE_NONE;

	array_each (&f->sockets, s)
		if (p->m->sockets.items[*s].state != state)
			return;
	if (f->cause != FINDING_NONE || !state_is_unfinished(state))
		return;
	text_printf(t, " in %s", state_people(state));
	if (!strstr(f->title, state_people(state))) /* there it is explained */
		text_printf(t, " (%s)", state_meaning(state));
}

static void show_what(const struct lines *p, const struct finding *f)
{
	TEXT_CLEANUP t = { 0 };

	if (!f->count)
		return;
	format_count(&t, f->count);
	text_printf(&t, " %s%s", f->thing ?: "connection", f->count == 1 ? "" : "s");
	add_state(&t, p, f);
	if (f->listener) /* of a call that fails there are no sockets */
		text_printf(&t,
		            !f->sockets.count ? " for %s"
		            : f->thing        ? " in the way of %s"
		                              : " that came in on %s",
		            f->listener);
	else if (f->peer)
		text_printf(&t, " to %s", f->peer);
	else if (f->ends > 1)
		text_printf(&t, " to %u%s destinations", f->ends, f->rest ? " more" : "");
	if (f->other_end != PROCESS_NONE) {
		text_add(&t, f->listener ? ", from " : ", which is ");
		add_process(&t, p->m, f->other_end);
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

/* All of them are in the document; whether the line is of them is what is asked for. */
static void show_changes(const struct lines *p, const struct site *site)
{
	const struct site_changes *c = &site->changes;
	const struct site_commit *of_line = stack_place(site->stack) ? &site->commit : &site->listened_commit;
	TEXT_CLEANUP t = { 0 };
	bool is_one = false;

	if (!place_format_changes(&t, c))
		return;
	for (uint32_t i = 0; i < c->shown; i++)
		is_one |= of_line->id && same_text(c->commits[i].id, of_line->id);
	if (c->shown)
		text_add(&t, is_one ? "; that of the line is one of them" : "; the newest: ");
	if (c->shown && !is_one)
		place_format_commit(&t, c->commits);
	line(p, "changes", t.bytes);
}

static void show_place(const struct lines *p, const struct finding *f)
{
	TEXT_CLEANUP opened = { 0 };
	TEXT_CLEANUP listener = { 0 };
	TEXT_CLEANUP told = { 0 };
	TEXT_CLEANUP commit = { 0 };

	if (f->site && !f->standings.count) {
		place_format_site(&opened, p->m, f->site, f->subject);
		line(p, "line", opened.bytes);
		if (place_format_listener(&listener, f->site))
			line(p, "listener", listener.bytes);
		listener.length = 0;
		place_format_commit(&listener, &f->site->listened_commit);
		if (listener.length)
			line(p, "", listener.bytes);
		text_add(&told, "told at ");
		if (f->site->told && place_format_stack(&told, f->site->told))
			line(p, "EOF", told.bytes);
		place_format_commit(&commit, &f->site->commit);
	}
	if (commit.length)
		line(p, "commit", commit.bytes);
	if (f->site && !f->standings.count)
		show_changes(p, f->site);
	array_each (&f->standings, s) {
		TEXT_CLEANUP t = { 0 };
		place_format_standing(&t, *s);
		line(p, s == f->standings.items ? "line" : "", t.bytes);
	}
}

static void show_since(const struct lines *p, const struct finding *f)
{
	TEXT_CLEANUP t = { 0 };

	finding_since(&t, p->g, f);
	if (t.length)
		line(p, "since", t.bytes);
}

static void show_reasons(const struct lines *p, const struct finding *f)
{
	array_each (&f->evidence, e)
		line(p, e == f->evidence.items ? "proof" : "", *e);
	array_each (&f->excluded, x) {
		TEXT_CLEANUP t = { 0 };
		text_printf(&t, "%s: %s", x->id, x->why);
		line(p, x == f->excluded.items ? "isn't" : "", t.bytes);
	}
	array_each (&f->alternatives, a) {
		TEXT_CLEANUP t = { 0 };
		text_printf(&t, "%s%s%s; settled by: %s", a->id ?: "", a->id ? ": " : "", a->why, a->settled_by);
		line(p, a == f->alternatives.items ? "or else" : "", t.bytes);
	}
}

static void show_advice(const struct lines *p, const struct finding *f, enum advice_kind from, enum advice_kind to)
{
	static const char *const labels[ADVICE_KINDS] = { "now", "for good", "more" };

	array_each (&f->advice, a) {
		if (a->kind < from || a->kind > to)
			continue;
		bool follows = a > f->advice.items && a[-1].kind == a->kind;
		p->line(p->to, follows ? "" : labels[a->kind], a->text, a->command);
	}
}

/* In the order in which a tired person asks: who, since when, until when, who suffers, what to type; then why. */
void finding_lines(const struct check_ground *g, const struct finding *f, finding_line *emit, void *to)
{
	struct lines p = { .g = g, .m = g->moment, .line = emit, .to = to };

	show_who(&p, f);
	show_where(&p, f);
	show_what(&p, f);
	show_since(&p, f);
	finding_ends(g, f, emit, to);
	finding_victims(g, f, emit, to);
	show_advice(&p, f, ADVICE_NOW, ADVICE_FOR_GOOD);
	show_place(&p, f);
	show_reasons(&p, f);
	show_advice(&p, f, ADVICE_MORE, ADVICE_MORE);
}

/* Only some causes were asked for: nothing is said of the others. */
static void add_none_of(struct text *t, const struct request *request)
{
	text_add(t, "no ");
	array_each (&request->only, id)
		text_printf(t, "%s%s", id == request->only.items ? "" : " or ", *id);
	text_add(t, " found");
}

/* Who reads one line only must not miss that more is said below it, nor that the very symptom was not looked for. */
void verdict_words(struct text *t, const struct check_ground *g)
{
	const struct judgement *j = g->judgement;
	static const char *const words[] = { "nothing wrong", "warning", "critical", "nothing found" };
	bool grave = j->verdict == VERDICT_WARNING || j->verdict == VERDICT_CRITICAL;
	bool blind = !grave && !g->moment->window.calls_watched;

	if (j->findings.count)
		text_add(t, grave ? words[j->verdict] : "nothing urgent");
	else if (g->request->only.count)
		add_none_of(t, g->request);
	else
		text_add(t, words[j->verdict]);
	if (blind)
		text_add(t, " as things stand");
	if (j->verdict == VERDICT_UNKNOWN)
		text_add(t, ", but not all could be seen");
	if (blind)
		text_add(t, "; failing calls were not watched");
}

/* What closed while it was looked at was seen, and is not among those counted at the end. */
static void add_seen(struct text *t, const struct coverage *c)
{
	format_count(t, c->sockets_seen);
	text_add(t, c->sockets_seen > c->sockets_kernel ? " sockets seen (the kernel counted " : " of ");
	format_count(t, c->sockets_kernel);
	text_add(t, c->sockets_seen > c->sockets_kernel ? " afterwards)" : " sockets seen");
}

void verdict_circumstances(struct text *t, const struct moment *m)
{
	text_add(t, " on ");
	if (m->host)
		text_add_name(t, m->host);
	text_add(t, m->host ? " at " : "this host at ");
	format_rfc3339(t, m->taken_unix_ms);
	text_add(t, ": ");
	add_seen(t, &m->coverage);
	if (m->window.ms) {
		text_add(t, ", watched ");
		format_duration(t, m->window.ms);
	}
	if (m->window.interrupted)
		text_add(t, " (cut short)");
	if (m->narrowed.count)
		text_add(t, "; narrowed: ");
	verdict_narrowed(t, m);
}

void verdict_narrowed(struct text *t, const struct moment *m)
{
	array_each (&m->narrowed, text) {
		text_add(t, text == m->narrowed.items ? "" : ", ");
		text_add_shown(t, *text);
	}
}

void verdict_gap(struct text *t, const struct gap *g)
{
	text_printf(t, "%s: %s", g->what, g->why);
	if (g->mend)
		text_printf(t, " (fix: %s)", g->mend);
}

/* Where it is what some finding is about, no word of comfort. */
bool verdict_time_wait_is_normal(const struct judgement *j)
{
	static const char *const blamed[] = { "connection-churn", "time-wait-overflow", "ports-exhausted" };

	array_each (&j->findings, f)
		for (size_t i = 0; i < ARRAY_SIZE(blamed); i++)
			if (streq(f->id, blamed[i]) && f->cause == FINDING_NONE)
				return false;
	return true;
}

void verdict_unwatched(struct text *t, const struct moment *m)
{
	if (!m->window.calls_watched)
		text_add(t,
		         "failing calls were not watched: a bind() or connect() that fails leaves no trace to look at; "
		         "`unfin check` watches for 2 s, `--window 10s` for longer");
}
