#include "port_finder.h"
#include "model/port/who.h"
#include "rule/ground/budgets.h"
#include "rule/ground/failures.h"
#include "rule/ground/texts.h"
#include <errno.h>

enum { TOLD_MOST = 3 };

bool is_taken_port(const struct failure *f)
{
	return f->call == CALL_BIND && f->error == EADDRINUSE && f->target_known && f->target.port;
}

static bool is_finders(const struct moment *m, const struct failure *f, uint32_t process)
{
	return f->process == process && is_taken_port(f) && failure_copes(m, f);
}

static const char *port_finder_title_of(struct inquiry *q, const struct failure *f)
{
	if (f->elsewhere.port)
		return arena_printf(q->arena, "looked for a free port and found %u", f->elsewhere.port);
	if (f->passed)
		return arena_printf(q->arena, "had to wait for port %u, and has had it since", f->target.port);
	return "looks for a free port, one after the other";
}

static void tell_taken(struct inquiry *q, struct finding *f, const struct failure *failure)
{
	struct port_asker asker = { .local = failure->target.addr };
	struct port_seats seats = { 0 };

	ports_seats(inquiry_ports(q), failure->netns, failure->target.port, &asker, &seats);
	if (seats.rows.count) {
		const struct socket *s = &q->moment->sockets.items[seats.rows.items[0].socket];
		const struct holder *h = moment_holder(q->moment, s->first_holder);
		finding_evidence(q, f, "port %u is taken by %s%s%s", failure->target.port,
		                 port_way_text(seats.rows.items[0].way), h ? " of " : "",
		                 h ? process_text(q, h->process) : "");
	}
	array_free(&seats.rows);
}

static void tell_finder(struct inquiry *q, const struct rule *rule, const struct failure *first)
{
	const struct moment *m = q->moment;
	struct finding *f = finding_new(q, rule->id, port_finder_title_of(q, first));

	f->netns = first->netns;
	f->subject = first->process;
	f->confidence = CONFIDENCE_LIKELY;
	f->thing = "failed call";
	array_each (&m->failures, failure) {
		if (!is_finders(m, failure, first->process))
			continue;
		finding_victim(q, f, failure)->copes = true;
		f->count += failure->count;
		if (f->evidence.count < TOLD_MOST)
			tell_taken(q, f, failure);
	}
	finding_or_else(f, NULL, "it must have the very port that it asked for first",
	                "its configuration, or its documents");
	finding_more(f, "nothing to do, unless it must have that port; who has it",
	             arena_printf(q->arena, "unfin ports %u", first->target.port));
}

static bool is_first_of_process(const struct moment *m, const struct failure *f)
{
	for (const struct failure *before = m->failures.items; before < f; before++)
		if (is_finders(m, before, f->process))
			return false;
	return true;
}

void port_finders_judge(struct inquiry *q, const struct rule *rule)
{
	const struct moment *m = q->moment;

	array_each (&m->failures, f)
		if (is_finders(m, f, f->process) && is_first_of_process(m, f))
			tell_finder(q, rule, f);
}
