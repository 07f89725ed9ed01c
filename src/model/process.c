#include "process.h"
#include "base/memory.h"
#include "hash.h"
#include <limits.h>

/* `shop-api (3f2a4c5d6e7f)`; the id alone where no name is known, the name alone where it is the id. */
static void add_container(struct text *t, const struct process *p)
{
	bool named = p->container_name && !streq(p->container_name, p->container);

	if (named) {
		text_add_name(t, p->container_name);
		text_add(t, " (");
	}
	cleanup(cleanup_free) char *id =
	        memory_strndup(p->container, p->container_name && !named ? INT_MAX : CONTAINER_ID_SHOWN);
	text_add_name(t, id);
	if (named)
		text_add_char(t, ')');
}

void process_add_place(struct text *t, const struct process *p)
{
	if (p->container) {
		text_add(t, " in container ");
		add_container(t, p);
	}
	if (p->pod) {
		text_add(t, p->container ? " of pod " : " in pod ");
		text_add_name(t, p->pod);
	}
}

void process_add_comm(struct text *t, const struct process *p)
{
	if (strpbrk(p->comm, "()[]\"`,"))
		text_add_quoted(t, p->comm);
	else
		text_add_shown(t, p->comm);
}

void process_add_name(struct text *t, const struct process *p)
{
	process_add_comm(t, p);
	text_printf(t, "[%u]", p->pid);
}

void process_format(struct text *t, const struct process *p)
{
	process_add_name(t, p);
	process_add_place(t, p);
}

/* The kernel's word for a file whose name is gone says nothing of what is in it. */
static void add_file(struct text *t, const char *path, const struct program_file *f)
{
	static const char gone[] = " (deleted)";
	size_t length = strlen(path), end = strlen(gone);

	if (length > end && streq(path + length - end, gone))
		length -= end;
	cleanup(cleanup_free) char *name = memory_strndup(path, length);
	text_add(t, t->length ? " " : "");
	text_add_shown(t, name);
	if (f->content)
		text_printf(t, " (%08x)", f->content);
}

/* The end tells what was cut off from another that begins alike. */
static void bound(struct text *t, size_t most)
{
	enum { MARK_BYTES = 14 };
	size_t length = most - MARK_BYTES;

	if (t->length <= most)
		return;
	uint32_t sum = (uint32_t)hash_text(1, t->bytes);
	while ((t->bytes[length] & 0xc0) == 0x80)
		length--; /* not within a letter */
	t->length = length;
	text_printf(t, "... (%08x)", sum);
}

void process_add_release(struct text *t, const struct process *p)
{
	if (p->image) {
		text_add_shown(t, p->image);
		text_add_char(t, ':');
	}
	if (p->exe)
		add_file(t, p->exe, &p->exe_file);
	if (p->script)
		add_file(t, p->script_path ?: p->script, &p->script_file);
	if (!t->length)
		text_add_shown(t, p->comm);
	bound(t, RELEASE_BYTES);
}

const char *process_release(const struct process *p)
{
	return p->release ?: p->exe ?: p->comm;
}

/* A scope's name has a number or an id in it. */
size_t process_service(const struct process *p, const char **ret)
{
	static const char service_end[] = ".service";
	size_t length = p->unit ? strlen(p->unit) : 0, end = strlen(service_end);

	*ret = p->container_name ?: p->comm;
	if (p->container_name || length <= end || !streq(p->unit + length - end, service_end))
		return strlen(*ret);
	*ret = p->unit;
	return length - end;
}
