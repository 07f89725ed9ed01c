#include "ready.h"
#include "base/clock.h"
#include "base/file.h"
#include "site.h"
#include <errno.h>
#include <jansson.h>

enum { STATUS_BYTES = 64 << 10, INTERVAL_MS = 10000, LATE_TIMES = 3, LATE_LEAST_MS = 30000 };

/* Of agent.json: the time between two looks as it is now. */
static uint64_t interval_ms(const char *path)
{
	TEXT_CLEANUP bytes = { 0 };
	double ms = 0;

	if (file_read(path, STATUS_BYTES, &bytes))
		return INTERVAL_MS;
	json_t *root = json_loadb(bytes.bytes, bytes.length, 0, NULL);
	if (json_is_object(root))
		ms = json_number_value(json_object_get(root, "interval_ms"));
	json_decref(root);
	return ms > 0 && ms < 1e9 ? (uint64_t)ms : INTERVAL_MS;
}

void ready_answer(const struct site_plan *plan, struct web_answer *ret)
{
	static const char mend[] = "is the agent running? systemctl status unfin-agent";
	struct file_stamp stamp = { 0 };
	TEXT_CLEANUP what = { 0 };
	int err = plan->moment ? file_stamp_read(plan->moment, &stamp) : 0;

	if (err) {
		text_printf(&what, "there is no moment in %s", plan->moment);
		answer_error(ret, 503, what.bytes, strerror(-err), mend);
		return;
	}
	uint64_t now = clock_unix_ms(), then = stamp.changed_ns / NS_PER_MS, age = now > then ? now - then : 0;
	if (plan->moment && age > MAX(LATE_TIMES * interval_ms(plan->status), (uint64_t)LATE_LEAST_MS)) {
		text_printf(&what, "the last cycle ended %llu s ago", (unsigned long long)(age / MS_PER_S));
		answer_error(ret, 503, what.bytes, "three cycles at the least should have ended since", mend);
		return;
	}
	*ret = answer_of(answer_plain);
	text_add(&ret->body, "unfin web is ready\n");
}
