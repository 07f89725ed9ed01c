#include "site.h"

const char *site_how_name(enum site_how how)
{
	static const char *const names[] = {
		[SITE_NONE] = "none",
		[SITE_EXACT] = "exact",
		[SITE_DEFINITION] = "definition-line",
		[SITE_BRIDGED] = "bridged",
		[SITE_LATE] = "late",
		[SITE_INFERRED] = "inferred",
		[SITE_NATIVE_ONLY] = "native-only",
	};

	return how < ARRAY_SIZE(names) ? names[how] : names[SITE_NONE];
}
