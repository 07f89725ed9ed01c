#include "output.h"
#include "status.h"
#include "base/log.h"
#include <errno.h>

int output_end(int err)
{
	if (!err || err == -EPIPE)
		return STATUS_OK; /* who reads has read enough: `| head` */
	log_error("writing the output failed: %s", strerror(-err));
	return STATUS_UNABLE;
}

int output_sheet(const struct options *o, struct sheet *sheet)
{
	static sheet_writer *const writers[OUTPUT_COUNT] = {
		[OUTPUT_TABLE] = sheet_table, [OUTPUT_WIDE] = sheet_table, [OUTPUT_JSON] = sheet_json,
		[OUTPUT_JSONL] = sheet_jsonl, [OUTPUT_CSV] = sheet_csv,    [OUTPUT_MD] = sheet_md,
	};

	sheet->wide = o->output == OUTPUT_WIDE;
	sheet->no_header = o->no_header;
	return output_end(writers[o->output](sheet, STDOUT_FILENO));
}

int output_text(struct text *t)
{
	return output_end(text_flush(t, STDOUT_FILENO));
}
