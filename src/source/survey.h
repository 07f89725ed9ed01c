/* One look's way through the network namespaces: which there are, what the kernel counts in each before and
 * after, which tables must be walked, and what could not be entered. Shared by the live sources.
 *
 * The sieve: a table is walked only if the kernel counts more than is already held, or if there are requests,
 * which it does not count. So 300 quiet containers cost 300 small reads, not 300 walks of the host's table. */
#pragma once
#include "doors.h"
#include "netns_read.h"
#include "source.h"

struct survey_row {
	bool counted, counted_after;
	struct net_counts before, after;
};

struct survey {
	struct moment *moment;
	const struct source_request *request;
	struct doors doors;
	ARRAY(struct survey_row) rows; /* by index of the moment's namespaces */
	uint32_t closed;               /* namespaces in scope that could not be entered */
	int why;                       /* the last of them: -errno */
};

/* 0 or -errno. Knows the tool's own namespace; others are told by doors_add_…() and survey_find_mounts(). */
int survey_begin(struct survey *v, struct moment *m, const struct source_request *request);
void survey_find_mounts(struct survey *v);
/* More than the tool's own namespace was asked for. */
bool survey_is_wide(const struct survey *v);
/* Counts in every namespace known so far that was not counted yet, and adds it to the moment. */
void survey_count(struct survey *v);
/* Is the namespace with this inode known, and its count? */
bool survey_counted(const struct survey *v, uint64_t inode);
/* Must the table of this one be walked, where so many sockets (as coverage counts) and requests are seen? */
bool survey_needs_walk(const struct survey *v, uint32_t netns, uint64_t seen, uint64_t requests);
/* Moves the thread there, for a walk that is needed: 0, or -errno and the gap is noted. */
int survey_enter(struct survey *v, uint32_t netns);
/* Counts again, judges the moment's coverage. False: it does not fit. */
bool survey_judge(struct survey *v);
/* Settings and totals of the namespaces in which something is open, and of our own; where translations are wanted, of
 * those that track connections, too: a router may have no socket. */
void survey_read_settings(struct survey *v);
/* Gaps for what could not be entered; back home. */
void survey_end(struct survey *v);
