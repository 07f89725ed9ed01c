/* What `unfin ports` was asked for, and the rows that answer it. */
#pragma once
#include "command.h"
#include "model/port/report.h"

struct ports_asked {
	ARRAY(struct addr) sources;
	ARRAY(struct endpoint) destinations;
	uint16_t port; /* the one to tell of; 0: the budgets */
};

/* STATUS_OK, or STATUS_USAGE after having said what is wrong. */
int ports_ask_parse(const struct invocation *in, struct ports_asked *ret);
void ports_asked_free(struct ports_asked *asked);

/* Fills the rows: those asked for, else at most `most` of each kind a namespace. A destination without --src gets
 * the source that connect() would use. STATUS_OK, or STATUS_UNABLE after having said why. */
int ports_ask_fill(const struct ports_asked *asked, struct port_report *r, size_t most);
/* Has the kernel answer each row of the namespaces that were named, else of the own one. STATUS_OK or STATUS_UNABLE. */
int ports_ask_probe(const struct options *o, struct port_report *r);
