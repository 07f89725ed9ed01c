/* For people: the range as a picture, then the two budgets, those with least left first. */
#include "base/format.h"
#include "forecast.h"
#include "ports.h"
#include "sheet.h"

enum { CELLS = 64, HOLDERS_SHOWN = 2, STATES_SHOWN = 3 };

struct rows {
	const struct port_report *report;
	const struct port_row *at, *end;
	uint32_t netns;
	struct text free, where, states, held, ends;
};

static void rows_free(struct rows *r)
{
	text_free(&r->free);
	text_free(&r->where);
	text_free(&r->states);
	text_free(&r->held);
	text_free(&r->ends);
}

static void add_free(struct text *t, uint32_t low, uint32_t high)
{
	format_count(t, low);
	if (low != high) {
		text_add(t, "..");
		format_count(t, high);
	}
}

/* The largest few states, and what the others come to. */
static void add_states(struct text *t, const uint32_t *by_state, uint32_t used)
{
	uint32_t left = used;
	bool told[STATE_COUNT] = { 0 };

	for (int shown = 0; left && shown < STATES_SHOWN; shown++) {
		enum tcp_state most = STATE_NONE;
		for (enum tcp_state s = STATE_ESTABLISHED; s < STATE_COUNT; s++)
			if (!told[s] && by_state[s] > (most ? by_state[most] : 0))
				most = s;
		if (!most)
			break;
		told[most] = true;
		left -= by_state[most];
		text_add(t, t->length ? ", " : "");
		format_count(t, by_state[most]);
		text_printf(t, " %s", state_people(most));
	}
	if (left)
		text_printf(t, ", %u others", left);
}

static void add_holders(struct text *t, const struct port_report *r, const struct port_budget *b)
{
	struct port_shares shares = { 0 };

	ports_shares(r->map, b, &shares);
	for (size_t i = 0; i < MIN(shares.rows.count, (size_t)HOLDERS_SHOWN); i++) {
		const struct port_share *s = &shares.rows.items[i];
		text_add(t, i ? ", " : "");
		if (s->process == UINT32_MAX)
			text_add(t, "no process");
		else
			text_printf(t, "%s(%u)", r->moment->processes.items[s->process].comm,
			            r->moment->processes.items[s->process].pid);
		text_add_char(t, ' ');
		format_count(t, s->count);
	}
	if (shares.rows.count > HOLDERS_SHOWN)
		text_printf(t, ", +%zu", shares.rows.count - HOLDERS_SHOWN);
	array_free(&shares.rows);
}

static void add_end(struct text *t, const struct port_row *row)
{
	forecast_text(t, &row->forecast);
	if (row->probe.done)
		text_add(t, !port_row_agrees(row) ? "; the kernel DISAGREES"
		            : row->probe.granted  ? "; probed: granted"
		                                  : "; probed: refused");
}

static bool next_row(void *state, struct value *values)
{
	struct rows *r = state;

	while (r->at < r->end && r->at->budget.netns != r->netns)
		r->at++;
	if (r->at == r->end)
		return false;
	const struct port_row *row = r->at++;
	r->free.length = r->where.length = r->states.length = r->held.length = r->ends.length = 0;
	add_free(&r->free, row->budget.free_low, row->budget.free_high);
	addr_format(&r->where, &row->budget.asker.local);
	if (row->budget.destination.port) {
		text_add(&r->where, " to ");
		endpoint_format(&r->where, &row->budget.destination);
	}
	add_states(&r->states, row->budget.by_state, row->budget.used);
	add_holders(&r->held, r->report, &row->budget);
	add_end(&r->ends, row);
	values[0] = value_text(r->free.bytes);
	values[1] = value_number(row->budget.used);
	values[2] = value_text(r->where.bytes);
	values[3] = value_text(r->ends.bytes);
	values[4] = value_text(r->states.length ? r->states.bytes : NULL);
	values[5] = value_text(r->held.length ? r->held.bytes : NULL);
	return true;
}

static int table(int fd, const struct port_report *report, uint32_t netns, const struct port_row *rows, size_t count,
                 const char *where)
{
	cleanup(rows_free) struct rows r = { .report = report, .at = rows, .end = rows + count, .netns = netns };
	const struct sheet_column columns[] = { { "free", "Free", true },        { "used", "Used", true },
		                                { "where", where, false },       { "ends", "Ends", false },
		                                { "states", "By state", false }, { "held", "Held by", false } };
	struct sheet s = { .columns = columns, .width = ARRAY_SIZE(columns), .next = next_row, .state = &r };

	return sheet_table(&s, fd);
}

struct translation_rows {
	const struct translation *const *at, *const *end;
	uint32_t netns;
	struct text free, where, ports, states;
};

static void translation_rows_free(struct translation_rows *r)
{
	text_free(&r->free);
	text_free(&r->where);
	text_free(&r->ports);
	text_free(&r->states);
}

