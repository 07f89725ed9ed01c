/* What a host's services have open, and where to: sums, so that leaks show in a fleet without a row for each socket. */
#include "base/siphash.h"
#include "model/hash.h"
#include "model/keyed.h"
#include "model/port/ports.h"
#include "rows.h"

enum { BUDGETS_MOST = 200, ROLLUPS_MOST = 2000 };

struct place {
	uint64_t netns;
	struct endpoint end;
	uint64_t role;
	uint64_t service; /* a hash of its name, and of its release */
};

static const uint8_t no_key[SIPHASH_KEY_BYTES];

static uint64_t key_of(const struct place *p)
{
	struct {
		uint64_t netns, role, service, port;
		uint8_t addr[16];
	} key = { p->netns, p->role, p->service, p->end.port, { 0 } };

	memcpy(key.addr, p->end.addr.bytes, sizeof(key.addr));
	return siphash(no_key, &key, sizeof(key)) | 1;
}

/* A client's peer; of a server its own port, whoever asks. */
static struct endpoint end_of(const struct socket *s)
{
	return s->role == ROLE_SERVER ? (struct endpoint){ .port = s->local.port } : s->peer;
}

static struct rollup_row *find(struct row_set *rows, struct keyed *index, uint64_t key)
{
	uint32_t at = keyed_find(index, key);

	return at == INDEX_NONE ? NULL : (struct rollup_row *)(void *)rows->of[ROW_ROLLUP].items + at;
}

static struct rollup_row *add(const struct rows_plan *p, const struct place *at, const struct process *owner,
                              struct keyed *index, uint64_t key, struct arena *arena, struct row_set *rows)
{
	keyed_add(index, key, (uint32_t)rows->of[ROW_ROLLUP].count);
	struct rollup_row *row = row_push(rows, ROW_ROLLUP);
	*row = (struct rollup_row){
		.minute = (uint32_t)(rows_time_ms(p) / 60000),
		.netns = at->netns,
		.service = rows_service(owner, arena),
		.release = rows_name(rows_release(owner), arena),
		.role = at->role == ROLE_CLIENT   ? ROW_ROLE_CLIENT
		        : at->role == ROLE_SERVER ? ROW_ROLE_SERVER
		                                  : ROW_ROLE_UNKNOWN,
		.rport = at->end.port,
	};
	memcpy(row->raddr, at->end.addr.bytes, sizeof(row->raddr));
	return row;
}

static void count_close_wait(struct rollup_row *row, const struct socket *s)
{
	struct age a = socket_finished_age(s);

	row->close_wait++;
	if (a.basis == AGE_UNKNOWN || a.min_ms < UNFINISHED_MS)
		return;
	row->close_wait_old++;
	row->oldest_s = MAX(row->oldest_s, (uint32_t)MIN(a.min_ms / MS_PER_S, UINT32_MAX));
}

static void count(struct rollup_row *row, const struct socket *s)
{
	switch (s->state) {
	case STATE_ESTABLISHED:
		row->established++;
		break;
	case STATE_CLOSE_WAIT:
		count_close_wait(row, s);
		break;
	case STATE_FIN_WAIT2:
		row->fin_wait2++;
		break;
	case STATE_TIME_WAIT:
		row->time_wait++;
		break;
	case STATE_SYN_SENT:
		row->syn_sent++;
		break;
	default:
		row->other++;
	}
}

static uint64_t hash_of(const struct process *p)
{
	const char *name = NULL;
	size_t length = p ? process_service(p, &name) : 0;

	return p ? hash_text(siphash(no_key, name, length), process_release(p)) : 0;
}

static void take(const struct rows_plan *p, const struct socket *s, struct keyed *index, struct arena *arena,
                 struct row_set *rows)
{
	const struct moment *m = p->moment;
	const struct process *owner = moment_owner(m, s);
	struct place at = { m->netns.items[s->netns].inode, end_of(s), s->role, hash_of(owner) };
	uint64_t key = key_of(&at);
	struct rollup_row *row = find(rows, index, key) ?: add(p, &at, owner, index, key, arena, rows);

	count(row, s);
}

static uint64_t sockets_of(const struct rollup_row *r)
{
	return (uint64_t)r->established + r->close_wait + r->fin_wait2 + r->time_wait + r->syn_sent + r->other;
}

static int compare_sizes(const void *a, const void *b)
{
	const struct rollup_row *x = a, *y = b;

	return CMP(sockets_of(y), sockets_of(x)) ?: memcmp(x->raddr, y->raddr, sizeof(x->raddr))
	               ?: CMP(x->rport, y->rport) ?: CMP(x->netns, y->netns) ?: CMP(x->role, y->role);
}

/* A crawler has more destinations than anybody asks about: the small ones are no loss. */
static void keep_largest(struct row_list *l)
{
	if (l->count <= ROLLUPS_MOST)
		return;
	qsort(l->items, l->count, sizeof(struct rollup_row), compare_sizes);
	l->count = ROLLUPS_MOST;
}

/* What a destination's budget of ports has left; asked of the largest. */
static void add_budgets(const struct rows_plan *p, const struct port_budgets *budgets, struct row_set *rows)
{
	for (size_t i = 0; i < rows->of[ROW_ROLLUP].count; i++) {
		struct rollup_row *row = (struct rollup_row *)(void *)rows->of[ROW_ROLLUP].items + i;
		array_each (&budgets->rows, b) {
			bool same = row->role == ROW_ROLE_CLIENT && row->rport == b->destination.port &&
			            row->netns == p->moment->netns.items[b->netns].inode &&
			            memcmp(row->raddr, b->destination.addr.bytes, sizeof(row->raddr)) == 0;
			if (!same || row->ports_usable)
				continue;
			row->ports_used = b->used;
			row->ports_usable = b->usable;
		}
	}
}

static void ask_budgets(const struct rows_plan *p, struct row_set *rows)
{
	cleanup(port_map_cleanup) struct port_map *map = port_map_new(p->moment);
	struct port_budgets budgets = { 0 };

	for (uint32_t n = 0; n < p->moment->netns.count; n++)
		if (p->moment->netns.items[n].in_scope)
			ports_connect_all(map, n, BUDGETS_MOST, &budgets);
	add_budgets(p, &budgets, rows);
	array_free(&budgets.rows);
}

static bool is_counted(const struct moment *m, const struct socket *s)
{
	return s->peer.port && s->state != STATE_LISTEN && m->netns.items[s->netns].in_scope;
}

/* Calls that failed towards a destination, in the look's window. */
static void count_failures(const struct rows_plan *p, struct keyed *index, struct row_set *rows)
{
	const struct moment *m = p->moment;

	array_each (&m->failures, f) {
		const struct process *who = &m->processes.items[f->process];
		if (f->call != CALL_CONNECT || !f->target_known || f->netns == NETNS_UNKNOWN)
			continue;
		struct place at = { m->netns.items[f->netns].inode, f->target, ROLE_CLIENT, hash_of(who) };
		struct rollup_row *row = find(rows, index, key_of(&at));
		if (row)
			row->failed += (uint32_t)MIN(f->count, UINT32_MAX);
	}
}

void rows_add_rollups(const struct rows_plan *p, struct arena *arena, struct row_set *ret)
{
	struct keyed index = { 0 };

	array_each (&p->moment->sockets, s)
		if (is_counted(p->moment, s))
			take(p, s, &index, arena, ret);
	count_failures(p, &index, ret);
	keyed_free(&index);
	keep_largest(&ret->of[ROW_ROLLUP]);
	ask_budgets(p, ret);
}
