#include "cell.h"
#include "base/format.h"

enum { HOLDERS_SHOWN = 3 };

/* 3h12m: exactly; 1m..10m: between; >1m: longer than. */
static void cell_duration(struct text *t, const struct value *v)
{
	if (v->range.high == UINT64_MAX)
		text_add_char(t, '>');
	format_short(t, v->range.low);
	if (v->range.high == UINT64_MAX || v->range.high == v->range.low)
		return;
	text_add(t, "..");
	format_short(t, v->range.high);
}

static void cell_holder(struct text *t, const struct moment *m, const struct holder *h, bool wide)
{
	const struct process *p = &m->processes.items[h->process];

	text_add_shown(t, p->comm);
	text_add_char(t, '(');
	text_add_u64(t, p->pid);
	if (wide) {
		text_add(t, ",fd=");
		text_add_u64(t, h->fd);
	}
	text_add_char(t, ')');
}

static void cell_holders(struct text *t, const struct value *v, bool wide)
{
	const struct moment *m = v->holders.moment;
	uint32_t before = HOLDER_NONE;
	unsigned shown = 0, more = 0;

	moment_each_holder(m, v->holders.socket, h)
	{
		if (!wide && h->process == before)
			continue; /* one process with two descriptors */
		before = h->process;
		if (!wide && shown == HOLDERS_SHOWN) {
			more++;
			continue;
		}
		if (shown++)
			text_add_char(t, ',');
		cell_holder(t, m, h, wide);
	}
	if (more)
		text_printf(t, ",+%u", more);
	if (shown)
		return;
	text_add(t, "- ");
	text_add(t, unowned_name(v->holders.socket->unowned) ?: "");
}

static void cell_container(struct text *t, const struct process *p)
{
	cleanup(cleanup_free) char *id = strndup(p->container, 12); /* as much of it as docker ps shows */

	text_add_shown(t, p->container_name ?: id ?: "");
}

void cell_add(struct text *t, const struct value *v, bool wide)
{
	switch (v->kind) {
	case VALUE_NONE:
		text_add_char(t, '-');
		break;
	case VALUE_TEXT:
		text_add_shown(t, v->text);
		break;
	case VALUE_STATE:
		text_add(t, state_people((enum tcp_state)v->number));
		break;
	case VALUE_YESNO:
		text_add(t, v->number ? "yes" : "no");
		break;
	case VALUE_DURATION:
		cell_duration(t, v);
		break;
	case VALUE_HOLDERS:
		cell_holders(t, v, wide);
		break;
	case VALUE_CONTAINER:
		cell_container(t, v->process);
		break;
	default:
		value_format(t, v);
	}
}
