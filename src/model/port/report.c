#include "report.h"
#include "walk.h"

void port_report_begin(struct port_report *r, const struct port_map *map)
{
	*r = (struct port_report){ .moment = map->moment, .map = map };
	array_each (&map->moment->netns, n)
		if (n->in_scope && n->port_first)
			*array_push(&r->netns) = (uint32_t)(n - map->moment->netns.items);
}

static void set_row(struct port_row *row, const struct port_map *map, const struct port_budget *b)
{
	*row = (struct port_row){ .budget = *b, .forecast = ports_forecast(map, b) };
}

void port_report_add_all_binds(struct port_report *r, size_t most)
{
	struct port_budgets all = { 0 };

	array_each (&r->netns, n)
		ports_bind_all(r->map, *n, most, &all);
	array_each (&all.rows, b)
		set_row(array_push(&r->bind), r->map, b);
	array_free(&all.rows);
}

void port_report_add_all_connects(struct port_report *r, size_t most)
{
	struct port_budgets all = { 0 };

	array_each (&r->netns, n)
		ports_connect_all(r->map, *n, most, &all);
	array_each (&all.rows, b)
		set_row(array_push(&r->connect), r->map, b);
	array_free(&all.rows);
}

void port_report_add_all_translations(struct port_report *r, size_t most)
{
	array_each (&r->netns, n) {
		cleanup(translation_list_free) struct translation_list all = { 0 };
		translations_of(r->moment, *n, &all);
		for (size_t i = 0; i < MIN(all.rows.count, most); i++)
			*array_push(&r->translations.rows) = all.rows.items[i];
	}
}

void port_report_add_bind(struct port_report *r, uint32_t netns, const struct addr *source)
{
	struct port_asker asker = { .local = *source };
	struct port_budget b;

	if (!ports_bind(r->map, netns, &asker, &b))
		set_row(array_push(&r->bind), r->map, &b);
}

void port_report_add_connect(struct port_report *r, uint32_t netns, const struct addr *source,
                             const struct endpoint *destination)
{
	struct port_budget b;

	if (!ports_connect(r->map, netns, source, destination, &b))
		set_row(array_push(&r->connect), r->map, &b);
}

static const struct port_budget *tightest(const struct port_row *rows, size_t count, uint32_t netns)
{
	const struct port_budget *least = NULL;

	for (const struct port_row *row = rows; row < rows + count; row++)
		if (row->budget.netns == netns && !row->budget.absent &&
		    (!least || row->budget.free_low < least->free_low))
			least = &row->budget;
	return least;
}

static void add_reliefs(struct port_report *r, const struct port_budget *b)
{
	if (b && (uint64_t)b->used * 2 >= b->usable)
		port_reliefs(r->map, b, r->moment->arena, &r->reliefs);
}

void port_report_add_reliefs(struct port_report *r)
{
	array_each (&r->netns, n) {
		add_reliefs(r, tightest(r->bind.items, r->bind.count, *n));
		add_reliefs(r, tightest(r->connect.items, r->connect.count, *n));
	}
}

void port_report_free(struct port_report *r)
{
	array_free(&r->netns);
	array_free(&r->bind);
	array_free(&r->connect);
	port_reliefs_free(&r->reliefs);
	translation_list_free(&r->translations);
}

bool port_row_agrees(const struct port_row *row)
{
	if (!row->probe.done)
		return true;
	return row->probe.granted ? row->budget.free_high > 0 : row->budget.free_low == 0;
}

static int largest_first(const void *a, const void *b)
{
	const struct port_share *x = a, *y = b;
	int order = CMP(y->count, x->count);

	return order ? order : CMP(x->process, y->process);
}

void ports_shares(const struct port_map *map, const struct port_budget *budget, struct port_shares *ret)
{
	const struct moment *m = map->moment;
	cleanup(cleanup_free) uint32_t *counts = memory_zeroed((m->processes.count + 1) * sizeof(*counts));
	struct port_takers takers = { 0 };

	ports_takers(map, budget, &takers);
	array_each (&takers.sockets, at) {
		const struct holder *h = moment_holder(m, m->sockets.items[*at].first_holder);
		counts[h ? h->process : m->processes.count]++;
	}
	for (size_t i = 0; i <= m->processes.count; i++)
		if (counts[i])
			*array_push(&ret->rows) = (struct port_share){
				.process = i < m->processes.count ? (uint32_t)i : UINT32_MAX,
				.count = counts[i],
			};
	array_sort(&ret->rows, largest_first);
	array_free(&takers.sockets);
}

void ports_picture(const struct port_map *map, uint32_t netns, uint8_t *ret_percent, size_t cells)
{
	const struct netns *n = &map->moment->netns.items[netns];
	uint32_t ports = (uint32_t)n->port_last - n->port_first + 1;
	cleanup(cleanup_free) uint32_t *used = memory_zeroed(cells * sizeof(*used));
	struct port_walk w;

	port_walk_begin(&w, map, netns);
	while (port_walk_next(&w))
		used[(w.port - n->port_first) * cells / ports]++;
	for (size_t i = 0; i < cells; i++) {
		/* The ports p with p * cells / ports == i. */
		uint64_t first = (i * ports + cells - 1) / cells, end = ((i + 1) * ports + cells - 1) / cells;
		ret_percent[i] = end > first ? (uint8_t)(used[i] * 100 / (end - first)) : 0;
	}
}
