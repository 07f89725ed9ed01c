#include "value.h"
#include "base/format.h"

uint64_t value_holder_count(const struct value *v)
{
	uint64_t count = 0;

	moment_each_holder (v->holders.moment, v->holders.socket, h)
		count++;
	return count;
}

static int endpoint_compare(const struct endpoint *a, const struct endpoint *b)
{
	return addr_compare(&a->addr, &b->addr) ?: CMP(a->port, b->port);
}

static int holders_compare(const struct value *a, const struct value *b)
{
	const struct process *p = moment_owner(a->holders.moment, a->holders.socket);
	const struct process *q = moment_owner(b->holders.moment, b->holders.socket);

	if (!p || !q)
		return CMP(!p, !q);
	return strcmp(p->comm, q->comm) ?: CMP(p->pid, q->pid);
}

static const char *container_label(const struct process *p)
{
	return p->container_name ?: p->container ?: "";
}

static int container_compare(const struct process *p, const struct process *q)
{
	return strcmp(container_label(p), container_label(q)) ?: strcmp(p->container ?: "", q->container ?: "");
}

int value_compare(const struct value *a, const struct value *b)
{
	if (a->kind != b->kind)
		return a->kind == VALUE_NONE ? 1 : b->kind == VALUE_NONE ? -1 : CMP(a->kind, b->kind);
	switch (a->kind) {
	case VALUE_NONE:
		return 0;
	case VALUE_TEXT:
	case VALUE_WORD:
		return strcmp(a->text, b->text);
	case VALUE_ADDRESS:
	case VALUE_ENDPOINT:
		return endpoint_compare(&a->endpoint, &b->endpoint);
	case VALUE_DURATION:
		return CMP(a->range.low, b->range.low) ?: CMP(a->range.high, b->range.high);
	case VALUE_HOLDERS:
		return holders_compare(a, b);
	case VALUE_CONTAINER:
		return container_compare(a->process, b->process);
	default:
		return CMP(a->number, b->number);
	}
}

int value_order(const struct value *a, const struct value *b, bool descending)
{
	int order = value_compare(a, b);

	return descending && a->kind == b->kind ? -order : order;
}

bool value_equal(const struct value *a, const struct value *b)
{
	return value_compare(a, b) == 0;
}

static void format_holders(struct text *t, const struct value *v)
{
	const char *between = "";

	moment_each_holder (v->holders.moment, v->holders.socket, h) {
		const struct process *p = &v->holders.moment->processes.items[h->process];
		text_add(t, between);
		text_add(t, p->comm);
		text_add_char(t, '(');
		text_add_u64(t, p->pid);
		text_add_char(t, ')');
		between = ",";
	}
}

void value_format(struct text *t, const struct value *v)
{
	switch (v->kind) {
	case VALUE_NONE:
		break;
	case VALUE_NUMBER:
	case VALUE_NAMED:
		text_add_u64(t, v->number);
		break;
	case VALUE_YESNO:
		text_add(t, v->number ? "true" : "false");
		break;
	case VALUE_TEXT:
	case VALUE_WORD:
		text_add(t, v->text);
		break;
	case VALUE_STATE:
		text_add(t, state_json((enum tcp_state)v->number));
		break;
	case VALUE_ADDRESS:
		addr_format(t, &v->endpoint.addr);
		break;
	case VALUE_ENDPOINT:
		endpoint_format(t, &v->endpoint);
		break;
	case VALUE_DURATION:
		text_add_u64(t, v->range.low);
		break;
	case VALUE_TIME:
		format_rfc3339(t, v->number);
		break;
	case VALUE_HOLDERS:
		format_holders(t, v);
		break;
	case VALUE_CONTAINER:
		text_add(t, container_label(v->process));
		break;
	}
}
