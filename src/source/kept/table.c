#include "lines.h"

/* One fact a line. Not told: ended_in, from which unit and container were found by then; exe_file, script_file, script,
 * script_path and image, of which release is made. */
/* clang-format off */
#define END { 0 }

static const struct kept_column moment_columns[] = {
#define C(kind, field, ...) { #field, KEPT_##kind, offsetof(struct moment, field), __VA_ARGS__ }
	C(TEXT, host, SECRET_HOST),
	C(TEXT, boot_id, SECRET_HOST),
	C(TEXT, kernel),
	C(U64, taken_unix_ms),
	C(U64, taken_boot_ns),
	C(BOOL, scope_all),
	C(U64, fleet_key_id, .since = 13),
	C(BOOL, redacted, .since = 13),
	C(TEXT, source),
	C(U64, limits.files_used),
	C(U64, limits.files_limit),
	C(U64, limits.orphans_used),
	C(U64, limits.orphans_limit),
	C(U64, limits.tcp_pages),
	C(U64, limits.tcp_pages_limit),
	C(U64, limits.conntrack_limit),
	C(U64, limits.alloc),
	C(U64, limits_before.files_used),
	C(U64, limits_before.files_limit),
	C(U64, limits_before.orphans_used),
	C(U64, limits_before.orphans_limit),
	C(U64, limits_before.tcp_pages),
	C(U64, limits_before.tcp_pages_limit),
	C(U64, limits_before.conntrack_limit),
	C(U64, limits_before.alloc),
	{ "coverage.complete", KEPT_COMPLETE },
	C(U64, coverage.sockets_seen),
	C(U64, coverage.sockets_kernel),
	C(U64, coverage.tolerance),
	C(U64, window.ms),
	C(BOOL, window.calls_watched),
	C(U64, window.before_ms, .since = 12),
	C(BOOL, window.closes_watched),
	C(U64, window.calls_lost),
	C(BOOL, window.interrupted),
	C(TEXT, recycle_set_in, .since = 5),
	END,
#undef C
};

static const struct kept_column netns_columns[] = {
#define C(kind, field, ...) { #field, KEPT_##kind, offsetof(struct netns, field), __VA_ARGS__ }
	C(U64, inode),
	C(TEXT, name, SECRET_HOST),
	C(U32, member_pid),
	C(BOOL, self),
	C(BOOL, in_scope),
	C(BOOL, table_seen),
	C(BOOL, tracks_unread, .since = 7),
	C(BOOL, counters_known),
	C(U64, inuse),
	C(U64, inuse6),
	C(U64, time_waits),
	C(U16, port_first),
	C(U16, port_last),
	C(BITMAP, reserved),
	C(U64, tw_reuse_delay_ms),
	C(U64, tw_reuse),
	C(U64, timestamps),
	C(U64, max_time_waits),
	C(U64, fin_timeout_s),
	C(U64, syncookies),
	C(U64, abort_on_overflow),
	C(U64, somaxconn, .since = 5),
	C(U64, autobind_reuse, .since = 6),
	C(BOOL, addresses_known, .since = 8),
	C(BOOL, nonlocal_bind, .since = 8),
	C(BOOL, nonlocal_bind6, .since = 8),
	C(BOOL, ipv6_off, .since = 8),
	C(BOOL, ipv6_off_on_loopback, .since = 8),
	C(U64, totals.listen_overflows),
	C(U64, totals.listen_drops),
	C(U64, totals.time_wait_overflows),
	C(U64, totals.memory_aborts),
	C(U64, totals.memory_pressures),
	C(U64, totals.pruned),
	C(U64, totals.conntrack_used),
	C(U64, totals.conntrack_drops),
	C(U64, before.listen_overflows),
	C(U64, before.listen_drops),
	C(U64, before.time_wait_overflows),
	C(U64, before.memory_aborts),
	C(U64, before.memory_pressures),
	C(U64, before.pruned),
	C(U64, before.conntrack_used),
	C(U64, before.conntrack_drops),
	END,
#undef C
};

static const struct kept_column address_columns[] = {
#define C(kind, field, ...) { #field, KEPT_##kind, offsetof(struct local_address, field), __VA_ARGS__ }
	C(U32, netns),
	C(ADDRESS, range.addr, SECRET_HOST),
	C(U8, range.bits),
	C(U8, state),
	C(BOOL, link_down),
	END,
#undef C
};

