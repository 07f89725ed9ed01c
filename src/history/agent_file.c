#include "agent_file.h"
#include "base/file.h"
#include <jansson.h>

enum { STATUS_BYTES = 64 * 1024, LATE_TIMES = 3, LATE_LEAST_MS = 30 * 1000 };
static const double INTERVAL_MOST_MS = 1e9;

uint64_t agent_file_interval_ms(const char *path)
{
	TEXT_CLEANUP bytes = { 0 };

	if (file_read(path, STATUS_BYTES, &bytes))
		return 0;
	json_t *status = json_loadb(bytes.bytes, bytes.length, 0, NULL);
	double ms = json_number_value(json_object_get(status, "interval_ms"));
	json_decref(status);
	return ms > 0 && ms < INTERVAL_MOST_MS ? (uint64_t)ms : 0;
}

uint64_t agent_late_ms(uint64_t interval_ms)
{
	return MAX(LATE_TIMES * interval_ms, (uint64_t)LATE_LEAST_MS);
}
