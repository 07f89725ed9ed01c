/* The settings that bad-sysctl knows, a row each. A row holds only where somebody has turned the setting and where
 * there is something that it bears on; the defaults of a host say nothing. */
#pragma once
#include "rule/inquiry.h"

struct sysctl_row {
	const char *setting; /* as sysctl(8) has it, and docs/words/sysctl below its last dot */
	const char *title;
	bool (*holds)(struct inquiry *q, uint32_t netns);
	/* Evidence and advice. */
	void (*tell)(struct inquiry *q, uint32_t netns, struct finding *f);
	bool host; /* one for all namespaces: judged in the first one in scope */
};

extern const struct sysctl_row sysctl_rows[]; /* the last has no setting */
