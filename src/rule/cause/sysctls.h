/* The settings that bad-sysctl knows, a row each. A row holds only where somebody has turned the setting and where
 * there is something that it bears on; the defaults of a host say nothing. */
#pragma once
#include "rule/finding.h"

/* A row at work in one namespace. */
struct sysctl_judging {
	const struct moment *m;
	struct judgement *j;
	const struct netns *n;
	uint32_t netns;
};

struct sysctl_row {
	const char *setting; /* as sysctl(8) has it, and docs/words/sysctl below its last dot */
	const char *title;
	bool (*holds)(const struct sysctl_judging *x);
	/* Evidence and advice. */
	void (*tell)(const struct sysctl_judging *x, struct finding *f);
	bool host; /* one for all namespaces: judged in the first one in scope */
};

extern const struct sysctl_row sysctl_rows[]; /* the last has no setting */
