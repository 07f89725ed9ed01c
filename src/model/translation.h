/* The ports that NAT has left for one (source, destination). It keeps a connection's own source port where that is
 * free; else it takes one of 1024-65535 (nf_nat_l4proto_unique_tuple(), net/netfilter/nf_nat_core.c), whatever
 * ip_local_port_range says, unless the rule names a range (masquerade to :40000-49999), which conntrack does not show:
 * of it is known only that the ports in use are in it. Where none is left, the first packet is dropped and connect()
 * hangs: no errno tells. It also gives up after some 250 tries in a large range that is nearly full. Newer kernels take
 * the port of a connection in TIME-WAIT, or of a reset one, for a new one, if they can (measured on 6.18). Pure. */
#pragma once
#include "moment.h"

enum { TRANSLATION_PORT_FIRST = 1024, TRANSLATION_PORT_LAST = 65535 };

struct translation_budget {
	uint32_t usable, used;
	uint32_t free_low, free_high;
};

struct translation_budget translation_budget(const struct translation *t);

/* The ports that the rule gives for certain: from the lowest to the highest in use. */
uint32_t translation_ports(const struct translation *t);
/* Next to all of them are held, and they are so many that this is no chance. */
bool translation_is_full(const struct translation *t);

struct translation_list {
	ARRAY(const struct translation *) rows;
};

/* Those of one namespace, appended; most in use first. */
void translations_of(const struct moment *m, uint32_t netns, struct translation_list *ret);
void translation_list_free(struct translation_list *list);
