#include "finding.h"

void finding_free(struct finding *f)
{
	array_free(&f->others);
	array_free(&f->budgets);
	array_free(&f->victims);
	array_free(&f->alternatives);
	array_free(&f->evidence);
	array_free(&f->excluded);
	array_free(&f->advice);
	array_free(&f->sockets);
	array_free(&f->waits_for);
	array_free(&f->standings);
}

const char *severity_name(enum severity s)
{
	static const char *const names[] = { "info", "warning", "critical" };

	return names[s];
}

const char *advice_kind_name(enum advice_kind k)
{
	static const char *const names[ADVICE_KINDS] = { "now", "for_good", "more" };

	return names[k];
}

const char *confidence_name(enum confidence c)
{
	static const char *const names[] = { "possible", "likely", "certain" };

	return names[c];
}
