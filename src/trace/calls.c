/* The table of calls, read when the watch ends: rows of failures become facts, rows of what passed go into those of the
 * same process. */
#include "collect.h"
#include "base/clock.h"
#include <bpf/bpf.h>
#include <errno.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

/* A call that passed, by a process that had failed before. */
struct pass {
	uint32_t process;
	enum failed_call call;
	bool known; /* its target */
	struct endpoint target;
	uint64_t count, last_unix_ms;
};

typedef ARRAY(struct pass) pass_list;

static const enum failed_call call_of[] = {
	[RECORD_CALL_BIND] = CALL_BIND,     [RECORD_CALL_CONNECT] = CALL_CONNECT, [RECORD_CALL_LISTEN] = CALL_LISTEN,
	[RECORD_CALL_ACCEPT] = CALL_ACCEPT, [RECORD_CALL_SOCKET] = CALL_SOCKET,
};

static uint64_t boot_to_unix_ms(const struct events *e, uint64_t boot_ns)
{
	return clock_unix_ms() - (clock_boot_ns() - boot_ns - e->boot_offset_ns) / NS_PER_MS;
}

/* Arguments end with a NUL byte each; a process may have written anything over them. */
static const char *command_text(struct moment *m, const struct record_caller *row)
{
	size_t length = MIN(row->command_bytes, (uint32_t)RECORD_COMMAND_BYTES);
	char command[RECORD_COMMAND_BYTES];

	while (length && !row->command[length - 1])
		length--;
	for (size_t i = 0; i < length; i++)
		command[i] = row->command[i] ? row->command[i] : ' ';
	return length ? arena_strndup(m->arena, command, length) : NULL;
}

/* As a line of /proc/PID/cgroup; NULL: the hierarchy of version 2 does not tell where it was. */
static const char *cgroup_text(struct moment *m, const struct record_caller *row)
{
	TEXT_CLEANUP path = { 0 };

	for (size_t i = RECORD_CGROUPS; i-- > 0;)
		if (row->cgroups[i][0])
			text_printf(&path, "/%.*s", RECORD_CGROUP_BYTES, row->cgroups[i]);
	return path.length ? arena_printf(m->arena, "0::%s", path.bytes) : NULL;
}

/* The process that a row names: it may hold nothing at either look, or have ended by now. */
static uint32_t caller_process(const struct events *e, struct moment *m, const struct record_call_key *key,
                               uint32_t netns)
{
	struct record_caller_key caller = { .start_boot_ns = key->start_boot_ns, .tgid = key->tgid };
	uint32_t index = moment_process(m, key->tgid, key->start_boot_ns + e->boot_offset_ns);
	struct process *p = &m->processes.items[index];
	struct record_caller row;

	if (p->ended_in || p->cmdline || bpf_map_lookup_elem(e->calls.callers_map, &caller, &row))
		return index;
	p->uid = row.uid;
	p->ppid = row.ppid;
	p->netns = netns;
	memcpy(p->comm, row.comm, sizeof(p->comm) - 1);
	p->cmdline = command_text(m, &row);
	p->ended_in = cgroup_text(m, &row);
	return index;
}

static void add_failure(const struct events *e, struct moment *m, const struct record_call_key *key,
                        const struct record_calls *row, uint32_t netns)
{
	uint32_t process = caller_process(e, m, key, netns);
	bool v6 = key->target == RECORD_TARGET_V6;

	*array_push(&m->failures) = (struct failure){
		.process = process,
		.netns = netns,
		.count = row->count,
		.first_unix_ms = boot_to_unix_ms(e, row->first_boot_ns),
		.last_unix_ms = boot_to_unix_ms(e, row->last_boot_ns),
		.target = events_endpoint(key->address, key->port, v6),
		.source = events_endpoint(row->source, row->source_port, v6),
		.elsewhere = { .addr = addr_v4(0) },
		.call = call_of[key->call],
		.target_known = v6 || key->target == RECORD_TARGET_V4,
		.many = key->target == RECORD_TARGET_MANY,
		.error = key->error,
	};
}

