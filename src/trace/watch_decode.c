/* From the programs' records to events and counts; and from a look to what the programs should know of sockets that
 * were there before them. */
#include "watch_parts.h"
#include "base/clock.h"
#include "collect.h"
#include <bpf/bpf.h>
#include <errno.h>

static const uint8_t kinds[RECORD_EVENT_KINDS] = {
	[RECORD_EVENT_OPENED] = EVENT_OPENED,
	[RECORD_EVENT_ACCEPTED] = EVENT_ACCEPTED,
	[RECORD_EVENT_FIN_RECEIVED] = EVENT_FIN_RECEIVED,
	[RECORD_EVENT_EOF_TOLD] = EVENT_EOF_TOLD,
	[RECORD_EVENT_SHUT_DOWN] = EVENT_SHUT_DOWN,
	[RECORD_EVENT_CLOSED] = EVENT_CLOSED,
	[RECORD_EVENT_RESET] = EVENT_RESET,
	[RECORD_EVENT_FAILED] = EVENT_FAILED,
	[RECORD_EVENT_DESTROYED] = EVENT_DESTROYED,
	[RECORD_EVENT_ARRIVED] = EVENT_ARRIVED,
};

static const uint8_t roles[] = {
	[RECORD_CLIENT] = ROLE_CLIENT,
	[RECORD_SERVER] = ROLE_SERVER,
	[RECORD_EITHER] = ROLE_UNKNOWN,
};

static const uint8_t calls[] = {
	[RECORD_CALL_BIND] = CALL_BIND,     [RECORD_CALL_CONNECT] = CALL_CONNECT, [RECORD_CALL_LISTEN] = CALL_LISTEN,
	[RECORD_CALL_ACCEPT] = CALL_ACCEPT, [RECORD_CALL_SOCKET] = CALL_SOCKET,
};

static uint64_t to_unix_ms(const struct watch *w, uint64_t boot_ns)
{
	int64_t since = (int64_t)(boot_ns + w->boot_offset_ns - w->began_boot_ns);

	return w->began_unix_ms + (uint64_t)(since / (int64_t)NS_PER_MS);
}

static uint32_t process_named(struct watch *w, const struct record_actor *a)
{
	if (!a->tgid)
		return PROCESS_NONE;
	uint32_t index = moment_process(w->names, a->tgid, a->start_boot_ns + w->boot_offset_ns);
	struct process *p = &w->names->processes.items[index];
	p->uid = a->uid;
	p->ppid = a->ppid;
	p->start_unix_ms = to_unix_ms(w, a->start_boot_ns);
	memcpy(p->comm, a->comm, sizeof(p->comm) - 1);
	return index;
}

static void take_event(struct watch *w, const struct record_event *r)
{
	bool v6 = r->flags & RECORD_EVENT_V6, binds = r->kind == RECORD_EVENT_FAILED && r->call == RECORD_CALL_BIND;
	struct event e = {
		.at_unix_ms = to_unix_ms(w, r->boot_ns),
		.cookie = r->cookie,
		.cgroup = r->cgroup,
		.after_us = r->flags & RECORD_EVENT_AFTER ? r->after_ns / 1000 : UINT64_MAX,
		.local = events_endpoint(r->local, r->local_port, v6),
		.peer = events_endpoint(r->peer, r->peer_port, v6),
		.netns = moment_netns(w->names, r->netns),
		.process = process_named(w, &r->actor),
		.opener = process_named(w, &r->maker),
		.tid = r->actor.tid,
		.error = r->error,
		.kind = kinds[r->kind],
		.role = roles[r->side],
		.call = calls[r->call],
		.fin_came = r->flags & RECORD_EVENT_FIN_CAME,
		.finished = r->flags & RECORD_EVENT_FINISHED,
		.ended = r->flags & RECORD_EVENT_ENDED,
		.aborted = r->flags & RECORD_EVENT_ABORTED,
	};

	if (binds) {
		static const uint8_t none[16];
		e.local = e.peer;
		e.peer = events_endpoint(none, 0, v6);
	}
	w->sink(w->to, &e);
}

int watch_take(void *watch, void *record, size_t size)
{
	const struct record_event *r = record;
	struct watch *w = watch;

	if (size < sizeof(*r) || !r->kind || r->kind >= RECORD_EVENT_KINDS || r->side >= ARRAY_SIZE(roles) ||
	    r->call >= ARRAY_SIZE(calls))
		return -EPROTO; /* programs and tool are of different builds */
	w->consumed++;
	take_event(w, r);
	return 0;
}

static struct turnover counts_of(const __u64 *n)
{
	return (struct turnover){
		.process = PROCESS_NONE,
		.netns = NETNS_UNKNOWN,
		.opened = n[RECORD_TURNOVER_OPENED],
		.accepted = n[RECORD_TURNOVER_ACCEPTED],
		.fins = n[RECORD_TURNOVER_FINS],
		.closed = n[RECORD_TURNOVER_CLOSED],
		.closed_first = n[RECORD_TURNOVER_CLOSED_FIRST],
		.finished = n[RECORD_TURNOVER_FINISHED],
		.reset = n[RECORD_TURNOVER_RESET],
		.failed = n[RECORD_TURNOVER_FAILED],
	};
}

