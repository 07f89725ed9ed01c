#include "hooked.h"
#include "entry.h"
#include "base/file.h"
#include "base/memory.h"
#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

static void process_unhook(struct hooked_process *p)
{
	array_each (&p->links, link)
		close(*link);
	array_free(&p->links);
	close(p->process);
}

static void drop(struct hooked *h, size_t at)
{
	struct hooked_process *p = &h->items.items[at];

	bpf_map_delete_elem(h->map, &p->pid);
	process_unhook(p);
	*p = h->items.items[--h->items.count];
}

/* Also where it is a zombie. */
static bool has_ended(const struct hooked_process *p)
{
	char byte;

	return readlinkat(p->process, "exe", &byte, 1) < 0 && (errno == ENOENT || errno == ESRCH);
}

/* One, and not all: to take hooks away costs tens of milliseconds, in which nothing is taken from the ring. */
static void drop_ended(struct hooked *h)
{
	for (size_t i = 0; i < h->items.count; i++) {
		if (has_ended(&h->items.items[i])) {
			drop(h, i);
			return;
		}
	}
}

static size_t find(const struct hooked *h, uint32_t pid)
{
	size_t at = 0;

	while (at < h->items.count && h->items.items[at].pid != pid)
		at++;
	return at;
}

static bool is_same(const struct hooked *h, uint32_t pid, const void *program)
{
	cleanup(cleanup_free) void *kept = memory_zeroed(h->bytes);

	return !bpf_map_lookup_elem(h->map, &pid, kept) && !memcmp(kept, program, h->bytes);
}

static int hook(struct hooked_process *p, const char *path, const struct hooked_entry *entries, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (!entries[i].offset)
			continue;
		int link = entry_hook(p->pid, path, entries[i].offset, entries[i].program);
		if (link < 0)
			return link;
		*array_push(&p->links) = link;
	}
	return 0;
}

static int open_process(uint32_t pid)
{
	char path[32];
	int process;

	snprintf(path, sizeof(path), "/proc/%" PRIu32, pid);
	process = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return process < 0 ? -errno : process;
}

int hooked_add(struct hooked *h, uint32_t pid, const char *path, const void *program,
               const struct hooked_entry *entries, size_t count)
{
	size_t at = find(h, pid);
	bool known = at < h->items.count;

	if (known && !has_ended(&h->items.items[at]) && is_same(h, pid, program))
		return 0;
	if (known)
		drop(h, at);
	if (h->items.count == HOOKED_MOST)
		drop_ended(h);
	if (h->items.count == HOOKED_MOST) {
		keyed_add(&h->refused, pid, 0);
		return -ENOSPC;
	}
	int process = open_process(pid);
	if (process < 0)
		return process;
	struct hooked_process *p = array_push(&h->items);
	*p = (struct hooked_process){ .pid = pid, .process = process };
	int err = bpf_map_update_elem(h->map, &pid, program, BPF_ANY) ? -errno : hook(p, path, entries, count);
	if (err)
		drop(h, h->items.count - 1);
	return err;
}

bool hooked_refused(const struct hooked *h, uint32_t pid)
{
	return keyed_has(&h->refused, pid) && find(h, pid) == h->items.count;
}

void hooked_free(struct hooked *h)
{
	array_each (&h->items, p)
		process_unhook(p);
	array_free(&h->items);
	keyed_free(&h->refused);
}
