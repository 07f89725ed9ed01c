/* What the files of metrics.h share among themselves. */
#pragma once
#include "metrics.h"
#include "rule/rule.h"

/* Is its count one of connections that are left unfinished? Not so of failed calls, nor of what ran out. */
static inline bool finding_counts_unfinished(const struct finding *f)
{
	return f->count && !f->thing && !rule_of(f)->explains_no_socket;
}

void metrics_add_services(struct prom *p, const struct moment *m, const struct judgement *j);
