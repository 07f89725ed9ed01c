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
	if (row->budget.absent)
		text_add(t, "no such address here");
	else
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

/* The page that is written: what it is of, where to, in which form. */
struct page {
	const struct port_report *report;
	int fd;
	bool md;
};

static int write_sheet(const struct page *p, const struct sheet *s)
{
	return p->md ? sheet_md(s, p->fd) : sheet_table(s, p->fd);
}

/* A line above a table. */
static void add_heading(struct text *t, const struct page *p, const char *text)
{
	text_printf(t, p->md ? "\n## %s\n\n" : "\n%s\n", text);
}

static int table(const struct page *p, uint32_t netns, const struct port_row *rows, size_t count, const char *where)
{
	cleanup(rows_free) struct rows r = { .report = p->report, .at = rows, .end = rows + count, .netns = netns };
	const struct sheet_column columns[] = { { "free", "Free", true },        { "used", "Used", true },
		                                { "where", where, false },       { "ends", "Ends", false },
		                                { "states", "By state", false }, { "held", "Held by", false } };
	struct sheet s = { .columns = columns, .width = ARRAY_SIZE(columns), .next = next_row, .state = &r };

	return write_sheet(p, &s);
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

static int translation_table(const struct page *p, uint32_t netns)
{
	const struct translation_list *list = &p->report->translations;
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

	return write_sheet(p, &s);
}

static int add_translations(const struct page *p, uint32_t netns)
{
	TEXT_CLEANUP t = { 0 };

	if (!has_translations(p->report, netns))
		return 0;
	if (p->md)
		add_heading(&t, p, "NAT");
	text_printf(
	        &t,
	        "%s: a port that conntrack has for no other connection of that source and destination; without one\n"
	        "connect() hangs. No socket: it is closed, and conntrack keeps the port; or it is another host's.\n%s",
	        p->md ? "Free" : "\nNAT", p->md ? "\n" : "");
	return text_flush(&t, p->fd) ?: translation_table(p, netns);
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

static void add_range(struct text *t, const struct page *p, uint32_t netns)
{
	const struct netns *n = &p->report->moment->netns.items[netns];
	uint32_t usable = ports_usable(n), all = (uint32_t)n->port_last - n->port_first + 1;

	text_printf(t, "%sports %u-%u of namespace ", p->md ? "# " : "", n->port_first, n->port_last);
	if (n->name)
		text_add_name(t, n->name);
	else
		text_printf(t, "%llu", (unsigned long long)n->inode);
	text_printf(t, "%s: ", n->self ? " (this one)" : "");
	format_count(t, usable);
	text_add(t, " usable");
	if (all > usable)
		text_printf(t, ", %u reserved or out of the kernel's step", all - usable);
	text_add_char(t, '\n');
	if (!p->md)
		add_picture(t, p->report, netns);
}

/* Which row the remedies that follow are for. */
static void add_budget_name(struct text *t, const struct port_budget *b)
{
	text_add(t, b->destination.port ? "connect() from " : "bind() on ");
	text_add(t, b->asker.local.v6 ? "[" : "");
	addr_format(t, &b->asker.local);
	text_add(t, b->asker.local.v6 ? "]" : "");
	if (b->destination.port) {
		text_add(t, " to ");
		endpoint_format(t, &b->destination);
	}
}

static bool same_relief(const struct port_relief *a, const struct port_relief *b)
{
	return a->netns == b->netns && streq(a->text, b->text);
}

/* The budgets that one remedy helps, all in one line. */
static void add_relief(struct text *t, const struct page *p, const struct port_relief *relief)
{
	const struct port_reliefs *all = &p->report->reliefs;

	text_add(t, p->md ? "- " : "  ");
	for (const struct port_relief *r = relief; r < all->rows.items + all->rows.count; r++) {
		if (!same_relief(r, relief))
			continue;
		text_add(t, r == relief ? "" : " and ");
		add_budget_name(t, &r->budget);
	}
	text_printf(t, ": %s\n", relief->text);
	if (relief->command)
		text_printf(t, p->md ? "  `%s`\n" : "      %s\n", relief->command);
}

static bool told_before(const struct port_reliefs *all, const struct port_relief *relief)
{
	for (const struct port_relief *r = all->rows.items; r < relief; r++)
		if (same_relief(r, relief))
			return true;
	return false;
}

static int add_reliefs(const struct page *p, uint32_t netns)
{
	TEXT_CLEANUP t = { 0 };

	array_each (&p->report->reliefs.rows, relief) {
		if (relief->netns != netns || told_before(&p->report->reliefs, relief))
			continue;
		if (!t.length)
			add_heading(&t, p, "more ports");
		add_relief(&t, p, relief);
	}
	return text_flush(&t, p->fd);
}

static bool has_rows(const struct port_row *rows, size_t count, uint32_t netns)
{
	for (size_t i = 0; i < count; i++)
		if (rows[i].budget.netns == netns)
			return true;
	return false;
}

static int add_netns(const struct page *p, uint32_t netns)
{
	const struct port_report *r = p->report;
	TEXT_CLEANUP t = { 0 };
	int err;

	add_range(&t, p, netns);
	add_heading(&t, p, "bind(port 0): a port that nobody has on that address");
	err = text_flush(&t, p->fd) ?: table(p, netns, r->bind.items, r->bind.count, "Address");
	if (err)
		return err;
	if (has_rows(r->connect.items, r->connect.count, netns)) {
		add_heading(&t, p, "connect(): a port whose source and destination are unique, and that nobody bound");
		err = text_flush(&t, p->fd) ?: table(p, netns, r->connect.items, r->connect.count, "From and to");
	}
	return err ?: add_translations(p, netns) ?: add_reliefs(p, netns);
}

/* Why there is no end, once for all rows. */
static void add_reasons(struct text *t, const struct port_report *r)
{
	const char *why = NULL;

	array_each (&r->bind, row)
		why = row->budget.absent ? why : row->forecast.why ?: why;
	array_each (&r->connect, row)
		why = row->budget.absent ? why : row->forecast.why ?: why;
	if (why)
		text_printf(t, "\nwhen they end: %s\n", why);
}

int ports_text(int fd, const struct port_report *r, bool md)
{
	struct page p = { .report = r, .fd = fd, .md = md };
	TEXT_CLEANUP t = { 0 };

	array_each (&r->netns, n) {
		if (n > r->netns.items)
			text_add_char(&t, '\n');
		int err = text_flush(&t, fd) ?: add_netns(&p, *n);
		if (err)
			return err;
	}
	add_reasons(&t, r);
	return text_flush(&t, fd);
}
