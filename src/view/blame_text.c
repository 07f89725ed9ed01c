/* The pages of `unfin blame` and `unfin guard`: a block for each place, the worst first. */
#include "blame.h"
#include "base/format.h"
#include "model/use.h"
#include "place.h"
#include "wrap.h"
#include <inttypes.h>
#include <time.h>

enum { LABEL = 10, INDENT = 4 };

static void add_rate(struct text *t, const struct site *site, uint64_t window_ms)
{
	uint64_t seen = site->count - site->inferred;

	if (seen && window_ms)
		text_printf(t, ", %.1f a minute", (double)seen * 60e3 / (double)window_ms);
}

static void add_process(struct text *t, const struct blame *b, uint32_t process)
{
	const struct process *p = &b->moment->processes.items[process];

	process_format(t, p);
	if (p->cmdline) {
		text_add(t, ": ");
		text_add_shown(t, p->cmdline);
	}
}

/* Which ends, and how, of those that a guarded command has left. */
static void add_outlived(struct text *t, const struct blame *b, const struct site *site)
{
	static const char *const how[] = {
		[OUTLIVED_PROCESS] = " after the peer had finished: only the end of its process closed it",
		[OUTLIVED_AGE] = " after the peer had finished",
		[OUTLIVED_COMMAND] = " after the peer had finished: the command has ended, and it is still held",
	};

	text_add(t, site->accepted ? " accepted" : " opened");
	if (site->processes > 1)
		text_printf(t, " in %" PRIu32 " processes", site->processes);
	if (site->outlived == OUTLIVED_OPENER) {
		text_add(t, "; who opened it has ended");
	} else {
		text_add(t, site->count > 1 ? "; kept for up to " : "; kept for ");
		format_duration(t, site->oldest_ms);
		text_add(t, how[site->outlived]);
	}
	if (site->outlived < OUTLIVED_COMMAND || site->holder == PROCESS_NONE)
		return;
	text_add(t, "; ");
	process_format(t, &b->moment->processes.items[site->holder]);
	text_add(t, " holds it");
}

/* Who was told that the peer has finished forgot to close; who does not read forgot the connection. */
static void add_unread(struct text *t, const struct site *site)
{
	if (!site->unread)
		return;
	text_add(t, "; ");
	if (site->unread < site->count)
		format_count(t, site->unread);
	else
		text_add(t, site->count == 1 ? "it" : "all");
	text_add(t, site->unread == 1 ? " is not read: the program has not seen its end (EOF)"
	                              : " are not read: the program has not seen their end (EOF)");
}

static void add_counts(struct text *t, const struct blame *b, const struct site *site)
{
	if (b->guarded) {
		format_count(t, site->count);
		add_outlived(t, b, site);
		add_unread(t, site);
		return;
	}
	format_count(t, site->count);
	text_add(t, site->accepted ? " accepted" : " opened");
	add_rate(t, site, b->window_ms);
	text_add(t, "; the oldest is unfinished for ");
	format_duration(t, site->oldest_ms);
	add_unread(t, site);
	if (!site->inferred)
		return;
	text_add(t, "; ");
	format_count(t, site->inferred);
	text_add(t,
	         site->accepted
	                 ? " of them were accepted before this watch: inferred, from the same process at the same port"
	                 : " of them were not seen opening: inferred, from the same process to the same destination");
}

/* A patch, line by line, as others wrote it: nothing in it may reach the terminal but text. */
static void add_change(struct text *out, const struct site_commit *c)
{
	for (const char *at = c->change; at && *at;) {
		size_t length = strcspn(at, "\n");
		cleanup(cleanup_free) char *line = memory_strndup(at, length);
		text_pad(out, ' ', INDENT + LABEL);
		text_add_shown(out, line);
		text_add_char(out, '\n');
		at += length + (at[length] == '\n');
	}
	if (c->change_cut) {
		text_pad(out, ' ', INDENT + LABEL);
		text_printf(out, "... the rest: git show %.12s\n", c->id);
	}
}

static void add_commit(const struct wrap *w, const struct site_commit *c)
{
	TEXT_CLEANUP t = { 0 };

	place_format_commit(&t, c);
	if (c->why) {
		text_add(&t, t.length ? "; " : "not known: ");
		text_add_shown(&t, c->why);
	}
	if (t.length)
		wrap_line(w, INDENT, "commit", LABEL, t.bytes);
	add_change(w->out, c);
}

static void add_changes(const struct wrap *w, const struct site_changes *c)
{
	TEXT_CLEANUP t = { 0 };

	if (!place_format_changes(&t, c))
		return;
	wrap_line(w, INDENT, "changes", LABEL, t.bytes);
	for (uint32_t i = 0; i < c->shown; i++) {
		t.length = 0;
		place_format_commit(&t, &c->commits[i]);
		wrap_line(w, INDENT, "", LABEL, t.bytes);
	}
}

static void add_listener(const struct wrap *w, const struct site *site)
{
	TEXT_CLEANUP t = { 0 };

	if (!place_format_listener(&t, site))
		return;
	wrap_line(w, INDENT, "listener", LABEL, t.bytes);
	t.length = 0;
	place_format_commit(&t, &site->listened_commit);
	if (t.length)
		wrap_line(w, INDENT, "", LABEL, t.bytes);
	add_change(w->out, &site->listened_commit);
}

