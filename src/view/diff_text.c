/* The page of unfin diff: what got worse first, then what changed with it, last what to know before relying on it. */
#include "diff.h"
#include "base/format.h"
#include "wrap.h"

enum { LABEL = 9, GROUPS_SHOWN = 20 };

struct page {
	struct wrap wrap;
	const struct diff *d;
	bool color;
};

static void add_process(struct text *t, const struct moment *m, uint32_t process)
{
	process_format(t, &m->processes.items[process]);
	text_add_char(t, ' ');
}

static void add_steps(struct text *t, uint64_t before, uint64_t after)
{
	format_count(t, before);
	if (before == after)
		return;
	text_add(t, " -> ");
	format_count(t, after);
}

static void show_head(const struct page *p)
{
	const struct comparison *c = p->d->comparison;
	const struct moment *a = p->d->before, *b = p->d->after;
	struct text *out = p->wrap.out;
	bool worse = p->d->changes->worse, same = a->host && b->host && streq(a->host, b->host);
	const char *words = worse                    ? "worse"
	                    : diff_is_complete(p->d) ? "nothing got worse"
	                                             : "nothing worse seen, but not all could be seen";

	text_printf(out, "%s%s%s: ", p->color && worse ? "\033[1;31m" : "", words, p->color && worse ? "\033[0m" : "");
	text_add_shown(out, a->host ?: "?");
	text_add(out, " at ");
	format_rfc3339(out, a->taken_unix_ms);
	text_add(out, same ? " and " : ", ");
	if (!same) {
		text_add_shown(out, b->host ?: "?");
		text_add(out, " at ");
	}
	format_rfc3339(out, b->taken_unix_ms);
	text_add(out, ", ");
	format_duration(out, (uint64_t)(c->elapsed_ms < 0 ? -c->elapsed_ms : c->elapsed_ms));
	text_add(out, c->elapsed_ms < 0 ? " earlier\n\n" : " later\n\n");
}

static void show_finding(const struct page *p, const struct finding_change *c)
{
	const struct finding *f = c->after ?: c->before;
	TEXT_CLEANUP t = { 0 };

	text_printf(&t, "%s %s: ", severity_name(f->severity), f->id);
	if (f->subject != PROCESS_NONE)
		add_process(&t, c->after ? p->d->after : p->d->before, f->subject);
	text_add(&t, f->title);
	if (f->listener || f->peer)
		text_printf(&t, ", %s %s", f->listener ? "on" : "to", f->listener ?: f->peer);
	if (c->after && (f->count || (c->before && c->before->count))) {
		text_add(&t, ": ");
		add_steps(&t, c->before ? c->before->count : f->count, f->count);
	}
	if (c->before && c->after && c->before->severity != f->severity)
		text_printf(&t, " (was %s)", severity_name(c->before->severity));
	wrap_line(&p->wrap, 0, change_name(c->change), LABEL, t.bytes);
}

static void show_states(const struct page *p)
{
	const struct comparison *c = p->d->comparison;
	TEXT_CLEANUP t = { 0 };

	for (enum tcp_state s = STATE_ESTABLISHED; s < STATE_COUNT; s++) {
		if (!c->before[s] && !c->after[s])
			continue;
		text_printf(&t, "%s%s ", t.length ? ", " : "", state_people(s));
		add_steps(&t, c->before[s], c->after[s]);
	}
	wrap_line(&p->wrap, 0, "states", LABEL, t.length ? t.bytes : "no TCP socket at all");
}

static void show_group(const struct page *p, const struct group_change *g, bool first)
{
	const struct comparison *c = p->d->comparison;
	TEXT_CLEANUP t = { 0 };
	uint64_t change = g->after > g->before ? g->after - g->before : g->before - g->after;

	text_add_char(&t, g->after > g->before ? '+' : '-');
	format_count(&t, change);
	text_pad(&t, ' ', t.length < 8 ? 8 - t.length : 1);
	text_add_shown(&t, *g->comm ? g->comm : "no process");
	if (g->listener && g->end.port) {
		text_printf(&t, " on *:%u", g->end.port);
	} else if (!g->listener) {
		text_add(&t, " to ");
		endpoint_format(&t, &g->end);
	}
	text_printf(&t, " %s: ", state_people(g->state));
	add_steps(&t, g->before, g->after);
	if (c->relation == RELATION_SAME_BOOT && c->elapsed_ms >= 1000) {
		double per_min = (double)change * 6e4 / (double)c->elapsed_ms;
		text_printf(&t, per_min < 10 ? " (%.1f a minute)" : " (%.0f a minute)", per_min);
	}
	wrap_line(&p->wrap, 0, first ? "changed" : "", LABEL, t.bytes);
}

static void show_groups(const struct page *p)
{
	const struct comparison *c = p->d->comparison;
	size_t shown = MIN(c->groups.count, (size_t)GROUPS_SHOWN);
	TEXT_CLEANUP rest = { 0 };

	for (size_t i = 0; i < shown; i++)
		show_group(p, &c->groups.items[i], i == 0);
	if (shown == c->groups.count)
		return;
	text_printf(&rest, "and %zu groups more: -o json has all", c->groups.count - shown);
	wrap_line(&p->wrap, 0, "", LABEL, rest.bytes);
}

static void show_limits(const struct page *p)
{
	bool first = true;

	array_each (&p->d->comparison->limits, l) {
		TEXT_CLEANUP t = { 0 };
		if (l->before == l->after)
			continue;
		text_printf(&t, "%s ", l->what);
		add_steps(&t, l->before, l->after);
		text_add(&t, " of ");
		if (l->limit > INT64_MAX / 2)
			text_add(&t, "no limit");
		else
			format_count(&t, l->limit);
		wrap_line(&p->wrap, 0, first ? "limits" : "", LABEL, t.bytes);
		first = false;
	}
}

static void take_note(void *to, const char *note)
{
	const struct page *p = to;

	wrap_line(&p->wrap, 0, "note", LABEL, note);
}

void diff_text(struct text *out, const struct diff *d, const struct page_style *style)
{
	struct page p = { .wrap = { out, MAX(style->columns, 40u) }, .d = d, .color = style->color };

	show_head(&p);
	array_each (&d->changes->findings, f)
		show_finding(&p, f);
	if (d->changes->findings.count)
		text_add_char(out, '\n');
	show_states(&p);
	show_groups(&p);
	show_limits(&p);
	diff_each_note(d, take_note, &p);
}
