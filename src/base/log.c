#include "log.h"
#include "memory.h"
#include "text.h"

static bool quiet_; /* the log level: one of the two mutable globals of the house */

/* What is quoted in a message may come from the command line or a file: shown without escape codes. */
static void log_line(const char *prefix, const char *format, va_list args)
{
	cleanup(cleanup_free) char *message = memory_format(format, args);
	TEXT_CLEANUP line = { 0 };

	text_add(&line, prefix);
	for (const char *part = message, *end; *part; part = end + (*end == '\n')) {
		end = part + strcspn(part, "\n");
		cleanup(cleanup_free) char *piece = memory_strndup(part, (size_t)(end - part));
		text_add_shown(&line, piece);
		text_add_char(&line, '\n');
	}
	text_flush(&line, STDERR_FILENO);
}

void log_error(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	log_line("unfin: ", format, args);
	va_end(args);
}

void log_warning(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	if (!quiet_)
		log_line("unfin: ", format, args);
	va_end(args);
}

void log_hint(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	if (!quiet_)
		log_line("       ", format, args);
	va_end(args);
}

void log_quiet(bool quiet)
{
	quiet_ = quiet;
}