static const struct kept_column process_columns[] = {
#define C(kind, field, ...) { #field, KEPT_##kind, offsetof(struct process, field), __VA_ARGS__ }
	C(U64, key),
	C(U32, pid),
	C(U32, ppid),
	C(U32, uid),
	C(U32, netns),
	C(U64, start_boot_ns),
	C(U64, start_unix_ms),
	C(U64, fd_limit),
	C(U32, fd_used),
	C(U32, fd_used_before),
	C(CHARS, comm, SECRET_PROGRAM),
	C(BOOL, detailed),
	C(BOOL, stopped),
	C(BOOL, frozen),
	C(U64, still_ms, .since = 6),
	C(TEXT, tracer, SECRET_PROGRAM),
	C(TEXT, cmdline, SECRET_COMMAND),
	C(TEXT, exe, SECRET_PATH),
	C(TEXT, cwd, SECRET_PATH),
	C(TEXT, user, SECRET_USER),
	C(TEXT, unit, SECRET_UNIT),
	C(BOOL, unit_is_system, .since = 7),
	C(TEXT, container, SECRET_CONTAINER),
	C(TEXT, container_name, SECRET_CONTAINER),
	C(TEXT, pod, SECRET_CONTAINER),
	C(TEXT, release, SECRET_PATH, .since = 16),
	C(BOOL, activity.known),
	C(BOOL, activity.partial),
	C(U32, activity.threads),
	C(U32, activity.stuck[WAIT_NONE]),
	C(U32, activity.stuck[WAIT_EVENT]),
	C(U32, activity.stuck[WAIT_LOCK]),
	C(U32, activity.stuck[WAIT_DISK]),
	C(U32, activity.stuck[WAIT_OTHER]),
	C(U32, activity.stuck[WAIT_UNKNOWN]),
	C(U32, activity.ran),
	C(U64, activity.user_ms),
	C(U64, activity.system_ms),
	C(U64, activity.voluntary),
	C(U32, activity.tid),
	C(CHARS, activity.thread_name, SECRET_PROGRAM),
	C(U64, activity.thread_user_ms),
	C(U64, activity.thread_system_ms),
	C(U64, activity.thread_voluntary),
	C(TEXT, activity.syscall),
	C(TEXT, activity.wchan),
	C(TEXT, activity.stack),
	C(BOOL, activity.spins),
	C(U32, activity.wait),
	END,
#undef C
};

static const struct kept_column socket_columns[] = {
#define C(kind, field, ...) { #field, KEPT_##kind, offsetof(struct socket, field), __VA_ARGS__ }
	C(STATE, state),
	C(ENDPOINT, local, SECRET_HOST),
	C(ENDPOINT, peer, SECRET_HOST),
	C(U64, cookie),
	C(U64, cgroup),
	C(U32, inode),
	C(U32, uid),
	C(U32, netns),
	C(U32, first_holder),
	C(U32, flags),
	C(U32, recv_q),
	C(U32, send_q),
	C(U32, since_data_ms),
	C(U32, since_ack_ms),
	C(U32, since_sent_ms),
	C(U32, timer_ms),
	C(U32, acked_bytes),
	C(U32, received_bytes),
	C(I8, fastreuse),
	C(I8, fastreuseport),
	C(U8, timer),
	C(U8, retransmits),
	C(U8, backoff),
	C(U8, role),
	C(U8, unowned),
	C(U64, sequence, .since = 13),
	C(U64, sequence_unended, .since = 13),
	C(U32, finished_ms, .since = 15),
	END,
#undef C
};

static const struct kept_column holder_columns[] = {
#define C(kind, field, ...) { #field, KEPT_##kind, offsetof(struct holder, field), __VA_ARGS__ }
	C(U32, process),
	C(U32, fd),
	C(U32, next),
	END,
#undef C
};

