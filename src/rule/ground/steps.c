#include "steps.h"
#include "budgets.h"
#include "model/command.h"
#include "model/port/relief.h"
#include <limits.h>

void advise_restart(struct inquiry *q, struct finding *f, uint32_t process, const char *effect)
{
	const struct process *p = &q->moment->processes.items[process];
	const char *command = command_restart(p, q->arena);

	if (p->container)
		finding_now(f,
		            arena_printf(q->arena, "restart container %.*s with it: %s",
		                         p->container_name ? INT_MAX : CONTAINER_ID_SHOWN,
		                         p->container_name ?: p->container, effect),
		            NULL);
	else if (command)
		finding_now(f, arena_printf(q->arena, "restart it: %s", effect), command);
	else if (p->unit)
		finding_now(f, arena_printf(q->arena, "restart it (pid %u, unit %s): %s", p->pid, p->unit, effect),
		            NULL);
	else
		finding_now(f, arena_printf(q->arena, "restart it (pid %u, no system service): %s", p->pid, effect),
		            NULL);
}

/* sysctl prints a setting as sysctl.d has it. The name comes after 99-sysctl.conf, which is /etc/sysctl.conf. */
void advise_keep(struct inquiry *q, struct finding *f, const char *setting)
{
	const struct moment *m = q->moment;

	if (f->netns < m->netns.count && m->netns.items[f->netns].self)
		finding_for_good(f, "to keep it beyond a reboot, once it has helped",
		                 arena_printf(q->arena, "sysctl %s >>/etc/sysctl.d/99-unfin.conf", setting));
}

void advise_reliefs(struct inquiry *q, struct finding *f, const struct port_budget *b)
{
	struct port_reliefs reliefs = { 0 };

	port_reliefs(inquiry_ports(q), b, q->arena, &reliefs);
	array_each (&reliefs.rows, r) {
		(r->in_program ? finding_for_good : finding_now)(f, r->text, r->command);
		if (r->setting)
			advise_keep(q, f, r->setting);
	}
	port_reliefs_free(&reliefs);
}
