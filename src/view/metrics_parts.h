/* What the files of metrics.h share among themselves. */
#pragma once
#include "metrics.h"
#include "rule/rule.h"

void metrics_add_services(struct prom *p, const struct moment *m, const struct judgement *j);
