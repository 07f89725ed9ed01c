#include "terminal.h"
#include <sys/ioctl.h>

enum { COLUMNS_IN_PIPE = 100, COLUMNS_MOST = 120 };

static unsigned terminal_columns(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) || !size.ws_col)
		return COLUMNS_IN_PIPE;
	return MIN((unsigned)size.ws_col, (unsigned)COLUMNS_MOST);
}

/* no-color.org: NO_COLOR counts when set and not empty. */
static bool terminal_color(const struct options *o)
{
	const char *no_color = getenv("NO_COLOR");

	if (o->color != COLOR_AUTO)
		return o->color == COLOR_ALWAYS;
	return !(no_color && *no_color) && isatty(STDOUT_FILENO);
}

struct page_style terminal_style(const struct options *o)
{
	return (struct page_style){ .color = terminal_color(o), .columns = terminal_columns() };
}
