#include "survey.h"
#include "addresses.h"
#include "privilege.h"
#include "unknown.h"
#include "base/file.h"
#include "model/coverage.h"
#include <errno.h>
#include <inttypes.h>
#include <sys/stat.h>

bool survey_is_wide(const struct survey *v)
{
	return v->request->netns != v->doors.home_inode;
}

static bool in_scope(const struct survey *v, uint64_t inode)
{
	return !v->request->netns || inode == v->request->netns;
}

int survey_begin(struct survey *v, struct moment *m, const struct source_request *request)
{
	*v = (struct survey){ .moment = m, .request = request };
	int err = doors_open(&v->doors);

	if (err)
		return err;
	m->scope_all = !request->netns;
	uint32_t at = moment_netns(m, v->doors.home_inode); /* may move the array */
	m->netns.items[at].self = true;
	m->netns.items[at].member_pid = (uint32_t)getpid();
	/* Those of an earlier look may be gone. */
	array_each (&m->netns, n)
		n->in_scope = n->table_seen = n->tracks_unread = false;
	return 0;
}

void survey_find_mounts(struct survey *v)
{
	unknown_tell(v->moment, UNKNOWN_NAMESPACES, "/proc/thread-self/mountinfo", doors_find_mounts(&v->doors));
}

static struct survey_row *row_at(struct survey *v, uint32_t netns)
{
	while (v->rows.count <= netns)
		array_push(&v->rows);
	return &v->rows.items[netns];
}

/* The namespace of the door in the moment. */
static uint32_t describe(struct survey *v, const struct door *door)
{
	struct moment *m = v->moment;
	uint32_t at = moment_netns(m, door->inode);
	struct netns *n = &m->netns.items[at];

	n->in_scope = in_scope(v, door->inode);
	if (!n->self)
		n->member_pid = door->tgid;
	if (!n->name && door->name)
		n->name = arena_strdup(m->arena, door->name);
	return at;
}

/* Through a task that is there: its figures are open to all, and going there costs as much as reading them. By
 * now the task may be elsewhere, or its number be another one's. */
static int count_through_task(const struct door *door, struct net_counts *ret)
{
	char path[64];
	struct stat st;

	if (!door->tgid)
		return -ENOENT;
	snprintf(path, sizeof(path), "/proc/%" PRIu32 "/task/%" PRIu32 "/net", door->tgid, door->tid);
	int err = net_counts_read(path, ret);
	if (err)
		return err;
	snprintf(path, sizeof(path), "/proc/%" PRIu32 "/task/%" PRIu32 "/ns/net", door->tgid, door->tid);
	return !stat(path, &st) && st.st_ino != door->inode ? -ENOENT : 0;
}

static int count_in(struct survey *v, const struct door *door, struct net_counts *ret)
{
	if (door->inode != v->doors.here_inode && !count_through_task(door, ret))
		return 0;
	return doors_enter(&v->doors, door->inode) ?: net_counts_read(NET_HERE, ret);
}

void survey_count(struct survey *v)
{
	for (size_t i = 0; i < v->doors.items.count; i++) {
		const struct door door = v->doors.items.items[i];
		if (!in_scope(v, door.inode))
			continue;
		struct survey_row *row = row_at(v, describe(v, &door));
		if (!row->counted)
			row->counted = !count_in(v, &door, &row->before);
	}
}

bool survey_counted(const struct survey *v, uint64_t inode)
{
	for (size_t i = 0; i < v->rows.count; i++)
		if (v->moment->netns.items[i].inode == inode)
			return v->rows.items[i].counted;
	return false;
}

bool survey_needs_walk(const struct survey *v, uint32_t netns, uint64_t seen, uint64_t requests)
{
	if (netns >= v->rows.count || !v->rows.items[netns].counted)
		return true;
	const struct net_counts *c = &v->rows.items[netns].before;
	return requests || c->inuse + c->inuse6 + c->time_waits > seen;
}

/* A socket that was just seen in this namespace may still lead there. False: nobody was seen to hold one, so a
 * namespace that has no way in any more is no gap, its last process has ended. */
static bool find_holder(struct survey *v, uint32_t netns)
{
	const struct moment *m = v->moment;

	array_each (&m->sockets, s) {
		const struct holder *h = s->netns == netns ? moment_holder(m, s->first_holder) : NULL;
		if (!h)
			continue;
		doors_add_socket(&v->doors, m->netns.items[netns].inode, m->processes.items[h->process].pid, h->fd);
		return true;
	}
	return false;
}

