/* The columns, one a line. */
#include "row.h"
#include "model/socket.h"

/* clang-format off */
#define END { 0 }
#define FEW NULL, false, true
enum { NAME = 255, LINE = 1024, BODY = 64 * 1024, YES = 1, SAMPLE_MOST = 32 };

static const char *const roles[] = { "unknown", "client", "server", NULL };
static const char *const nats[] = { "none", "known", "unknown", NULL };
static const char *const ages[] = { "unknown", "at_least", "exact", NULL };
static const char *const translations[] = { "no", "tracks", "unread", NULL };
static const char *const states[] = { "unknown", "established", "syn_sent", "syn_recv", "fin_wait1", "fin_wait2", "time_wait",
	"close", "close_wait", "last_ack", "listen", "closing", NULL };

static const struct row_column host_columns[] = {
#define C(kind, field, ...) { #field, ROW_##kind, offsetof(struct host_row, field), __VA_ARGS__ }
	C(AT_MS, seen_ms),
	C(TEXT, name, NAME),
	C(TEXT, site, NAME, FEW),
	C(TEXT, kernel, NAME, FEW),
	C(TEXT, agent, NAME, FEW),
	END,
#undef C
};

static const struct row_column endpoint_columns[] = {
#define C(kind, field, ...) { #field, ROW_##kind, offsetof(struct endpoint_row, field), __VA_ARGS__ }
	C(U64, scope),
	C(ID16, addr),
	C(U16, port),
	C(U64, netns),
	C(AT_MS, seen_ms),
	C(TEXT, service, NAME, FEW),
	C(TEXT, release, NAME, FEW),
	END,
#undef C
};

static const struct row_column rollup_columns[] = {
#define C(kind, field, ...) { #field, ROW_##kind, offsetof(struct rollup_row, field), __VA_ARGS__ }
	C(AT_MINUTE, minute),
	C(U64, netns),
	C(TEXT, service, NAME, FEW),
	C(TEXT, release, NAME, FEW),
	C(U8, role, ROW_ROLES - 1, roles),
	C(ID16, raddr),
	C(U16, rport),
	C(U32, established),
	C(U32, close_wait),
	C(U32, close_wait_old),
	C(U32, fin_wait2),
	C(U32, time_wait),
	C(U32, syn_sent),
	C(U32, other),
	C(U32, oldest_s),
	C(U32, opened),
	C(U32, closed),
	C(U32, failed),
	C(U32, ports_used),
	C(U32, ports_usable),
	END,
#undef C
};

static const struct row_column event_columns[] = {
#define C(kind, field, ...) { #field, ROW_##kind, offsetof(struct event_row, field), __VA_ARGS__ }
	C(TEXT, kind, NAME, FEW),
	C(SINCE_MS, at_ms),
	C(U16, idx),
	C(U64, flow_id),
	C(U64, netns),
	C(TEXT, service, NAME, FEW),
	C(TEXT, release, NAME, FEW),
	C(U32, pid),
	C(TEXT, error, NAME, FEW),
	C(TEXT, target, NAME),
	END,
#undef C
};

static const struct row_column finding_columns[] = {
#define C(kind, field, ...) { #field, ROW_##kind, offsetof(struct finding_row, field), __VA_ARGS__ }
	C(TEXT, key, LINE),
	C(SINCE_MS, opened_ms),
	C(AT_MS, updated_ms),
	C(TEXT, id, NAME, FEW),
	C(TEXT, severity, NAME, FEW),
	C(TEXT, confidence, NAME, FEW),
	C(TEXT, service, NAME, FEW),
	C(TEXT, release, NAME, FEW),
	C(TEXT, peer, NAME),
	C(U32, count),
	C(U8, growth_known, YES),
	C(F32, growth_per_min),
	C(UNTIL_MS, eta_ms),
	C(U32, used),
	C(U32, budget),
	C(TEXT, caused_by, LINE),
	C(U8, closed, YES),
	C(TEXT, body, BODY, NULL, true),
	END,
#undef C
};