static void add_pass(const struct events *e, struct moment *m, const struct record_call_key *key,
                     const struct record_calls *row, pass_list *passes)
{
	bool v6 = key->target == RECORD_TARGET_V6;

	*array_push(passes) = (struct pass){
		.process = moment_process(m, key->tgid, key->start_boot_ns + e->boot_offset_ns),
		.call = call_of[key->call],
		.known = v6 || key->target == RECORD_TARGET_V4,
		.target = events_endpoint(key->address, key->port, v6),
		.count = row->count,
		.last_unix_ms = boot_to_unix_ms(e, row->last_boot_ns),
	};
}

static int compare_passes(const void *a, const void *b)
{
	const struct pass *x = a, *y = b;
	int order = CMP(x->process, y->process);

	return order ? order : CMP(x->last_unix_ms, y->last_unix_ms);
}

/* bind() to port 0 is no other port: clients do it all the time; listen() then shows which one it became. */
static bool is_elsewhere(const struct failure *f, const struct pass *p)
{
	if (f->call == CALL_BIND)
		return (p->call == CALL_BIND || p->call == CALL_LISTEN) && p->target.port != f->target.port &&
		       (p->target.port || !p->known);
	return p->call == f->call;
}

static void follow(struct failure *f, const struct pass *p)
{
	if (p->last_unix_ms < f->first_unix_ms)
		return;
	if (p->call == f->call && p->known && f->target_known && endpoint_same(&p->target, &f->target)) {
		f->passed = p->count;
		f->passed_last_unix_ms = p->last_unix_ms;
	} else if (is_elsewhere(f, p)) {
		f->passed_elsewhere += p->count;
		if (p->known)
			f->elsewhere = p->target;
	}
}

static void follow_all(struct moment *m, const pass_list *passes)
{
	array_each (&m->failures, f) {
		size_t low = 0, high = passes->count;
		while (low < high) {
			size_t middle = low + (high - low) / 2;
			if (passes->items[middle].process < f->process)
				low = middle + 1;
			else
				high = middle;
		}
		for (; low < passes->count && passes->items[low].process == f->process; low++)
			follow(f, &passes->items[low]);
	}
}

static int compare_failures(const void *a, const void *b)
{
	const struct failure *x = a, *y = b;

	return CMP(x->first_unix_ms, y->first_unix_ms);
}

/* The file that this process runs, as the kernel has it. */
struct own {
	uint64_t inode;
	uint32_t device;
};

static struct own own_file(void)
{
	struct stat st;

	if (stat("/proc/self/exe", &st))
		return (struct own){ 0 };
	return (struct own){ .inode = st.st_ino, .device = major(st.st_dev) << 20 | minor(st.st_dev) };
}

/* Another command of ours at work: `ports --probe` takes the ports that it asks about, and some are refused. Known by
 * the file it runs, not by its name alone, which anybody may take; the lab's roles run that file under names of their
 * own. */
static bool is_own(const struct events *e, const struct record_call_key *key, const struct own *own)
{
	struct record_caller_key caller = { .start_boot_ns = key->start_boot_ns, .tgid = key->tgid };
	struct record_caller row;

	return own->inode && !bpf_map_lookup_elem(e->calls.callers_map, &caller, &row) && row.exe_inode == own->inode &&
	       row.exe_device == own->device && !strncmp(row.comm, program_invocation_short_name, sizeof(row.comm) - 1);
}

int calls_collect(const struct events *e, struct moment *m)
{
	const struct own own = own_file();
	int map = e->calls.calls_map;
	struct record_call_key key, *previous = NULL;
	struct record_calls row;
	pass_list passes = { 0 };
	int err = 0;

	for (; events_next_row(map, previous, &key, &row, &err); previous = &key) {
		uint32_t netns = moment_netns(m, key.netns);
		if (!events_in_scope(m, netns) || is_own(e, &key, &own))
			continue;
		if (key.error)
			add_failure(e, m, &key, &row, netns);
		else
			add_pass(e, m, &key, &row, &passes);
	}
	array_sort(&passes, compare_passes);
	array_sort(&m->failures, compare_failures);
	follow_all(m, &passes);
	array_free(&passes);
	return err;
}
