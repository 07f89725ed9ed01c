/* TIME_WAIT needs a word, since it is what everyone blames first: the kernel keeps each for 60 s, so their number
 * is the close rate times 60 s, and no sysctl is called for while ports are left. */
#include "base/format.h"
#include "model/port/rule.h"
#include "states.h"

enum { TIME_WAIT_S = 60 };

/* Closes a second: over the time that the oldest one of them spans. */
static double close_rate(const struct moment *m, uint64_t count)
{
	uint64_t span_ms = MS_PER_S;

	array_each (&m->sockets, s)
		if (s->state == STATE_TIME_WAIT)
			span_ms = MAX(span_ms, socket_age(s).min_ms);
	return (double)count * 1e3 / (double)span_ms;
}

static bool may_be_taken_over(const struct moment *m)
{
	array_each (&m->sockets, s)
		if (s->state == STATE_TIME_WAIT && s->netns < m->netns.count &&
		    port_time_wait_yields(&m->netns.items[s->netns], s) == ANSWER_YES)
			return true;
	return false;
}

void states_comfort(struct text *out, const struct moment *m)
{
	uint64_t counts[STATE_COUNT];

	moment_count_states(m, counts);
	if (!counts[STATE_TIME_WAIT])
		return;
	double rate = close_rate(m, counts[STATE_TIME_WAIT]);
	text_add(out, rate < 0.1 ? "TIME-WAIT is normal: less than " : "TIME-WAIT is normal: about ");
	if (rate < 0.1)
		text_add(out, "0.1");
	else if (rate < 10)
		text_printf(out, "%.1f", rate);
	else
		format_count(out, (uint64_t)(rate + 0.5));
	text_printf(out, " closes a second, each kept for %d s by the kernel%s; no sysctl needed", TIME_WAIT_S,
	            may_be_taken_over(m) ? " or until connect() takes its port over" : "");
}

void states_add_counts(struct text *out, const uint64_t counts[STATE_COUNT])
{
	size_t before = out->length;

	for (enum tcp_state s = STATE_ESTABLISHED; s < STATE_COUNT; s++) {
		if (!counts[s])
			continue;
		text_printf(out, "%s%s ", out->length > before ? "  " : "", state_people(s));
		format_count(out, counts[s]);
	}
	if (out->length == before)
		text_add(out, "no TCP socket at all");
}

void states_add(struct text *out, const struct moment *m)
{
	uint64_t counts[STATE_COUNT];

	moment_count_states(m, counts);
	states_add_counts(out, counts);
}

void states_text(const struct wrap *w, const struct moment *m, bool time_wait_is_normal)
{
	TEXT_CLEANUP t = { 0 };
	TEXT_CLEANUP why = { 0 };

	states_add(&t, m);
	wrap_line(w, 0, "states", 9, t.bytes);
	if (time_wait_is_normal)
		states_comfort(&why, m);
	if (why.length)
		wrap_line(w, 0, "", 9, why.bytes);
}

void states_md(struct text *out, const struct moment *m)
{
	uint64_t counts[STATE_COUNT];

	moment_count_states(m, counts);
	for (enum tcp_state s = STATE_ESTABLISHED; s < STATE_COUNT; s++) {
		if (!counts[s])
			continue;
		text_printf(out, "| %s | ", state_people(s));
		format_count(out, counts[s]);
		text_add(out, " |\n");
	}
}
