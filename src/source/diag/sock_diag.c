/* The second best source: the kernel's lists of sockets joined with the links of /proc/PID/fd by inode. Works
 * without BPF and for every user; what it cannot tell is left unknown, what it may not see is a gap.
 *
 * Lists first, then descriptors. A socket that some descriptor shows and no list does is of another family, or
 * in no table: never connected, or dead and still held. A copy of the descriptor is asked which. */
#include "source/source.h"
#include "source/descriptors.h"
#include "diag.h"
#include "source/hiding.h"
#include "source/privilege.h"
#include "model/window.h"
#include "source/survey.h"
#include <errno.h>
#include <inttypes.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

enum { DUMP_TRIES = 3 };

/* Somebody with sockets; becomes a process of the moment with the first of TCP. */
struct owner {
	struct descriptor_owner facts;
	uint32_t process; /* HOLDER_NONE so far */
	uint64_t netns;   /* 0: not known */
};

/* A held socket that no list showed. */
struct stray {
	uint64_t inode;
	uint32_t owner, fd;
};

struct inode_key {
	uint64_t inode;
	uint32_t position; /* in the moment's sockets */
};

struct gathering {
	struct survey *survey;
	struct moment *moment;
	struct look look;
	uint32_t netns; /* of the dump that runs */
	ARRAY(struct inode_key) keys;
	struct index inodes;
	ARRAY(struct stray) strays;
	struct hideouts hiding;
	ARRAY(struct owner) owners;
	uint32_t closed; /* strays that could not be asked */
	bool holes;      /* a dump was interrupted each time */
};

static void take_facts(void *context, const struct socket *facts)
{
	struct gathering *g = context;
	struct socket s = *facts;

	if (socket_has(&s, SOCKET_MPTCP) && !s.inode)
		return; /* nobody holds it (yet, or any more): its subflows are told */
	s.netns = g->netns;
	look_put(&g->look, &s);
}

/* The table of one namespace. */
static int dump_namespace(struct gathering *g, uint32_t netns)
{
	cleanup(diag_cleanup) struct diag *d = NULL;
	int err = survey_enter(g->survey, netns);

	if (err)
		return 0; /* told by the survey */
	err = diag_open(&d);
	g->netns = netns;
	for (int tries = 0; !err; tries++) {
		err = diag_dump(d, take_facts, g);
		if (err != -EINTR)
			break;
		g->holes |= tries + 1 == DUMP_TRIES;
		err = 0;
		if (tries + 1 == DUMP_TRIES)
			break;
	}
	g->moment->netns.items[netns].table_seen = !err;
	return err;
}

static int dump_new_namespaces(struct gathering *g)
{
	struct moment *m = g->moment;
	int err = 0;

	survey_count(g->survey);
	for (uint32_t i = 0; i < g->survey->rows.count && !err; i++) {
		if (!m->netns.items[i].in_scope || m->netns.items[i].table_seen)
			continue;
		m->netns.items[i].table_seen = true;
		if (survey_needs_walk(g->survey, i, 0, 0))
			err = dump_namespace(g, i);
	}
	doors_leave(&g->survey->doors);
	return err;
}

static struct socket *socket_by_inode(struct gathering *g, uint64_t inode)
{
	uint32_t found = index_find(&g->inodes, inode);

	return found == INDEX_NONE ? NULL : &g->moment->sockets.items[g->keys.items[found].position];
}

/* The connection of Multipath TCP and its first subflow have one inode: the program holds the connection. */
static void index_some(struct gathering *g, bool mptcp)
{
	for (uint32_t i = 0; i < g->moment->sockets.count; i++) {
		struct socket *s = &g->moment->sockets.items[i];
		if (!s->inode || mptcp != socket_has(s, SOCKET_MPTCP) || look_find(&g->look, s->cookie) != s)
			continue;
		const struct socket *known = socket_by_inode(g, s->inode);
		if (known && !mptcp && socket_has(known, SOCKET_MPTCP)) {
			s->flags |= SOCKET_SUBFLOW;
			s->unowned = UNOWNED_KERNEL;
		}
		if (known)
			continue;
		*array_push(&g->keys) = (struct inode_key){ s->inode, i };
		index_move(&g->inodes, &g->keys.items[0].inode);
		index_add(&g->inodes, (uint32_t)g->keys.count - 1);
	}
}

/* Which socket has this inode? Built anew whenever sockets were added. */
static void index_inodes(struct gathering *g)
{
	index_free(&g->inodes);
	g->keys.count = 0;
	index_init(&g->inodes, NULL, sizeof(struct inode_key), g->moment->sockets.count);
	index_some(g, true);
	index_some(g, false);
}

static uint64_t netns_of(uint32_t pid)
{
	char path[32];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%" PRIu32 "/ns/net", pid);
	return stat(path, &st) ? 0 : st.st_ino;
}