static const struct kept_column trail_columns[] = {
#define C(kind, field, ...) { #field, KEPT_##kind, offsetof(struct trail, field), __VA_ARGS__ }
	C(STATE, state),
	C(ENDPOINT, local, SECRET_HOST),
	C(ENDPOINT, peer, SECRET_HOST),
	C(U64, cookie),
	C(U32, process),
	C(U32, netns),
	C(U32, age_min_ms),
	C(U32, acked_bytes),
	C(U32, received_bytes),
	C(U32, recv_q),
	C(U8, role),
	C(U8, age_exact),
	C(U8, kept),
	END,
#undef C
};

static const struct kept_column failure_columns[] = {
#define C(kind, field, ...) { #field, KEPT_##kind, offsetof(struct failure, field), __VA_ARGS__ }
	C(U32, process),
	C(U32, netns),
	C(U64, count),
	C(U64, first_unix_ms),
	C(U64, last_unix_ms),
	C(ENDPOINT, target, SECRET_HOST),
	C(ENDPOINT, source, SECRET_HOST, .since = 7),
	C(U64, passed, .since = 7),
	C(U64, passed_last_unix_ms, .since = 7),
	C(U64, passed_elsewhere, .since = 7),
	C(ENDPOINT, elsewhere, SECRET_HOST, .since = 7),
	C(U8, call),
	C(U8, target_known),
	C(U8, many, .since = 7),
	C(I32, error),
	END,
#undef C
};

static const struct kept_column departure_columns[] = {
#define C(kind, field, ...) { #field, KEPT_##kind, offsetof(struct departure, field), __VA_ARGS__ }
	C(U32, process),
	C(U32, netns),
	C(ENDPOINT, end, SECRET_HOST),
	C(BOOL, as_client),
	C(BOOL, as_server),
	C(U64, count),
	C(U64, oldest_ms),
	C(U64, spread_ms, .since = 7),
	C(U64, burst, .since = 9),
	C(U64, idle_known, .since = 4),
	C(U64, idle_low_ms, .since = 4),
	C(U64, idle_high_ms, .since = 4),
	C(BOOL, unanswered, .since = 7),
	C(BOOL, ended, .since = 7),
	C(U32, processes, .since = 7),
	C(BUCKETS, delays, .since = 11),
	C(BUCKETS, idles, .since = 11),
	END,
#undef C
};

static const struct kept_column traffic_columns[] = {
#define C(kind, field, ...) { #field, KEPT_##kind, offsetof(struct traffic, field), __VA_ARGS__ }
	C(U32, process),
	C(U32, netns),
	C(ENDPOINT, end, SECRET_HOST),
	C(BOOL, as_client),
	C(BOOL, as_server),
	C(BOOL, others),
	C(U64, opened),
	C(U64, first),
	C(U64, after),
	C(U64, reset),
	C(U64, aborted),
	C(U64, unaccepted),
	C(U64, refused),
	C(U64, timed_out),
	C(U64, unreachable),
	C(U64, no_port),
	C(U64, given_up),
	C(U64, failed),
	C(U64, left),
	END,
#undef C
};

static const struct kept_column first_close_columns[] = {
#define C(kind, field, ...) { #field, KEPT_##kind, offsetof(struct first_close, field), __VA_ARGS__ }
	C(U32, process),
	C(U32, netns),
	C(ENDPOINT, peer, SECRET_HOST),
	C(U64, count),
	END,
#undef C
};

static const struct kept_column awaited_columns[] = {
#define C(kind, field, ...) { #field, KEPT_##kind, offsetof(struct awaited, field), __VA_ARGS__ }
	C(U32, process),
	C(U32, tid),
	C(U32, socket),
	C(U32, inode),
	C(U32, among),
	C(BOOL, writes),
	C(TEXT, call),
	END,
#undef C
};

static const struct kept_column translation_columns[] = {
#define C(kind, field, ...) { #field, KEPT_##kind, offsetof(struct translation, field), __VA_ARGS__ }
	C(U32, netns),
	C(ENDPOINT, source, SECRET_HOST),
	C(ENDPOINT, destination, SECRET_HOST),
	C(U16, zone),
	C(U16, port_low),
	C(U16, port_high),
	C(U32, count),
	C(U32, translated),
	C(U32, socketless),
	C(U32, by_state[STATE_ESTABLISHED]),
	C(U32, by_state[STATE_SYN_SENT]),
	C(U32, by_state[STATE_SYN_RECV]),
	C(U32, by_state[STATE_FIN_WAIT1]),
	C(U32, by_state[STATE_TIME_WAIT]),
	C(U32, by_state[STATE_CLOSE]),
	C(U32, by_state[STATE_CLOSE_WAIT]),
	C(U32, by_state[STATE_LAST_ACK]),
	END,
#undef C
};

