/* Which source ports NAT holds, by conntrack's own table. */
#pragma once
#include "survey.h"

/* Fills the moment's translations, of each namespace in scope that tracks connections (and
 * has dropped packets, if only these are wanted); what could not be read is a
 * gap. After the sockets: they tell which connections have one. */
void translations_read(struct survey *v);
