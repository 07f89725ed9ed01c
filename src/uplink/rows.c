#include "rows.h"
#include "base/json.h"
#include "view/check.h"

enum { NAME_BYTES = 255, BODY_BYTES = 64 * 1024 };

uint64_t rows_correct_ms(const struct rows_plan *p, uint64_t unix_ms)
{
	return unix_ms - (uint64_t)p->offset_ms;
}

uint64_t rows_time_ms(const struct rows_plan *p)
{
	return rows_correct_ms(p, p->moment->taken_unix_ms);
}

/* What others named may be anything; a hub refuses what is no plain text. */
const char *rows_name(const char *text, struct arena *arena)
{
	TEXT_CLEANUP t = { 0 };
	size_t length;

	if (!text)
		return NULL;
	text_add_shown(&t, text);
	for (length = MIN(t.length, (size_t)NAME_BYTES); t.bytes[length] && (t.bytes[length] & 0xc0) == 0x80;)
		length--; /* not within a letter */
	return arena_strndup(arena, t.bytes, length);
}

const char *rows_service(const struct process *p, struct arena *arena)
{
	const char *name;

	if (!p)
		return NULL;
	size_t length = process_service(p, &name);
	return rows_name(arena_strndup(arena, name, length), arena);
}

const char *rows_release(const struct process *p)
{
	return p ? process_release(p) : NULL;
}

static void add_host(const struct rows_plan *p, struct arena *arena, struct row_set *ret)
{
	*(struct host_row *)row_push(ret, ROW_HOST) = (struct host_row){
		.seen_ms = rows_time_ms(p),
		.name = rows_name(p->moment->host, arena),
		.site = p->site,
		.kernel = rows_name(p->moment->kernel, arena),
		.agent = UNFIN_VERSION,
	};
}

/* Its own namespace alone leads on to other hosts; what any of them hides may be another end's. */
static enum row_translates translates(const struct moment *m)
{
	enum row_translates found = ROW_TRANSLATES_NOT;

	array_each (&m->netns, n) {
		if (n->in_scope && n->tracks_unread)
			return ROW_TRANSLATES_UNREAD;
		if (n->self && n->totals.conntrack_used)
			found = ROW_TRANSLATES_READ;
	}
	return found;
}

static void add_look(const struct rows_plan *p, const struct rows_suspects *s, struct row_set *ret)
{
	const struct moment *m = p->moment;
	struct look_row *look = row_push(ret, ROW_LOOK);

	*look = (struct look_row){
		.at_ms = rows_time_ms(p),
		.sample_k = s->sample_k,
		.key_id = m->fleet_key_id,
		.sockets = (uint32_t)MIN(m->coverage.sockets_seen, UINT32_MAX),
		.lost = s->lost,
		.skew_known = p->offset_known,
		.skew_ms = (int32_t)MAX(MIN(p->offset_ms, INT32_MAX), INT32_MIN),
		.translates = translates(m),
	};
	array_each (&m->netns, n)
		look->complete |= n->self && n->in_scope && moment_is_complete(m);
}

/* Of the program that must act. */
static const struct process *subject_of(const struct rows_plan *p, const struct finding *f)
{
	return f->subject == PROCESS_NONE ? NULL : &p->moment->processes.items[f->subject];
}

static const char *body_of(const struct rows_plan *p, const struct finding *f, struct arena *arena)
{
	TEXT_CLEANUP t = { 0 };
	struct json j = JSON(&t, false);

	check_json_finding(&j, &(struct check_ground){ p->moment, p->judgement }, f);
	return t.length <= BODY_BYTES ? arena_strdup(arena, t.bytes) : "{}";
}

static void add_finding(const struct rows_plan *p, const struct finding *f, struct arena *arena, struct row_set *ret)
{
	uint64_t now_ms = rows_time_ms(p);
	const struct process *subject = subject_of(p, f);
	struct finding_row *row = row_push(ret, ROW_FINDING);

	*row = (struct finding_row){
		.opened_ms = known_see(p->known, f->key, now_ms),
		.updated_ms = now_ms,
		.eta_ms = f->eta_known ? row_until_ms(now_ms + f->eta.s * MS_PER_S, now_ms) : 0,
		.key = rows_name(f->key, arena),
		.id = f->id,
		.severity = severity_name(f->severity),
		.confidence = confidence_name(f->confidence),
		.service = rows_service(subject, arena),
		.release = rows_name(rows_release(subject), arena),
		.peer = rows_name(f->peer, arena),
		.caused_by = rows_name(f->caused_by, arena),
		.count = (uint32_t)MIN(f->count, UINT32_MAX),
		.growth_known = f->growth.known,
		.growth_per_min = f->growth.known ? (float)f->growth.per_min : 0,
		.body = body_of(p, f, arena),
	};
	if (f->budgets.count) {
		row->used = (uint32_t)MIN(f->budgets.items[0].used, UINT32_MAX);
		row->budget = (uint32_t)MIN(f->budgets.items[0].limit, UINT32_MAX);
	}
}

struct ending {
	const struct rows_plan *plan;
	struct arena *arena;
	struct row_set *rows;
};

static void add_ended(void *context, const char *key, uint64_t opened_ms)
{
	struct ending *e = context;

	*(struct finding_row *)row_push(e->rows, ROW_FINDING) = (struct finding_row){
		.opened_ms = opened_ms,
		.updated_ms = rows_time_ms(e->plan),
		.key = rows_name(arena_strdup(e->arena, key), e->arena),
		.closed = true,
		.body = "{}",
	};
}

void rows_add_findings(const struct rows_plan *p, struct arena *arena, struct row_set *ret)
{
	struct ending e = { p, arena, ret };

	known_bring_near(p->known, rows_time_ms(p));
	array_each (&p->judgement->findings, f)
		add_finding(p, f, arena, ret);
	known_end(p->known, add_ended, &e);
}

void rows_add_events(const struct rows_plan *p, struct arena *arena, struct row_set *ret)
{
	const struct moment *m = p->moment;

	array_each (&m->failures, f) {
		const struct process *who = &m->processes.items[f->process];
		TEXT_CLEANUP target = { 0 };
		text_add(&target, "");
		if (f->target_known)
			endpoint_format(&target, &f->target);
		*(struct event_row *)row_push(ret, ROW_EVENT) = (struct event_row){
			.at_ms = row_since_ms(rows_correct_ms(p, f->last_unix_ms ?: m->taken_unix_ms), rows_time_ms(p)),
			.netns = f->netns == NETNS_UNKNOWN ? 0 : m->netns.items[f->netns].inode,
			.idx = (uint16_t)(f - m->failures.items),
			.pid = who->pid,
			.kind = call_name(f->call),
			.service = rows_service(who, arena),
			.release = rows_name(rows_release(who), arena),
			.error = strerrorname_np(f->error),
			.target = arena_strdup(arena, target.bytes),
		};
	}
}

void rows_fill(struct rows_plan *plan, struct arena *arena, struct row_set *ret)
{
	add_host(plan, arena, ret);
	uint32_t lost = rows_add_endpoints(plan, arena, ret);
	rows_add_rollups(plan, arena, ret);
	rows_add_events(plan, arena, ret);
	rows_add_releases(plan, arena, ret);
	rows_add_findings(plan, arena, ret);
	struct rows_suspects s = rows_add_suspects(plan, arena, ret);
	s.lost += lost;
	add_look(plan, &s, ret);
}
