/* What a collector has counted since it began, and what it costs itself. */
#include "metrics.h"

static void add_counter(struct prom *p, const char *name, const char *help, uint64_t value)
{
	prom_value(p, name, PROM_COUNTER, help, (double)value);
}

static void add_failures(struct prom *p, const struct metrics_totals *t)
{
	prom_family(p, "unfin_call_failures_total", PROM_COUNTER, "Calls that were seen failing, by errno.");
	array_each (&t->failures, f) {
		TEXT_CLEANUP number = { 0 };
		text_printf(&number, "%d", f->error);
		prom_sample(p, (double)f->count, "call", f->call, "errno", strerrorname_np(f->error) ?: number.bytes);
	}
}

static void add_connections(struct prom *p, const struct metrics_totals *t)
{
	const struct {
		const char *kind;
		uint64_t count;
	} rows[] = {
		{ "opened", t->opened }, { "closed_first", t->closed_first }, { "closed_after_peer", t->closed_after },
		{ "reset", t->reset },   { "refused", t->refused },           { "timed_out", t->timed_out },
	};

	if (!t->counted)
		return;
	prom_family(p, "unfin_connections_total", PROM_COUNTER, "What became of connections, as TCP counted it.");
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		prom_sample(p, (double)rows[i].count, "kind", rows[i].kind);
	add_counter(p, "unfin_events_lost_total",
	            "Events that found no room to be counted: the counts above are lower bounds.", t->events_lost);
}

static void add_cost(struct prom *p, const struct metrics_totals *t)
{
	prom_value(p, "unfin_look_seconds", PROM_GAUGE, "How long the last look took.", t->look_s);
	if (t->interval_s > 0) { /* a first cycle has none before it */
		prom_value(p, "unfin_look_cpu_seconds", PROM_GAUGE, "Processor time of the last cycle.", t->look_cpu_s);
		prom_value(p, "unfin_look_interval_seconds", PROM_GAUGE, "Between two looks, as it is now.",
		           t->interval_s);
	}
	prom_value(p, "unfin_look_interval_asked_seconds", PROM_GAUGE,
	           "Between two looks, as asked for: less than that where looks cost too much.", t->interval_asked_s);
	add_counter(p, "unfin_looks_total", "Looks since the collector began.", t->looks);
	add_counter(p, "unfin_looks_failed_total", "Cycles in which there was no look.", t->looks_failed);
	if (t->history_bytes)
		prom_value(p, "unfin_history_bytes", PROM_GAUGE, "What the history takes on disk.",
		           (double)t->history_bytes);
	add_counter(p, "unfin_history_errors_total", "Cycles that could not be kept.", t->history_errors);
	prom_value(p, "process_cpu_seconds_total", PROM_COUNTER, "Processor time of the collector.", t->cpu_s);
	prom_value(p, "process_resident_memory_bytes", PROM_GAUGE, "Resident memory of the collector.",
	           (double)t->resident_bytes);
	prom_value(p, "process_open_fds", PROM_GAUGE, "Open descriptors of the collector.", (double)t->open_fds);
	prom_value(p, "process_start_time_seconds", PROM_GAUGE, "When the collector began.",
	           (double)t->started_unix_ms / MS_PER_S);
}

void metrics_add_totals(struct prom *p, const struct metrics_totals *t)
{
	add_cost(p, t);
	add_connections(p, t);
	add_counter(p, "unfin_listen_overflows_total", "Connections that found a listener's queue full.",
	            t->listen_overflows);
	add_failures(p, t);
}

void metrics_cycle(struct text *out, const struct moment *m, const struct judgement *j, const struct limits *limits,
                   struct metrics_totals *t, size_t most)
{
	struct prom p = PROM(out, most);

	metrics_add_totals(&p, t);
	metrics_add_judged(&p, m, j, limits);
	t->series_dropped = prom_end(&p, t->series_dropped);
}
