#include "names.h"
#include <libiberty/demangle.h>

bool name_is_mangled(const char *name)
{
	return starts_with(name, "_Z") || starts_with(name, "_R");
}

void name_demangle(const char *name, char *to, size_t room)
{
	cleanup(cleanup_free) char *plain = name_is_mangled(name) ? cplus_demangle(name, DMGL_ANSI | DMGL_AUTO) : NULL;

	snprintf(to, room, "%s", plain ?: name);
}
