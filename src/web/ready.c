#include "ready.h"
#include "base/clock.h"
#include "history/agent_file.h"
#include "site.h"
#include <errno.h>

enum { INTERVAL_MS = 10000 };

void ready_answer(const struct site_plan *plan, struct web_answer *ret)
{
	static const char mend[] = "is the agent running? systemctl status unfin-agent";
	struct file_stamp stamp = { 0 };
	TEXT_CLEANUP what = { 0 };
	int err = plan->moment ? file_stamp_read(plan->moment, &stamp) : 0;

	if (plan->moment && !err)
		file_stamp_read(plan->status, &stamp); /* written with each cycle, the moment not always */
	if (err) {
		text_printf(&what, "there is no moment in %s", plan->moment);
		answer_error(ret, 503, what.bytes, strerror(-err), mend);
		return;
	}
	uint64_t now = clock_unix_ms(), then = stamp.changed_ns / NS_PER_MS, age = now > then ? now - then : 0;
	if (plan->moment && age > agent_late_ms(agent_file_interval_ms(plan->status) ?: INTERVAL_MS)) {
		text_printf(&what, "the last cycle ended %llu s ago", (unsigned long long)(age / MS_PER_S));
		answer_error(ret, 503, what.bytes, "three cycles at the least should have ended since", mend);
		return;
	}
	*ret = answer_of(answer_plain);
	text_add(&ret->body, "unfin web is ready\n");
}
