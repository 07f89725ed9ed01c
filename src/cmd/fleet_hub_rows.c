#include "fleet_hub_rows.h"
#include "base/siphash.h"
#include "fleet/flow.h"
#include "model/hash.h"
#include <jansson.h>

enum {
	/* Hosts tell of connections that were idle for five minutes (uplink/rows.h): of one that was for ten, the other
	 * end would have been told. */
	TOLD_IDLE_MS = 10 * 60 * 1000,
	ADDRESS_BITS = 128,
	USE_MINUTES = 5, /* a destination that was not told of for longer has ports again */
};

void hub_rows_prepare(void)
{
	json_object_seed(0);
}

const struct hub_heard *hub_heard_find(const struct hub_reading *in, uint64_t host_id)
{
	uint32_t at = keyed_find(&in->heard_index, host_id);

	return at == INDEX_NONE || in->heard.items[at].host == FLEET_NONE ? NULL : &in->heard.items[at];
}

/* Nearly all that comes is of a host's newest look. */
uint32_t hub_look_find(const struct hub_reading *in, uint64_t host_id, uint64_t at_ms)
{
	const struct fleet *f = in->fleet;
	const struct hub_heard *h = hub_heard_find(in, host_id);
	uint32_t newest = h ? f->hosts.items[h->host].newest : FLEET_NONE;

	if (newest != FLEET_NONE && f->looks.items[newest].taken_unix_ms == at_ms)
		return newest;
	return h ? keyed_find(&in->look_index, hub_look_key(h->host, at_ms)) : INDEX_NONE;
}

uint64_t hub_look_key(uint32_t host, uint64_t at_ms)
{
	return hash_word(hash_word(1, host), at_ms) ?: 1;
}

/* True for the first row with this key. */
static bool is_new(struct hub_reading *in, uint64_t key)
{
	if (keyed_has(&in->seen, key ?: 1))
		return false;
	keyed_add(&in->seen, key ?: 1, 0);
	return true;
}

static struct addr addr_of(const uint8_t bytes[16])
{
	struct addr a = { 0 };

	memcpy(a.bytes, bytes, sizeof(a.bytes));
	a.v6 = !addr_is_v4(&a);
	return a;
}

static uint32_t intern_service(struct hub_reading *in, const char *name)
{
	return fleet_intern_service(in->fleet, name, strlen(name));
}

/* As the newest look has it: a process may have been given another name. */
static uint32_t program_of(struct hub_reading *in, uint32_t host, const struct suspect_row *r)
{
	struct fleet *f = in->fleet;
	uint64_t key = hash_word(hash_word(hash_word(1, host), r->pid), r->started_ms) ?: 1;
	uint32_t at = keyed_find(&in->programs, key);

	if (!r->pid)
		return FLEET_NONE;
	if (at == INDEX_NONE) {
		at = (uint32_t)f->programs.count;
		keyed_add(&in->programs, key, at);
		array_push(&f->programs);
		array_push(&in->program_ms);
	}
	if (in->program_ms.items[at] >= r->at_ms)
		return at;
	in->program_ms.items[at] = r->at_ms;
	f->programs.items[at] = (struct fleet_program){
		.name = arena_strdup(f->arena, r->comm),
		.pid = r->pid,
		.service = intern_service(in, r->service),
		.started_unix_ms = r->started_ms,
		.release = arena_strdup(f->arena, r->release),
	};
	return at;
}

/* What an end that is in use says of its other end is nothing: that one need not have been told. */
static uint8_t flags_of(const struct fleet_end *e, const struct suspect_row *r)
{
	bool quiet = e->state != STATE_ESTABLISHED || MIN(e->since_data_ms, e->since_sent_ms) >= TOLD_IDLE_MS;
	uint8_t flags = r->times_known ? END_BYTES : 0;

	flags |= r->age_basis == AGE_UNKNOWN ? 0 : END_AGE;
	flags |= r->age_basis == AGE_EXACT ? END_AGE_EXACT : 0;
	flags |= r->times_known && quiet ? END_TIMES : 0;
	flags |= r->scope == SCOPE_OUTER ? END_OUTER : 0;
	flags |= r->nat == ROW_NAT_KNOWN ? END_CROSSED : 0;
	return flags | (r->held || e->program == FLEET_NONE ? 0 : END_LISTENED);
}

