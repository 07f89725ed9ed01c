/* The process that looks: it has the rights, and neither the terminal nor a key that was pressed reaches it. */
#pragma once
#include "sight.h"

struct looker {
	int pid, orders, pictures; /* ends of pipes; -1 */
};

/* 0 or -errno. In the child it does not return. */
int looker_start(struct sight *sight, struct looker *ret);
/* Its pipes are closed: that ends it. */
void looker_end(struct looker *l);
/* 0 or -errno. */
int looker_ask(const struct looker *l, const struct picture_order *o);
