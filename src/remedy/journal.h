/* One line for the journal of systemd about each socket that was destroyed, with fields to search by:
 * journalctl UNFIN_PLAN_ID=... */
#pragma once
#include "model/reclaim.h"

/* Where there is no journal, or it is too busy, nothing is told: the file of audit.h is what counts. */
void journal_tell(const struct reclaim_plan *p, const struct reclaim_entry *e, uint32_t uid);