static void add_end(struct hub_reading *in, uint32_t look, const struct suspect_row *r)
{
	struct fleet_look *l = &in->fleet->looks.items[look];
	struct fleet_end *e = array_push(&in->fleet->ends);

	*e = (struct fleet_end){
		.flow = r->flow_id ?: 1,
		.sequence = r->seq_id,
		.sequence_unended = r->seq_unended,
		.netns = r->netns,
		.local = { addr_of(r->laddr), r->lport },
		.peer = { addr_of(r->raddr), r->rport },
		.look = look,
		.program = program_of(in, l->host, r),
		.since_data_ms = r->since_data_ms,
		.since_sent_ms = r->since_sent_ms,
		.since_ack_ms = r->since_ack_ms,
		.age_ms = (uint32_t)MIN(r->age_ms, (uint64_t)UINT32_MAX),
		.acked = (uint32_t)r->bytes_acked,
		.received = (uint32_t)r->bytes_received,
		.send_q = r->tx_queue,
		.recv_q = r->rx_queue,
		.pair = FLEET_NONE,
		.state = r->state,
		.role = r->role, /* the first three are those of socket_role */
		.unowned = r->unowned,
	};
	e->flags = flags_of(e, r);
	l->unfinished += e->state == STATE_CLOSE_WAIT && e->age_ms >= UNFINISHED_MS;
}

void hub_visit_suspect(void *reading, uint64_t host_id, const void *row)
{
	struct hub_reading *in = reading;
	const struct suspect_row *r = row;
	uint32_t look = hub_look_find(in, host_id, r->at_ms);

	if (look != INDEX_NONE && is_new(in, hash_word(hash_word(hash_word(look, r->flow_id), r->netns), r->cookie)))
		add_end(in, look, r);
}

static int compare_ends(const void *a, const void *b)
{
	const struct fleet_end *x = a, *y = b;

	return CMP(x->look, y->look) ?: CMP(x->flow, y->flow) ?: CMP(x->netns, y->netns)
	               ?: CMP(x->local.port, y->local.port) ?: CMP(x->state, y->state)
	               ?: memcmp(&x->local.addr, &y->local.addr, sizeof(x->local.addr));
}

void hub_sort_ends(struct hub_reading *in)
{
	array_sort(&in->fleet->ends, compare_ends);
}

void hub_visit_place(void *reading, uint64_t host_id, const void *row)
{
	struct hub_reading *in = reading;
	const struct endpoint_row *r = row;
	const struct hub_heard *h = hub_heard_find(in, host_id);
	struct addr a = addr_of(r->addr);

	if (h && is_new(in, hash_addr(hash_word(2, h->host), &a)))
		*array_push(&in->fleet->places) = (struct fleet_place){ { a, ADDRESS_BITS }, h->host };
}

/* Of connections that are not finished. */
static bool is_leak(const char *cause)
{
	static const char *const causes[] = { "never-closed", "slow-handler", "inherited-fd", "stale-pool",
		                              "hung-owner",   "accept-queue", "not-served" };

	for (size_t i = 0; i < ARRAY_SIZE(causes); i++)
		if (streq(cause, causes[i]))
			return true;
	return false;
}

static uint64_t oldest_ms(const char *body)
{
	json_t *j = json_loads(body, 0, NULL);
	double s = json_number_value(json_object_get(j, "oldest_s"));

	json_decref(j);
	return s > 0 && s < UINT32_MAX ? (uint64_t)(s * MS_PER_S) : 0;
}

static struct fleet_leak leak_of(struct hub_reading *in, uint32_t host, const struct finding_row *r)
{
	return (struct fleet_leak){
		.look = in->fleet->hosts.items[host].newest,
		.service = intern_service(in, r->service),
		.cause = arena_strdup(in->fleet->arena, r->id),
		.count = r->count,
		.oldest_ms = oldest_ms(r->body),
		.growth_known = r->growth_known,
		.growth_per_min = (double)r->growth_per_min,
	};
}

