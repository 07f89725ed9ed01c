#include "cell.h"
#include "base/format.h"
#include "base/memory.h"

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

	process_add_comm(t, p);
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

	moment_each_holder (m, v->holders.socket, h) {
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
	cleanup(cleanup_free) char *id = memory_strndup(p->container, CONTAINER_ID_SHOWN);

	text_add_shown(t, p->container_name ?: id);
}

static void cell_host(struct text *t, const struct addr *a, const struct cell_style *style)
{
	const char *name = style->host_of ? style->host_of(style->names, a) : NULL;

	if (name)
		text_add_shown(t, name);
	else
		addr_format(t, a);
}

static void cell_endpoint(struct text *t, const struct endpoint *e, const struct cell_style *style)
{
	const char *host = style->host_of ? style->host_of(style->names, &e->addr) : NULL;
	const char *service = style->service_of ? style->service_of(style->names, e->port) : NULL;

	if (!host && !service) {
		endpoint_format(t, e);
		return;
	}
	bool brackets = !host && e->addr.v6;
	text_add(t, brackets ? "[" : "");
	cell_host(t, &e->addr, style);
	text_add(t, brackets ? "]:" : ":");
	if (service)
		text_add_shown(t, service);
	else
		text_add_u64(t, e->port);
}

void cell_add(struct text *t, const struct value *v, const struct cell_style *style)
{
	switch (v->kind) {
	case VALUE_NONE:
		text_add_char(t, '-');
		break;
	case VALUE_NAMED:
		if (v->named.label)
			text_add_shown(t, v->named.label);
		else
			text_add_u64(t, v->number);
		break;
	case VALUE_TEXT:
		text_add_shown(t, v->text);
		break;
	case VALUE_STATE:
		text_add(t, state_people((enum tcp_state)v->number));
		break;
	case VALUE_ADDRESS:
		cell_host(t, &v->endpoint.addr, style);
		break;
	case VALUE_ENDPOINT:
		cell_endpoint(t, &v->endpoint, style);
		break;
	case VALUE_YESNO:
		text_add(t, v->number ? "yes" : "no");
		break;
	case VALUE_DURATION:
		cell_duration(t, v);
		break;
	case VALUE_HOLDERS:
		cell_holders(t, v, style->wide);
		break;
	case VALUE_CONTAINER:
		cell_container(t, v->process);
		break;
	default:
		value_format(t, v);
	}
}

/* What is unfinished stands out, what is only waiting for its end steps back. */
const char *cell_color(const struct value *v)
{
	if (v->kind == VALUE_NONE)
		return "\033[2m";
	if (v->kind != VALUE_STATE)
		return NULL;
	switch (v->number) {
	case STATE_CLOSE_WAIT:
		return "\033[1;33m";
	case STATE_TIME_WAIT:
		return "\033[2m";
	case STATE_LISTEN:
		return "\033[36m";
	case STATE_ESTABLISHED:
		return "\033[32m";
	default:
		return "\033[33m";
	}
}
