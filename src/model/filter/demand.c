#include "demand.h"
#include "node.h"

enum { ALL_BITS = 128 };

/* The term that everything must meet; of several, the first: the others are compared later on. */
static const struct term *find_term(const struct filter *f, const struct field *field, enum compare how)
{
	if (!f || f->kind == FILTER_OR || f->kind == FILTER_NOT)
		return NULL;
	if (f->kind == FILTER_TERM)
		return f->term.field == field && f->term.how == how && !f->term.unknown ? &f->term : NULL;
	for (const struct filter *child = f->first; child; child = child->next) {
		const struct term *found = find_term(child, field, how);
		if (found)
			return found;
	}
	return NULL;
}

bool filter_demands(const struct filter *f, const char *field, struct value *ret)
{
	const struct term *t = find_term(f, field_find(field), IS);

	if (!t)
		return false;
	*ret = t->value;
	if (t->any_port)
		ret->endpoint.port = 0;
	return true;
}

bool filter_demands_range(const struct filter *f, const char *field, struct addr_range *ret)
{
	const struct term *t = find_term(f, field_find(field), WITHIN);

	if (t) {
		*ret = t->range;
		return true;
	}
	t = find_term(f, field_find(field), IS);
	if (!t || t->any_host)
		return false;
	*ret = (struct addr_range){ t->value.endpoint.addr, ALL_BITS };
	return true;
}

size_t filter_count_demands(const struct filter *f)
{
	size_t count = 0;

	if (!f || f->kind == FILTER_OR || f->kind == FILTER_NOT)
		return 0;
	if (f->kind == FILTER_TERM)
		return 1;
	for (const struct filter *child = f->first; child; child = child->next) {
		size_t more = filter_count_demands(child);
		if (!more)
			return 0;
		count += more;
	}
	return count;
}