static void add_row(struct watch *w, const struct record_turnover_key *key, const struct record_turnover *row,
                    turnover_list *ret)
{
	struct record_actor actor = {
		.start_boot_ns = key->start_boot_ns, .tgid = key->tgid, .uid = row->uid, .ppid = row->ppid
	};
	struct turnover *t = array_push(ret);

	memcpy(actor.comm, row->comm, sizeof(actor.comm));
	*t = counts_of(row->counts);
	t->process = process_named(w, &actor);
	if (key->netns)
		t->netns = moment_netns(w->names, key->netns);
	t->end = events_endpoint(key->address, key->port, key->v6);
	t->role = roles[key->side];
}

int watch_count(struct watch *w, turnover_list *ret)
{
	int map = w->programs->maps.turnovers.map_fd, err = 0;
	struct record_turnover_key key, *previous = NULL;
	struct record_turnover row;

	for (; events_next_row(map, previous, &key, &row, &err); previous = &key)
		add_row(w, &key, &row, ret);
	if (w->programs->bss->lost[RECORD_LOSS_ROW])
		*array_push(ret) = counts_of(w->programs->bss->others);
	return err;
}

/* What is counted after it is read is lost: by who holds a connection of a program that has ended before. */
int watch_give_back(struct watch *w, turnover_list *ret)
{
	int map = w->programs->maps.turnovers.map_fd, err = 0;
	struct record_turnover_key key, *previous = NULL;
	ARRAY(struct record_turnover_key) ended = { 0 };
	struct record_turnover row;

	for (; events_next_row(map, previous, &key, &row, &err); previous = &key)
		if (events_has_ended(key.tgid))
			*array_push(&ended) = key;
	array_each (&ended, one)
		if (!bpf_map_lookup_elem(map, one, &row) && !bpf_map_delete_elem(map, one))
			add_row(w, one, &row, ret);
	array_free(&ended);
	return err;
}

void watch_part_ended(const struct watch *w, turnover_list *rows, turnover_list *ret)
{
	size_t kept = 0;

	array_each (rows, row) {
		if (row->process != PROCESS_NONE && events_has_ended(w->names->processes.items[row->process].pid))
			*array_push(ret) = *row;
		else
			rows->items[kept++] = *row;
	}
	rows->count = kept;
}

/* The end that its events will count for: as fill_row() does. */
static void fill_row(struct record_turnover_key *row, const struct moment *m, const struct socket *s)
{
	bool server = s->role == ROLE_SERVER;

	row->netns = (uint32_t)m->netns.items[s->netns].inode;
	row->side = server ? RECORD_SERVER : s->role == ROLE_CLIENT ? RECORD_CLIENT : RECORD_EITHER;
	row->v6 = s->local.addr.v6;
	row->port = server ? s->local.port : s->peer.port;
	if (!server)
		memcpy(row->address, s->peer.addr.bytes, sizeof(row->address));
}

static bool is_wanted(const struct record_narrow *n, const struct process *p)
{
	return (!n->tgid || n->tgid == p->pid) && !n->family && (!n->comm[0] || streq(n->comm, p->comm));
}

static bool is_end_near(const struct endpoint *e, uint16_t port, const uint8_t address[16], uint8_t bits)
{
	struct addr_range range = { .bits = bits };

	memcpy(range.addr.bytes, address, sizeof(range.addr.bytes));
	return (!port || port == e->port) && (!bits || addr_range_holds(&range, &e->addr));
}

/* As the programs see it: the table has room for those alone that will be asked for. */
static bool is_near(const struct record_narrow *n, const struct moment *m, const struct socket *s)
{
	return (!n->netns || n->netns == m->netns.items[s->netns].inode) &&
	       (!n->cgroup || !s->cgroup || n->cgroup == s->cgroup) &&
	       is_end_near(&s->local, n->local_port, n->local, n->local_bits) &&
	       is_end_near(&s->peer, n->peer_port, n->peer, n->peer_bits);
}

static void seed(struct watch *w, const struct moment *m, const struct socket *s, const struct process *p)
{
	struct record_maker maker = {
		.row = { .start_boot_ns = p->start_boot_ns - w->boot_offset_ns, .tgid = p->pid },
		.since_boot_ns = w->began_boot_ns - w->boot_offset_ns,
		.tid = p->pid,
		.flags = RECORD_MAKER_HELD | RECORD_MAKER_CONNECTED,
		.uid = p->uid,
		.ppid = p->ppid,
	};

	if (s->state == STATE_CLOSE_WAIT || s->state == STATE_LAST_ACK || socket_has(s, SOCKET_FIN_CAME))
		maker.flags |= RECORD_MAKER_ENDED;
	if (s->state == STATE_CLOSE)
		maker.flags |= RECORD_MAKER_DEAD;
	if (s->state == STATE_FIN_WAIT1 || s->state == STATE_FIN_WAIT2)
		maker.flags |= RECORD_MAKER_SHUT;
	fill_row(&maker.row, m, s);
	memcpy(maker.comm, p->comm, sizeof(maker.comm));
	if (bpf_map_update_elem(w->programs->maps.makers.map_fd, &s->cookie, &maker, BPF_NOEXIST) && errno != EEXIST)
		w->unseeded++;
}

void watch_seed(struct watch *w, const struct moment *look)
{
	const struct record_narrow *narrow = &w->programs->rodata->narrow;

	array_each (&look->sockets, s) {
		const struct process *p = moment_owner(look, s);
		if (p && s->cookie && s->peer.port && s->netns != NETNS_UNKNOWN && is_wanted(narrow, p) &&
		    is_near(narrow, look, s))
			seed(w, look, s, p);
	}
}