static bool next_translation(void *state, struct value *values)
{
	struct translation_rows *r = state;

	while (r->at < r->end && (*r->at)->netns != r->netns)
		r->at++;
	if (r->at == r->end)
		return false;
	const struct translation *t = *r->at++;
	struct translation_budget b = translation_budget(t);
	r->free.length = r->where.length = r->ports.length = r->states.length = 0;
	add_free(&r->free, b.free_low, b.free_high);
	addr_format(&r->where, &t->source.addr);
	text_add(&r->where, " to ");
	endpoint_format(&r->where, &t->destination);
	text_printf(&r->ports, "%u-%u", t->port_low, t->port_high);
	add_states(&r->states, t->by_state, t->count);
	values[0] = value_text(r->free.bytes);
	values[1] = value_number(b.used);
	values[2] = value_text(r->where.bytes);
	values[3] = value_text(r->ports.bytes);
	values[4] = value_number(t->socketless);
	values[5] = value_text(r->states.bytes);
	return true;
}

static bool has_translations(const struct port_report *r, uint32_t netns)
{
	array_each (&r->translations.rows, t)
		if ((*t)->netns == netns)
			return true;
	return false;
}

static int translation_table(int fd, const struct port_report *report, uint32_t netns)
{
	const struct translation_list *list = &report->translations;
	cleanup(translation_rows_free) struct translation_rows r = { .at = list->rows.items,
		                                                     .end = list->rows.items + list->rows.count,
		                                                     .netns = netns };
	const struct sheet_column columns[] = { { "free", "Free", true },
		                                { "used", "Used", true },
		                                { "where", "From and to", false },
		                                { "ports", "Ports", false },
		                                { "socketless", "No socket", true },
		                                { "states", "By state", false } };
	struct sheet s = { .columns = columns, .width = ARRAY_SIZE(columns), .next = next_translation, .state = &r };

	return sheet_table(&s, fd);
}

static int add_translations(int fd, const struct port_report *r, uint32_t netns)
{
	TEXT_CLEANUP t = { 0 };

	if (!has_translations(r, netns))
		return 0;
	text_add(
	        &t,
	        "\nNAT: a port that conntrack has for no other connection of that source and destination; without one\n"
	        "connect() hangs. No socket: it is closed, and conntrack keeps the port; or it is another host's.\n");
	return text_flush(&t, fd) ?: translation_table(fd, r, netns);
}

static void add_picture(struct text *t, const struct port_report *r, uint32_t netns)
{
	static const char shades[] = " .:-=+*#";
	uint8_t percent[CELLS];

	ports_picture(r->map, netns, percent, CELLS);
	text_add(t, "  |");
	for (size_t i = 0; i < CELLS; i++)
		text_add_char(t, percent[i] == 0 ? ' ' : shades[1 + percent[i] * (sizeof(shades) - 3) / 100]);
	text_add(t, "|  blank: free, #: all taken\n");
}

static void add_range(struct text *t, const struct port_report *r, uint32_t netns)
{
	const struct netns *n = &r->moment->netns.items[netns];
	uint32_t usable = ports_usable(n), all = (uint32_t)n->port_last - n->port_first + 1;

	text_printf(t, "ports %u-%u of namespace ", n->port_first, n->port_last);
	if (n->name)
		text_add_shown(t, n->name);
	else
		text_printf(t, "%llu", (unsigned long long)n->inode);
	text_printf(t, "%s: ", n->self ? " (this one)" : "");
	format_count(t, usable);
	text_add(t, " usable");
	if (all > usable)
		text_printf(t, ", %u reserved or out of the kernel's step", all - usable);
	text_add_char(t, '\n');
	add_picture(t, r, netns);
}

static int add_reliefs(int fd, const struct port_report *r, uint32_t netns)
{
	TEXT_CLEANUP t = { 0 };

	array_each (&r->reliefs.rows, relief) {
		if (relief->netns != netns)
			continue;
		text_printf(&t, "%s  %s\n", t.length ? "" : "\nmore ports\n", relief->text);
		if (relief->command)
			text_printf(&t, "      %s\n", relief->command);
	}
	return text_flush(&t, fd);
}

static int add_netns(int fd, const struct port_report *r, uint32_t netns)
{
	TEXT_CLEANUP t = { 0 };
	int err;

	add_range(&t, r, netns);
	text_add(&t, "\nbind(port 0): a port that nobody has on that address\n");
	err = text_flush(&t, fd) ?: table(fd, r, netns, r->bind.items, r->bind.count, "Address");
	if (err)
		return err;
	text_add(&t, "\nconnect(): a port whose source and destination are unique, and that nobody bound\n");
	err = text_flush(&t, fd) ?: table(fd, r, netns, r->connect.items, r->connect.count, "From and to");
	return err ?: add_translations(fd, r, netns) ?: add_reliefs(fd, r, netns);
}

/* Why there is no end, once for all rows. */
static void add_reasons(struct text *t, const struct port_report *r)
{
	const char *why = NULL;

	array_each (&r->bind, row)
		why = row->forecast.why ?: why;
	array_each (&r->connect, row)
		why = row->forecast.why ?: why;
	if (why)
		text_printf(t, "\nwhen they end: %s\n", why);
}

int ports_text(int fd, const struct port_report *r)
{
	TEXT_CLEANUP t = { 0 };

	array_each (&r->netns, n) {
		if (n > r->netns.items)
			text_add_char(&t, '\n');
		int err = text_flush(&t, fd) ?: add_netns(fd, r, *n);
		if (err)
			return err;
	}
	add_reasons(&t, r);
	return text_flush(&t, fd);
}
