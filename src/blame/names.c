#include "names.h"
#include <libiberty/demangle.h>

void name_demangle(const char *name, char *to, size_t room)
{
	bool mangled = starts_with(name, "_Z") || starts_with(name, "_R");
	cleanup(cleanup_free) char *plain = mangled ? cplus_demangle(name, DMGL_ANSI | DMGL_AUTO) : NULL;

	snprintf(to, room, "%s", plain ?: name);
}
