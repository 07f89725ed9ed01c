/* Does this socket match? The hot path: a million sockets, a few terms, no allocation but for patterns. */
#include "base/glob.h"
#include "node.h"

static bool ordered(enum compare how, int order)
{
	switch (how) {
	case IS:
		return order == 0;
	case IS_NOT:
		return order != 0;
	case LESS:
		return order < 0;
	case LESS_OR_SAME:
		return order <= 0;
	case MORE:
		return order > 0;
	default:
		return order >= 0;
	}
}

static bool compare_number(enum compare how, uint64_t a, uint64_t b)
{
	return ordered(how, CMP(a, b));
}

/* Only what is certain of a range of times: all of it must lie on that side. */
static bool compare_duration(enum compare how, const struct value *v, uint64_t ms)
{
	switch (how) {
	case LESS:
		return v->range.high < ms;
	case LESS_OR_SAME:
		return v->range.high <= ms;
	case MORE:
		return v->range.low > ms;
	case MORE_OR_SAME:
		return v->range.low >= ms;
	case IS:
		return v->range.low == ms && v->range.high == ms;
	default:
		return v->range.low > ms || v->range.high < ms;
	}
}

static bool endpoint_is(const struct term *t, const struct endpoint *e)
{
	return (t->any_host || addr_same(&e->addr, &t->value.endpoint.addr)) &&
	       (t->any_port || e->port == t->value.endpoint.port);
}

/* By its name, by its id, or by as much of the id as `docker ps` shows. */
static bool container_is(const struct process *p, const char *text)
{
	return streq(p->container, text) || (p->container_name && streq(p->container_name, text)) ||
	       (strlen(text) >= CONTAINER_ID_SHOWN && starts_with(p->container, text));
}

/* What stands behind SPACE/ in a field that has such texts, else the whole. */
static const char *name_alone(const struct term *t, const char *text)
{
	const char *slash = t->field->qualified ? strrchr(text, '/') : NULL;

	return slash ? slash + 1 : text;
}

static bool compare_value(const struct term *t, const struct value *v)
{
	bool same;

	switch (v->kind) {
	case VALUE_DURATION:
		return compare_duration(t->how, v, t->value.range.low);
	case VALUE_HOLDERS:
		return compare_number(t->how, value_holder_count(v), t->value.number);
	case VALUE_TEXT:
	case VALUE_WORD:
		same = streq(v->text, t->value.text) || streq(name_alone(t, v->text), t->value.text);
		break;
	case VALUE_ADDRESS:
		same = addr_same(&v->endpoint.addr, &t->value.endpoint.addr);
		break;
	case VALUE_ENDPOINT:
		same = endpoint_is(t, &v->endpoint);
		break;
	case VALUE_CONTAINER:
		same = container_is(v->process, t->value.text);
		break;
	default:
		return compare_number(t->how, v->number, t->value.number);
	}
	return same == (t->how == IS);
}

static bool like(const struct term *t, const struct value *v)
{
	TEXT_CLEANUP text = { 0 };

	if (v->kind == VALUE_TEXT || v->kind == VALUE_WORD)
		return glob_match(t->pattern, v->text) || glob_match(t->pattern, name_alone(t, v->text));
	if (v->kind == VALUE_CONTAINER && glob_match(t->pattern, v->process->container))
		return true;
	if (v->kind == VALUE_NAMED && v->named.label && glob_match(t->pattern, v->named.label))
		return true;
	value_format(&text, v);
	return glob_match(t->pattern, text.bytes);
}

static bool term_holds(const struct term *t, const struct moment *m, const struct socket *s, const struct holder *h)
{
	struct value v = t->field->get(t->field, m, s, h);

	if (t->unknown)
		return (v.kind == VALUE_NONE) == (t->how == IS);
	if (v.kind == VALUE_NONE)
		return false;
	if (t->how == LIKE)
		return like(t, &v);
	if (t->how == WITHIN)
		return addr_range_holds(&t->range, &v.endpoint.addr);
	return compare_value(t, &v);
}

static bool term_match(const struct term *t, const struct moment *m, const struct socket *s)
{
	const struct holder *h = moment_holder(m, s->first_holder);

	do {
		if (term_holds(t, m, s, h))
			return true;
		h = h && t->field->of_holder ? moment_holder(m, h->next) : NULL;
	} while (h);
	return false;
}

bool filter_match(const struct filter *f, const struct moment *m, const struct socket *s)
{
	if (!f)
		return true;
	if (f->kind == FILTER_TERM)
		return term_match(&f->term, m, s);
	if (f->kind == FILTER_NOT)
		return !filter_match(f->first, m, s);
	for (const struct filter *child = f->first; child; child = child->next)
		if (filter_match(child, m, s) == (f->kind == FILTER_OR))
			return f->kind == FILTER_OR;
	return f->kind == FILTER_AND;
}

unsigned filter_wants(const struct filter *f)
{
	unsigned wants = 0;

	if (!f)
		return 0;
	if (f->kind == FILTER_TERM)
		return f->term.field->wants;
	for (const struct filter *child = f->first; child; child = child->next)
		wants |= filter_wants(child);
	return wants;
}