int survey_enter(struct survey *v, uint32_t netns)
{
	uint64_t inode = v->moment->netns.items[netns].inode;
	int err = doors_enter(&v->doors, inode);

	if (err == -ENOENT && find_holder(v, netns))
		err = doors_enter(&v->doors, inode);
	if (err && err != -ENOENT) {
		v->closed++;
		v->why = err;
	}
	return err;
}

/* In which namespaces was a socket seen, or a failing call? One for each of the moment's, to be freed. */
static bool *find_used(const struct moment *m)
{
	bool *used = memory_zeroed(m->netns.count + 1);

	array_each (&m->sockets, s)
		used[s->netns] = true;
	array_each (&m->failures, f) /* a call that failed left no socket */
		used[f->netns] = true;
	return used;
}

static bool count_row_again(struct survey *v, const struct netns *n, struct survey_row *row, bool used)
{
	/* Nothing was counted and nothing seen: that stands. What opened there since has been opened during the
	 * look, and is in the host's count, which is read at home. */
	if (!used && !n->self && net_counts_empty(&row->before)) {
		row->after = row->before;
		return true;
	}
	const struct door door = *doors_at(&v->doors, n->inode);
	return !count_in(v, &door, &row->after);
}

static void count_again(struct survey *v)
{
	cleanup(cleanup_free) bool *used = find_used(v->moment);

	for (uint32_t i = 0; i < v->rows.count; i++) {
		struct survey_row *row = &v->rows.items[i];
		struct netns *n = &v->moment->netns.items[i];
		if (!row->counted)
			continue;
		row->counted_after = count_row_again(v, n, row, used[i]);
		const struct net_counts *c = row->counted_after ? &row->after : &row->before;
		n->inuse = c->inuse;
		n->inuse6 = c->inuse6;
		n->time_waits = c->time_waits;
	}
}

/* One namespace: what is in its tables. All: what is allocated on the host, and the TIME_WAIT of each, which are
 * small sockets of their own and in no other count. */
bool survey_judge(struct survey *v)
{
	bool all = v->moment->scope_all;
	struct kernel_count k = { 0 };

	count_again(v);
	array_each (&v->rows, row) {
		if (!row->counted || !row->counted_after)
			continue;
		k.before += row->before.time_waits + (all ? 0 : row->before.inuse + row->before.inuse6);
		k.after += row->after.time_waits + (all ? 0 : row->after.inuse + row->after.inuse6);
		if (row->before.opened_known && row->after.opened_known)
			k.opened += row->after.opened - row->before.opened;
	}
	if (all) {
		const struct survey_row *home = &v->rows.items[moment_netns(v->moment, v->doors.home_inode)];
		k.before += home->before.alloc;
		k.after += home->after.alloc;
	}
	return coverage_judge(v->moment, &k);
}

static void read_settings(struct survey *v, struct netns *n, bool open)
{
	struct moment *m = v->moment;
	int err = doors_enter(&v->doors, n->inode);

	if (err && err != -ENOENT) /* it has ended meanwhile */
		unknown_tell(m, UNKNOWN_SETTINGS, "entering one of them", err);
	if (err || (!open && !netns_tracks()))
		return;
	netns_read_settings(m, n);
	unknown_tell(m, UNKNOWN_SETTINGS, "the addresses of one of them",
	             addresses_read(m, (uint32_t)(n - m->netns.items)));
	if (!m->limits.tcp_pages_limit)
		tcp_limits_read(&m->limits);
}

void survey_read_settings(struct survey *v)
{
	struct moment *m = v->moment;
	bool routers = v->request->wants & (WANT_TRANSLATIONS | WANT_CROSSINGS);
	cleanup(cleanup_free) bool *used = find_used(m);

	array_each (&m->netns, n) {
		bool open = n->self || used[n - m->netns.items];
		if (n->in_scope && (open || routers))
			read_settings(v, n, open);
	}
	doors_leave(&v->doors);
}

void survey_end(struct survey *v)
{
	struct moment *m = v->moment;

	if (v->closed)
		moment_gap(m, arena_printf(m->arena, "%" PRIu32 " network namespaces", v->closed),
		           arena_printf(m->arena, "entering them failed: %s", strerror(-v->why)),
		           privilege_mend_of(v->why, m->arena));
	doors_close(&v->doors);
	array_free(&v->rows);
}