/* An accept() of no call of the program's own is told by who set up the listener. */
static void add_place(struct text *out, const struct site *site)
{
	const struct frame *own = stack_place(site->stack),
	                   *listened = site->listened ? stack_place(site->listened) : NULL;

	if (own || listened)
		place_format(out, own ?: listened);
	else
		text_add(out, "no line");
	if (!own && listened)
		text_add(out, ", where the listener was set up");
}

static void add_site(struct text *out, const struct blame *b, const struct site *site, const struct wrap *w)
{
	const struct frame *own = stack_place(site->stack);
	TEXT_CLEANUP line = { 0 };
	TEXT_CLEANUP libraries = { 0 };

	text_add(out, "\n");
	add_place(out, site);
	text_add(out, "\n");
	add_counts(&line, b, site);
	wrap_line(w, INDENT, "sockets", LABEL, line.bytes);
	line.length = 0;
	add_process(&line, b, site->process);
	wrap_line(w, INDENT, "process", LABEL, line.bytes);
	if (!b->guarded && site->holder != PROCESS_NONE) {
		line.length = 0;
		add_process(&line, b, site->holder);
		wrap_line(w, INDENT, "held by", LABEL, line.bytes);
	}
	place_add_libraries(&libraries, site->stack);
	if (own && libraries.length)
		wrap_line(w, INDENT, "via", LABEL, libraries.bytes);
	add_listener(w, site);
	line.length = 0;
	text_add(&line, "told at ");
	if (site->told && place_format_stack(&line, site->told))
		wrap_line(w, INDENT, "EOF", LABEL, line.bytes);
	line.length = 0;
	text_printf(&line, "%s (%s)", site_how_name(site->stack->how),
	            *site->stack->runtime ? site->stack->runtime : "?");
	if (*site->stack->why) {
		text_add(&line, ": ");
		text_add_shown(&line, site->stack->why);
	}
	wrap_line(w, INDENT, "how", LABEL, line.bytes);
	add_commit(w, &site->commit);
	add_changes(w, &site->changes);
}

static void add_heading(struct text *out, const struct blame *b, const struct wrap *w)
{
	TEXT_CLEANUP t = { 0 };

	text_add(&t, "watched for ");
	format_duration(&t, b->window_ms);
	text_add(&t, ": ");
	format_count(&t, b->opened);
	text_add(&t,
	         b->opened == 1 ? " call of connect() or accept() seen; " : " calls of connect() and accept() seen; ");
	format_count(&t, b->unfinished);
	text_add(&t, b->unfinished == 1 ? " connection is" : " connections are");
	text_add(&t, " unfinished (the peer closed ");
	format_duration(&t, b->held_ms);
	text_add(&t, " ago or earlier, the program has not)");
	wrap_line(w, 0, "", 0, t.bytes);
}

static void add_rest(const struct blame *b, const struct wrap *w)
{
	TEXT_CLEANUP t = { 0 };

	if (!b->unattributed)
		return;
	text_add(w->out, "\n");
	format_count(&t, b->unattributed);
	text_add(&t,
	         " of them were opened before this watch, and no similar one during it, so their line is not known. "
	         "Watch for longer, or from the start of the program; if it can open none because no port is left, "
	         "free some first (unfin reclaim)");
	wrap_line(w, 0, "", 0, t.bytes);
}

static void add_hanging(const struct blame *b, const struct wrap *w)
{
	array_each (&b->judgement->findings, f) {
		TEXT_CLEANUP t = { 0 };
		if (!f->standings.count)
			continue;
		process_format(&t, &b->moment->processes.items[f->subject]);
		text_printf(&t, " %s", f->title);
		text_add(w->out, "\n");
		wrap_line(w, 0, "", 0, t.bytes);
		array_each (&f->standings, s) {
			t.length = 0;
			place_format_standing(&t, *s);
			wrap_line(w, INDENT, s == f->standings.items ? "line" : "", LABEL, t.bytes);
		}
	}
}

void guard_text(struct text *out, const struct blame *b, const struct page_style *style)
{
	struct wrap w = { .out = out, .columns = style->columns };
	TEXT_CLEANUP t = { 0 };

	text_add(&t, "unfin guard: ");
	format_count(&t, b->unfinished);
	text_add(&t, b->unfinished == 1 ? " connection outlived its use, of " : " connections outlived their use, of ");
	format_count(&t, b->opened);
	text_add(&t, " that ");
	text_add_shown(&t, b->guarded->command);
	text_add(&t, " opened and accepted");
	wrap_line(&w, 0, "", 0, t.bytes);
	array_each (b->sites, site)
		add_site(out, b, site, &w);
}

void blame_text(struct text *out, const struct blame *b, const struct page_style *style)
{
	struct wrap w = { .out = out, .columns = style->columns };

	add_heading(out, b, &w);
	array_each (b->sites, site)
		add_site(out, b, site, &w);
	add_rest(b, &w);
	add_hanging(b, &w);
}
