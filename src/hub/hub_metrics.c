#include "hub_metrics.h"
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

void hub_metrics(struct text *out, const struct reception_counts *c, uint64_t spool_bytes, uint64_t unknown)
{
	head(out, "unfin_hub_batches_total", "counter", "Batches that came, by what became of them.");
	text_printf(out, "unfin_hub_batches_total{result=\"kept\"} %" PRIu64 "\n", (uint64_t)c->kept);
	text_printf(out, "unfin_hub_batches_total{result=\"again\"} %" PRIu64 "\n", (uint64_t)c->again);
	text_printf(out, "unfin_hub_batches_total{result=\"refused\"} %" PRIu64 "\n", (uint64_t)c->refused);
	text_printf(out, "unfin_hub_batches_total{result=\"delayed\"} %" PRIu64 "\n", (uint64_t)c->delayed);
	text_printf(out, "unfin_hub_batches_total{result=\"unknown\"} %" PRIu64 "\n", unknown);
	head(out, "unfin_hub_received_bytes_total", "counter", "Bytes of the batches that are kept.");
	text_printf(out, "unfin_hub_received_bytes_total %" PRIu64 "\n", (uint64_t)c->bytes);
	by_class(out, "unfin_hub_rows_total", "Rows of the batches that are kept.", c->rows);
	by_class(out, "unfin_hub_rows_lost_total", "Rows that hosts had to leave out.", c->lost);
	head(out, "unfin_hub_spool_bytes", "gauge", "Batches on the disk that some store has yet to take.");
	text_printf(out, "unfin_hub_spool_bytes %" PRIu64 "\n", spool_bytes);
}
