#include "restarts.h"
#include "base/clock.h"
#include "history/restart.h"
#include "power/confined.h"
#include "power/power.h"
#include "source/proc.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/stat.h>

enum { TIME_MS = 2000 };

/* Of each site its process, and after all of them its parent, where that is the same program: a worker's starts are
 * not those of the program. */
struct asking {
	struct captures *captures;
	const char *folder;
	struct restart *restarts;
	size_t count;
	int err;
};

static void forget(void *context)
{
	const struct asking *a = context;

	if (a->captures)
		captures_leave(a->captures);
}

/* Whose history it is may read it. */
static void find_owner(void *context, struct confined_user *become)
{
	struct asking *a = context;
	struct stat st;

	a->err = stat(a->folder, &st) ? -errno : 0;
	if (!a->err)
		*become = (struct confined_user){ st.st_uid, st.st_gid };
}

static void ask(void *context, int out)
{
	struct asking *a = context;
	int err = a->err ?: restarts_read(a->folder, clock_unix_ms(), a->restarts, a->count);

	if (confined_write(out, &err, sizeof(err)))
		confined_write(out, a->restarts, a->count * sizeof(*a->restarts));
}

static int ask_child(struct asking *a)
{
	struct confined c = { .forget = forget,
		              .open = find_owner,
		              .work = ask,
		              .context = a,
		              .time_ms = TIME_MS,
		              .most = sizeof(int) + a->count * sizeof(*a->restarts),
		              .needs = POWER_HISTORY,
		              .become = { CONFINED_NOBODY, CONFINED_NOBODY } };
	TEXT_CLEANUP said = { 0 };
	int err = confined_run(&c, &said), answer;

	if (err || said.length != c.most)
		return err ?: -EIO;
	memcpy(&answer, said.bytes, sizeof(answer));
	memcpy(a->restarts, said.bytes + sizeof(answer), a->count * sizeof(*a->restarts));
	return answer;
}

static bool read_stat(uint32_t pid, struct proc_stat *ret)
{
	char name[32];

	snprintf(name, sizeof(name), "/proc/%" PRIu32, pid);
	cleanup(cleanup_close) int dir = open(name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return dir >= 0 && !proc_read_stat(dir, ret);
}

/* It need not have a socket, so no look has it. */
static struct restart ask_of_parent(const struct process *p)
{
	uint64_t now_boot_ns, now_unix_ms;
	struct proc_stat own, parent;

	clock_now(&now_boot_ns, &now_unix_ms);
	if (!read_stat(p->pid, &own) || !own.ppid || !read_stat(own.ppid, &parent) || !streq(parent.comm, own.comm))
		return (struct restart){ 0 };
	return (struct restart){ .pid = own.ppid,
		                 .started_ms = now_unix_ms - (now_boot_ns - parent.start_boot_ns) / NS_PER_MS };
}

static const char *why_unknown(int err, const struct restart *r)
{
	if (err == -ENOENT)
		return "no agent remembers here when its program was started before (unfin agent)";
	if (err)
		return "what the agent remembers could not be read";
	if (!r->known)
		return "the agent has not seen it start as the only one of its program";
	return r->before_ms ? NULL : "the agent has not seen its program start before";
}

static void take(struct site_changes *c, const struct restart *own, const struct restart *parent, int err)
{
	const struct restart *r = own->known || !parent->known ? own : parent;

	c->why = why_unknown(err, r);
	if (c->why)
		return;
	c->from_ms = r->before_ms;
	c->to_ms = r->started_ms;
}

void restarts_find(site_list *sites, const struct moment *m, const char *folder, struct captures *captures)
{
	size_t count = sites->count;
	struct asking a = { .captures = captures, .folder = folder, .count = 2 * count };

	if (!count)
		return;
	cleanup(cleanup_free) struct restart *restarts = memory_zeroed(a.count * sizeof(*restarts));
	a.restarts = restarts;
	for (size_t i = 0; i < count; i++) {
		const struct process *p = &m->processes.items[sites->items[i].process];
		restarts[i] = (struct restart){ .pid = p->pid, .started_ms = p->start_unix_ms };
		restarts[count + i] = ask_of_parent(p);
	}
	int err = ask_child(&a);
	for (size_t i = 0; i < count; i++)
		take(&sites->items[i].changes, &restarts[i], &restarts[count + i], err);
}