static struct owner *owner_of(struct gathering *g, const struct descriptor_owner *facts)
{
	struct owner *last = g->owners.count ? &g->owners.items[g->owners.count - 1] : NULL;

	if (last && last->facts.pid == facts->pid)
		return last;
	struct owner *new = array_push(&g->owners);
	*new = (struct owner){ *facts, HOLDER_NONE, netns_of(facts->pid) };
	return new;
}

static uint32_t process_of(struct gathering *g, struct owner *o)
{
	if (o->process != HOLDER_NONE)
		return o->process;
	uint32_t netns = o->netns ? moment_netns(g->moment, o->netns) : NETNS_UNKNOWN;
	o->process = moment_process(g->moment, o->facts.pid, o->facts.stat.start_boot_ns);
	struct process *p = &g->moment->processes.items[o->process];
	p->netns = netns;
	p->ppid = o->facts.stat.ppid;
	p->uid = o->facts.uid;
	memcpy(p->comm, o->facts.stat.comm, sizeof(p->comm));
	return o->process;
}

static void found_descriptor(void *context, const struct descriptor_owner *facts, const struct descriptor *d)
{
	struct gathering *g = context;

	if (d->kind == DESCRIPTOR_RING) {
		*array_push(&g->hiding.rings) = (struct ring){ facts->pid, d->fd };
		return;
	}
	if (d->kind == DESCRIPTOR_NETNS) {
		if (survey_is_wide(g->survey))
			doors_add_file(&g->survey->doors, d->inode, facts->pid, d->fd);
		return;
	}
	struct owner *o = owner_of(g, facts);
	struct socket *s = socket_by_inode(g, d->inode);
	if (s)
		moment_hold(g->moment, s, process_of(g, o), d->fd);
	else
		*array_push(&g->strays) = (struct stray){ d->inode, (uint32_t)(o - g->owners.items), d->fd };
}

static void found_task(void *context, uint32_t pid, uint32_t tid, uint64_t netns)
{
	struct gathering *g = context;

	doors_add_task(&g->survey->doors, netns, pid, tid);
}

/* Its own namespace may be one that nothing else leads to. 0 if it cannot be asked. */
static uint64_t namespace_of(int fd)
{
	cleanup(cleanup_close) int ns = ioctl(fd, SIOCGSKNS);
	struct stat st;

	return ns < 0 || fstat(ns, &st) ? 0 : st.st_ino;
}

/* In one namespace, only its own processes are asked, unless nothing but a socket may lead there: a process that
 * is elsewhere and holds a dead connection of this one is rare, and copies of all sockets of a host are dear. */
static bool is_worth_asking(const struct gathering *g, const struct owner *o)
{
	uint64_t wanted = g->survey->request->netns;

	return !wanted || !o->netns || o->netns == wanted || !g->survey->rows.count ||
	       !survey_counted(g->survey, wanted);
}

static void ask_copy(struct gathering *g, const struct stray *s, int fd)
{
	const struct owner *o = &g->owners.items[s->owner];
	uint64_t netns = namespace_of(fd);
	struct socket facts;
	struct stat st;

	if (fstat(fd, &st) || st.st_ino != s->inode)
		return;
	if (netns && survey_is_wide(g->survey))
		doors_add_socket(&g->survey->doors, netns, o->facts.pid, s->fd);
	netns = netns ? netns : g->survey->doors.home_inode;
	if ((g->survey->request->netns && netns != g->survey->request->netns) || !diag_ask(fd, &facts))
		return;
	facts.inode = (uint32_t)s->inode;
	facts.netns = moment_netns(g->moment, netns);
	facts.uid = (uint32_t)st.st_uid;
	look_put(&g->look, &facts);
}

/* All strays of one owner, by one handle on the process. */
static void ask_owner(struct gathering *g, const struct owner *o, const struct stray *strays, size_t count)
{
	cleanup(cleanup_close) int process = (int)syscall(SYS_pidfd_open, o->facts.pid, 0);

	for (size_t i = 0; i < count && process >= 0; i++) {
		cleanup(cleanup_close) int fd = (int)syscall(SYS_pidfd_getfd, process, strays[i].fd, 0);
		if (fd >= 0)
			ask_copy(g, &strays[i], fd);
		else /* or it has been closed meanwhile */
			g->closed += errno == EPERM || errno == EACCES || errno == ENOSYS;
	}
}

static int compare_inodes(const void *a, const void *b)
{
	return CMP(((const struct stray *)a)->inode, ((const struct stray *)b)->inode);
}

static int compare_owners(const void *a, const void *b)
{
	return CMP(((const struct stray *)a)->owner, ((const struct stray *)b)->owner);
}

