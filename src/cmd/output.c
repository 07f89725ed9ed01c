#include "output.h"
#include "resolve.h"
#include "status.h"
#include "terminal.h"
#include "base/log.h"
#include <errno.h>

int output_end(int err)
{
	if (!err || err == -EPIPE)
		return STATUS_OK; /* who reads has read enough: `| head` */
	log_error("writing the output failed: %s", strerror(-err));
	return STATUS_UNABLE;
}

static void cleanup_resolver(struct resolver **r)
{
	resolver_free(*r);
}

int output_sheet(const struct options *o, struct sheet *sheet)
{
#define WRITER(name, word, writer) writer,
	static sheet_writer *const writers[] = { OUTPUTS(WRITER) };
#undef WRITER

	cleanup(cleanup_resolver) struct resolver *resolver = o->resolve ? resolver_new() : NULL;

	sheet->no_header = o->no_header;
	sheet->cell = (struct cell_style){ .wide = o->output == OUTPUT_WIDE, .color = terminal_style(o).color };
	if (resolver) {
		sheet->cell.host_of = resolver_host;
		sheet->cell.service_of = resolver_service;
		sheet->cell.names = resolver;
	}
	int status = output_end(writers[o->output](sheet, STDOUT_FILENO));
	if (resolver && resolver_skipped(resolver))
		log_warning("the names of %zu addresses were not asked for: the DNS is too slow",
		            resolver_skipped(resolver));
	return status;
}

int output_text(struct text *t)
{
	return output_end(text_flush(t, STDOUT_FILENO));
}
