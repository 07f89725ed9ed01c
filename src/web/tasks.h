/* What the worker can be asked to make, beside documents. */
#pragma once
#include "site.h"

struct web_task {
	/* Fills an answer; false: it tells why it could not. */
	void (*make)(struct web_site *s, const struct document_ground *g, const struct exchange *e,
	             struct web_answer *ret);
	bool needs_ground;
};

extern const struct web_task task_document, task_history, task_page, task_moment, task_fleet, task_fleet_page,
        task_nothing;