/* One holder of each socket is asked. */
static void ask_each_once(struct gathering *g)
{
	ARRAY(struct stray) asked = { 0 };
	size_t first = 0;

	array_sort(&g->strays, compare_inodes);
	array_each (&g->strays, s)
		if (s == g->strays.items || s[-1].inode != s->inode)
			*array_push(&asked) = *s;
	array_sort(&asked, compare_owners);
	for (size_t i = 1; i <= asked.count; i++) {
		const struct owner *o = &g->owners.items[asked.items[first].owner];
		if (i < asked.count && asked.items[i].owner == asked.items[first].owner)
			continue;
		if (is_worth_asking(g, o))
			ask_owner(g, o, asked.items + first, i - first);
		first = i;
	}
	array_free(&asked);
}

static int ask_strays(struct gathering *g)
{
	if (!g->strays.count)
		return 0;
	ask_each_once(g);
	int err = dump_new_namespaces(g);
	index_inodes(g);
	array_each (&g->strays, s) {
		struct socket *found = socket_by_inode(g, s->inode);
		if (found)
			moment_hold(g->moment, found, process_of(g, &g->owners.items[s->owner]), s->fd);
	}
	return err;
}

/* Namespaces first if all are asked for, so that their tables are dumped before the descriptors are read. */
static int find_namespaces(struct gathering *g)
{
	struct descriptor_walk w = { .task = found_task, .context = g, .only_tasks = true };

	return survey_is_wide(g->survey) ? descriptors_walk(&w) : 0;
}

static int gather(struct gathering *g, struct descriptor_walk *w)
{
	int err = find_namespaces(g);

	if (!err)
		err = dump_new_namespaces(g);
	if (err)
		return err;
	index_inodes(g);
	err = descriptors_walk(w);
	return err ? err : ask_strays(g);
}

static const char *why_unreadable(const struct descriptor_walk *w, struct arena *arena)
{
	TEXT_CLEANUP who = { 0 };

	text_add_shown(&who, *w->unread.stat.comm ? w->unread.stat.comm : "process ");
	text_printf(&who, "[%" PRIu32 "]", w->unread.pid);
	if (w->unreadable > 1)
		text_printf(&who, " and %" PRIu32 " more", w->unreadable - 1);
	if (w->why != -EACCES && w->why != -EPERM)
		text_printf(&who, ": %s", strerror(-w->why));
	else if (w->unreadable > 1)
		text_add(&who, " are other users', or have more rights than this one");
	else
		text_add(&who, " is another user's, or has more rights than this one");
	return arena_strdup(arena, who.bytes);
}

static void tell_unreadable(struct moment *m, const struct descriptor_walk *w)
{
	bool denied = w->why == -EACCES || w->why == -EPERM;

	if (!w->unreadable)
		return;
	moment_gap(m,
	           arena_printf(m->arena, "the descriptors of %" PRIu32 " of %" PRIu32 " processes", w->unreadable,
	                        w->processes),
	           why_unreadable(w, m->arena), denied ? privilege_mend(m->arena) : NULL);
}

static void tell_gaps(struct gathering *g, const struct descriptor_walk *w)
{
	struct moment *m = g->moment;

	tell_unreadable(m, w);
	if (g->closed)
		moment_gap(m, "connections that died and are still held",
		           arena_printf(m->arena,
		                        "they are in no list of the kernel's, and %" PRIu32
		                        " sockets could not be asked (pidfd_getfd is not allowed)",
		                        g->closed),
		           privilege_mend(m->arena));
	if (g->holes)
		moment_gap(m, "some sockets", "the kernel's table changed each time while it was read", NULL);
}

static int diag_source_look(void *state, struct survey *v, bool second)
{
	struct gathering g = { .survey = v, .moment = v->moment };
	struct descriptor_walk w = { .found = found_descriptor, .context = &g };

	look_begin(&g.look, v->moment, second);
	int err = gather(&g, &w);
	if (err)
		look_drop(&g.look);
	else
		look_end(&g.look);
	g.hiding.unreadable = w.unreadable;
	if (!err) {
		hiding_judge(&g.hiding, v->moment);
		tell_gaps(&g, &w);
	}
	index_free(&g.inodes);
	array_free(&g.keys);
	array_free(&g.strays);
	array_free(&g.owners);
	array_free(&g.hiding.rings);
	return err;
}

static int diag_source_open(const struct source_request *request, struct arena *arena, void **ret_state,
                            struct gap *ret_why)
{
	cleanup(diag_cleanup) struct diag *d = NULL;
	int err = diag_open(&d);

	if (!err)
		err = diag_probe(d);
	if (err)
		*ret_why =
		        (struct gap){ "the sockets of this host",
			              arena_printf(arena, "the kernel's sock_diag does not answer: %s", strerror(-err)),
			              err == -ENOENT ? "sudo modprobe tcp_diag" : NULL };
	*ret_state = NULL;
	return err;
}

static void diag_source_close(void *state)
{
}

const struct source_kind source_sock_diag = {
	.name = "sock_diag",
	.open = diag_source_open,
	.look = diag_source_look,
	.close = diag_source_close,
};