static uint64_t told_key(uint32_t host, const struct finding_row *r)
{
	static const uint8_t no_key[SIPHASH_KEY_BYTES];
	uint64_t name = siphash(no_key, r->key, strlen(r->key));

	return hash_word(hash_word(hash_word(1, host), name), r->opened_ms) ?: 1;
}

/* Findings that go on: what closes one says so, and no more. */
void hub_visit_finding(void *reading, uint64_t host_id, const void *row)
{
	struct hub_reading *in = reading;
	const struct finding_row *r = row;
	const struct hub_heard *h = hub_heard_find(in, host_id);

	if (!h)
		return;
	uint64_t key = told_key(h->host, r);
	uint32_t at = keyed_find(&in->told_index, key);
	if (at == INDEX_NONE) {
		at = (uint32_t)in->told.count;
		keyed_add(&in->told_index, key, at);
		array_push(&in->told);
	}
	if (in->told.items[at].updated_ms >= r->updated_ms)
		return;
	bool over = r->closed || !r->service[0] || !is_leak(r->id);
	in->told.items[at] = (struct hub_told){ .key = key, .updated_ms = r->updated_ms, .over = over };
	if (!over)
		in->told.items[at].leak = leak_of(in, h->host, r);
}

static int compare_told(const void *a, const void *b)
{
	return CMP(((const struct hub_told *)a)->key, ((const struct hub_told *)b)->key);
}

void hub_add_leaks(struct hub_reading *in)
{
	array_sort(&in->told, compare_told);
	array_each (&in->told, t)
		if (!t->over)
			*array_push(&in->files->takings.leaks) = t->leak;
}

void hub_visit_ports(void *reading, uint64_t host_id, const void *row)
{
	struct hub_reading *in = reading;
	const struct rollup_row *r = row;
	const struct hub_heard *h = hub_heard_find(in, host_id);

	if (h && r->role == ROW_ROLE_CLIENT)
		*array_push(&in->uses) = (struct hub_use){
			.host = h->host,
			.minute = r->minute,
			.used = r->ports_used,
			.usable = r->ports_usable,
			.netns = r->netns,
			.destination = { addr_of(r->raddr), r->rport },
		};
}

static int compare_places(const struct hub_use *x, const struct hub_use *y)
{
	return CMP(x->host, y->host) ?: CMP(x->netns, y->netns)
	               ?: memcmp(&x->destination.addr, &y->destination.addr, sizeof(x->destination.addr))
	               ?: CMP(x->destination.port, y->destination.port);
}

/* Several programs tell the same of a minute; the most comes first. */
static int compare_uses(const void *a, const void *b)
{
	const struct hub_use *x = a, *y = b;

	return compare_places(x, y) ?: CMP(x->minute, y->minute) ?: CMP(y->used, x->used);
}

static void add_budget(struct hub_reading *in, const struct hub_use *first, const struct hub_use *end)
{
	const struct hub_use *last = end - 1;
	uint32_t usable = 0;

	while (last > first && last[-1].minute == last->minute)
		last--;
	for (const struct hub_use *u = first; u < end; u++)
		usable = MAX(usable, u->usable);
	uint32_t minutes = last->minute - first->minute;
	double per_min = minutes ? ((double)last->used - (double)first->used) / minutes : 0;
	*array_push(&in->files->takings.budgets) = (struct fleet_budget){
		.look = in->fleet->hosts.items[first->host].newest,
		.destination = first->destination,
		.used = last->used,
		.usable = usable,
		.ends_known = per_min > 0,
		.ends_s = per_min > 0 ? ((double)usable - (double)last->used) / per_min * 60 : 0,
	};
}

void hub_add_budgets(struct hub_reading *in)
{
	uint64_t now_minute = in->newest_ms / (60 * MS_PER_S);
	size_t first = 0;

	array_sort(&in->uses, compare_uses);
	for (size_t i = 1; i <= in->uses.count; i++) {
		const struct hub_use *u = in->uses.items;
		if (i < in->uses.count && !compare_places(&u[i], &u[first]))
			continue;
		if (u[i - 1].minute + USE_MINUTES >= now_minute)
			add_budget(in, &u[first], &u[i]);
		first = i;
	}
}
