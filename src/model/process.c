#include "process.h"
#include "base/memory.h"
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
