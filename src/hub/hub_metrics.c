#include "hub_metrics.h"
#include "base/clock.h"
#include <inttypes.h>

static void head(struct text *out, const char *name, const char *type, const char *help)
{
	text_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void by_class(struct text *out, const char *name, const char *help, const _Atomic uint64_t counts[ROW_CLASSES])
{
	head(out, name, "counter", help);
	for (enum row_class c = 0; c < ROW_CLASSES; c++)
		text_printf(out, "%s{class=\"%s\"} %" PRIu64 "\n", name, row_layout(c)->table, (uint64_t)counts[c]);
}

static void value(struct text *out, const char *name, const char *label, uint64_t value)
{
	text_printf(out, "%s%s %" PRIu64 "\n", name, label, value);
}

static void gauge(struct text *out, const char *name, const char *help, uint64_t bytes)
{
	head(out, name, "gauge", help);
	value(out, name, "", bytes);
}

static void add_batches(struct text *out, const struct reception_counts *c, uint64_t unknown)
{
	static const char name[] = "unfin_hub_batches_total";

	head(out, name, "counter", "Batches that came, by what became of them.");
	value(out, name, "{result=\"kept\"}", c->kept);
	value(out, name, "{result=\"again\"}", c->again);
	value(out, name, "{result=\"refused\"}", c->refused);
	value(out, name, "{result=\"delayed\"}", c->delayed);
	value(out, name, "{result=\"unknown\"}", unknown);
}

static void add_hosts(struct text *out, const struct hub_standing *s)
{
	static const char name[] = "unfin_hub_hosts";

	head(out, name, "gauge",
	     "Hosts heard of in the last ten minutes, those of them that are catching up (late), and those silent for "
	     "ten minutes to a day.");
	value(out, name, "{state=\"heard\"}", s->hosts_heard);
	value(out, name, "{state=\"late\"}", s->hosts_late);
	value(out, name, "{state=\"silent\"}", s->hosts_silent);
}

void hub_metrics(struct text *out, const struct reception_counts *c, const struct hub_standing *s,
                 const struct spool *spool, uint64_t unknown)
{
	static const char bytes[] = "unfin_hub_received_bytes_total";
	uint64_t end = spool_end(spool), followed = s->followed, since_ms = s->since_ms, now_ms = clock_unix_ms();

	add_batches(out, c, unknown);
	head(out, bytes, "counter", "Bytes of the batches that are kept.");
	value(out, bytes, "", c->bytes);
	by_class(out, "unfin_hub_rows_total", "Rows of the batches that are kept.", c->rows);
	by_class(out, "unfin_hub_rows_lost_total", "Rows that hosts had to leave out.", c->lost);
	add_hosts(out, s);
	gauge(out, "unfin_hub_spool_bytes", "Batches on the disk that the store has yet to take.",
	      end > followed ? end - followed : 0);
	gauge(out, "unfin_hub_spool_limit_bytes", "What the spool may have.", s->spool_most);
	gauge(out, "unfin_hub_store_lag_seconds", "How long ago the oldest batch came that the store has yet to take.",
	      since_ms && now_ms > since_ms ? (now_ms - since_ms) / MS_PER_S : 0);
}
