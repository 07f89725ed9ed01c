#include "prom.h"
#include <math.h>

void prom_family(struct prom *p, const char *name, enum prom_type type, const char *help)
{
	p->name = name;
	p->help = help;
	p->type = type;
	p->told = false;
}

static void tell_family(struct prom *p)
{
	static const char *const types[] = { [PROM_GAUGE] = "gauge", [PROM_COUNTER] = "counter" };

	text_printf(p->out, "# HELP %s %s\n# TYPE %s %s\n", p->name, p->help, p->name, types[p->type]);
	p->told = true;
}

/* Backslash, quotation mark and line end have escapes. Other bytes that no terminal should get, and broken UTF-8, which
 * would make the whole answer invalid, are shown as \xHH, its backslash escaped. */
static void add_label_value(struct text *out, const char *value)
{
	TEXT_CLEANUP shown = { 0 };

	text_add_shown(&shown, value);
	for (const char *c = shown.bytes; *c; c++) {
		if (*c == '\\' || *c == '"')
			text_add_char(out, '\\');
		text_add_char(out, *c);
	}
}

static void add_labels(struct text *out, const char *const *labels)
{
	if (!*labels)
		return;
	for (const char *const *at = labels; *at; at += 2) {
		text_printf(out, "%s%s=\"", at == labels ? "{" : ",", at[0]);
		add_label_value(out, at[1]);
		text_add_char(out, '"');
	}
	text_add_char(out, '}');
}

void prom_sample_labels(struct prom *p, double value, const char *const *labels)
{
	if (p->series == p->most) {
		p->dropped++;
		return;
	}
	if (!p->told)
		tell_family(p);
	p->series++;
	text_add(p->out, p->name);
	add_labels(p->out, labels);
	if (isinf(value))
		text_printf(p->out, " %sInf\n", value < 0 ? "-" : "+");
	else if (isnan(value))
		text_add(p->out, " NaN\n");
	else
		text_printf(p->out, " %.15g\n", value);
}

void prom_value(struct prom *p, const char *name, enum prom_type type, const char *help, double value)
{
	prom_family(p, name, type, help);
	prom_sample(p, value, NULL);
}

uint64_t prom_end(struct prom *p, uint64_t dropped_before)
{
	uint64_t dropped = p->dropped + dropped_before;

	p->most = SIZE_MAX; /* this one always has room */
	prom_value(p, "unfin_series_dropped_total", PROM_COUNTER, "Series that were left out, beyond the cap.",
	           (double)dropped);
	return dropped;
}