static const struct kept_column crossing_columns[] = {
#define C(kind, field, ...) { #field, KEPT_##kind, offsetof(struct crossing, field), __VA_ARGS__ }
	C(U32, client),
	C(U32, server),
	END,
#undef C
};

static const struct kept_column gap_columns[] = {
#define C(kind, field, ...) { #field, KEPT_##kind, offsetof(struct gap, field), __VA_ARGS__ }
	C(TEXT, what),
	C(TEXT, why),
	C(TEXT, mend),
	C(BOOL, names_only, .since = 7),
	END,
#undef C
};

#undef END
/* clang-format on */

const struct kept_table *kept_tables(void)
{
#define LINES(name, row, rows)                                                                                         \
	{                                                                                                              \
		name, row##_columns, sizeof(struct row), offsetof(struct kept_lines, rows), 14, true, KEPT_LINES_MOST  \
	}
	static const struct kept_table tables[] = {
		{ "moment", moment_columns, 0, KEPT_ONE },
		{ "netns", netns_columns, sizeof(struct netns), offsetof(struct moment, netns) },
		{ "address", address_columns, sizeof(struct local_address), offsetof(struct moment, addresses),
		  .since = 8 },
		{ "process", process_columns, sizeof(struct process), offsetof(struct moment, processes) },
		{ "socket", socket_columns, sizeof(struct socket), offsetof(struct moment, sockets) },
		{ "holder", holder_columns, sizeof(struct holder), offsetof(struct moment, holders) },
		{ "gone", trail_columns, sizeof(struct trail), offsetof(struct moment, gone) },
		{ "failure", failure_columns, sizeof(struct failure), offsetof(struct moment, failures) },
		{ "departure", departure_columns, sizeof(struct departure), offsetof(struct moment, departures) },
		{ "departure_before", departure_columns, sizeof(struct departure),
		  offsetof(struct moment, departures_before), .since = 12 },
		{ "traffic", traffic_columns, sizeof(struct traffic), offsetof(struct moment, traffic), .since = 11 },
		{ "first_close", first_close_columns, sizeof(struct first_close), offsetof(struct moment, first_closes),
		  .since = 3 },
		{ "awaited", awaited_columns, sizeof(struct awaited), offsetof(struct moment, awaited), .since = 7 },
		{ "translation", translation_columns, sizeof(struct translation), offsetof(struct moment, translations),
		  .since = 4 },
		{ "crossing", crossing_columns, sizeof(struct crossing), offsetof(struct moment, crossings),
		  .since = 7 },
		{ "gap", gap_columns, sizeof(struct gap), offsetof(struct moment, coverage.gaps) },
		LINES("stack", kept_stack, stacks),
		LINES("frame", kept_frame, frames),
		LINES("standing", kept_standing, standings),
		LINES("site", kept_site, sites),
		LINES("change", kept_change, changes),
		{ "opening", kept_opening_columns, sizeof(struct opening), offsetof(struct moment, openings),
		  .since = 14 },
		{ 0 },
	};

	return tables;
#undef LINES
}

size_t kept_columns(const struct kept_table *t)
{
	size_t count = 0;

	while (t->columns[count].name)
		count++;
	return count;
}

void kept_create_sql(struct text *out, const struct kept_table *t, unsigned format)
{
	const char *before = "";

	text_printf(out, "CREATE TABLE %s (", t->name);
	for (const struct kept_column *c = t->columns; c->name; c++) {
		if (c->since > format)
			continue;
		text_printf(out, "%s\"%s\"", before, c->name);
		before = ", ";
	}
	text_add_char(out, ')');
}

uint64_t kept_sum(uint64_t sum, const void *bytes, size_t length)
{
	for (const uint8_t *b = bytes; length; length--, b++)
		sum = (sum ^ *b) * 0x100000001b3ULL;
	return sum;
}