static const struct row_column suspect_columns[] = {
#define C(kind, field, ...) { #field, ROW_##kind, offsetof(struct suspect_row, field), __VA_ARGS__ }
	C(U64, flow_id),
	C(U64, netns),
	C(U64, cookie),
	C(AT_MS, at_ms),
	C(U64, inner_id),
	C(U64, seq_id),
	C(U64, seq_unended),
	C(U64, scope),
	C(ID16, laddr),
	C(U16, lport),
	C(ID16, raddr),
	C(U16, rport),
	C(U8, role, ROW_ROLES - 1, roles),
	C(U8, state, ARRAY_SIZE(states) - 2, states),
	C(U8, ended, YES),
	C(U8, held, YES),
	C(U8, nat, ROW_NATS - 1, nats),
	C(U8, unowned, UNOWNED_COUNT - 1),
	C(U8, age_basis, AGE_EXACT, ages),
	C(U8, times_known, YES),
	C(U64, age_ms),
	C(U64, idle_ms),
	C(U32, since_data_ms),
	C(U32, since_sent_ms),
	C(U32, since_ack_ms),
	C(U32, fin_after_ms),
	C(U32, rx_queue),
	C(U32, tx_queue),
	C(U64, bytes_acked),
	C(U64, bytes_received),
	C(U32, pid),
	C(U64, site),
	C(U64, started_ms),
	C(TEXT, comm, NAME, FEW),
	C(TEXT, service, NAME, FEW),
	C(TEXT, release, NAME, FEW),
	C(TEXT, cause, NAME, FEW),
	END,
#undef C
};

static const struct row_column look_columns[] = {
#define C(kind, field, ...) { #field, ROW_##kind, offsetof(struct look_row, field), __VA_ARGS__ }
	C(AT_MS, at_ms),
	C(U8, complete, YES),
	C(U8, translates, ROW_TRANSLATES - 1, translations),
	C(U8, sample_k, SAMPLE_MOST),
	C(U64, key_id),
	C(U32, sockets),
	C(U32, lost),
	C(U8, skew_known, YES),
	C(I32, skew_ms),
	END,
#undef C
};

#define S(kind, field) { #field, ROW_##kind, offsetof(struct row_stamp, field) }
static const struct row_column stamp_host[] = { S(U64, host_id), S(U16, v), S(ID16, boot_id), END };
static const struct row_column stamp_endpoint[] = { S(DAY, day), S(U64, host_id), END };
static const struct row_column stamp_rollup[] = { S(DAY, day), S(U64, host_id), S(U16, v), S(U64, received_ms), END };
static const struct row_column stamp_finding[] = { S(DAY, day), S(U64, host_id), S(U16, v), END };
static const struct row_column stamp_batch[] = {
	S(DAY, day), S(U64, host_id), S(U16, v), S(U32, epoch), S(U64, seq), S(U64, received_ms), END };
#undef S

static const struct row_layout layouts[] = {
	[ROW_HOST] = { "hosts", sizeof(struct host_row), host_columns, stamp_host,
		.key = "host_id", .newest = "seen_ms" },
	[ROW_ENDPOINT] = { "endpoints", sizeof(struct endpoint_row), endpoint_columns, stamp_endpoint,
		.key = "scope, addr, port, host_id, netns, day", .newest = "seen_ms", .day = "seen_ms", .keep_days = 14 },
	[ROW_ROLLUP] = { "rollups", sizeof(struct rollup_row), rollup_columns, stamp_rollup,
		.key = "service, host_id, netns, release, role, raddr, rport, minute", .newest = "received_ms",
		.day = "minute", .keep_days = 30, .file_days = 2 },
	[ROW_EVENT] = { "events", sizeof(struct event_row), event_columns, stamp_batch,
		.key = "kind, service, at_ms, host_id, epoch, seq, idx", .newest = "received_ms", .day = "at_ms", .keep_days = 7 },
	[ROW_FINDING] = { "findings", sizeof(struct finding_row), finding_columns, stamp_finding,
		.key = "host_id, key, opened_ms", .newest = "updated_ms", .closes = "closed",
		.day = "opened_ms", .keep_days = 90 },
	[ROW_SUSPECT] = { "suspects", sizeof(struct suspect_row), suspect_columns, stamp_batch,
		.key = "flow_id, host_id, netns, cookie, at_ms", .newest = "received_ms", .day = "at_ms", .keep_days = 7 },
	[ROW_LOOK] = { "looks", sizeof(struct look_row), look_columns, stamp_batch,
		.key = "host_id, at_ms", .newest = "received_ms", .day = "at_ms", .keep_days = 14 },
};
/* clang-format on */

_Static_assert(ARRAY_SIZE(layouts) == ROW_CLASSES, "a layout each");

const struct row_layout *row_layout(enum row_class c)
{
	return &layouts[c];
}
