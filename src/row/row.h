/* What a host tells a hub: rows of seven classes. ONE description of their columns serves all ways they go: into a
 * batch and out of it, into SQLite, into ClickHouse. A new column is a member here and a row in row_table.c.
 *
 * A host does not say in its rows who it is: that, and when they came, is stamped on them by the hub, from the batch
 * and from who sent it. So there is no row that could be another host's. */
#pragma once
#include "base/arena.h"
#include "base/text.h"

/* In the order in which they stand in a batch. Looks are last: they vouch for all before them. */
enum row_class {
	ROW_HOST,
	ROW_ENDPOINT,
	ROW_ROLLUP,
	ROW_EVENT,
	ROW_FINDING,
	ROW_SUSPECT,
	ROW_LOOK,
	ROW_CLASSES,
};

/* Latest facts of the host itself. */
struct host_row {
	uint64_t seen_ms;
	const char *name, *site, *kernel, *agent;
};

/* Who answers at an address. Port 0: the address itself. */
struct endpoint_row {
	uint64_t seen_ms, scope, netns;
	uint8_t addr[16];
	uint16_t port;
	const char *service, *release;
};

/* One service, direction and destination, at one minute: gauges, and what happened in the look's own window. */
struct rollup_row {
	uint32_t minute; /* since 1970 */
	uint64_t netns;
	const char *service, *release;
	uint8_t role; /* enum row_role */
	uint8_t raddr[16];
	uint16_t rport;
	uint32_t established, close_wait, fin_wait2, time_wait, syn_sent, other;
	uint32_t close_wait_old; /* in CLOSE-WAIT for more than a minute */
	uint32_t oldest_s;       /* of those */
	uint32_t opened, closed, failed;
	uint32_t ports_used, ports_usable; /* to this destination, by whoever */
};

/* A call that failed. */
struct event_row {
	uint64_t at_ms, flow_id, netns; /* flow_id 0: it has none */
	uint16_t idx;                   /* tells events of one batch apart */
	uint32_t pid;
	const char *kind, *service, *release, *error, *target;
};

/* A verdict, and what `check` says of it. */
struct finding_row {
	uint64_t opened_ms, updated_ms, eta_ms; /* eta 0: not known */
	const char *key, *id, *severity, *confidence, *service, *release, *peer, *caused_by;
	uint32_t count, used, budget;
	uint8_t growth_known;
	float growth_per_min;
	uint8_t closed;
	const char *body; /* JSON */
};

enum row_role { ROW_ROLE_UNKNOWN, ROW_ROLE_CLIENT, ROW_ROLE_SERVER, ROW_ROLES };
enum row_translates { ROW_TRANSLATES_NOT, ROW_TRANSLATES_READ, ROW_TRANSLATES_UNREAD, ROW_TRANSLATES };
enum row_nat { ROW_NAT_NONE, ROW_NAT_KNOWN, ROW_NAT_UNKNOWN, ROW_NATS };

/* One end of a connection that is unfinished, or idle. */
struct suspect_row {
	uint64_t at_ms, flow_id, inner_id, seq_id, scope, netns, cookie;
	uint64_t seq_unended; /* as seq_id was before the peer's FIN came; 0: none has come */
	uint8_t laddr[16], raddr[16];
	uint16_t lport, rport;
	uint8_t role, state, nat; /* enum row_role, enum tcp_state, enum row_nat */
	uint8_t ended;            /* its process has closed it */
	uint8_t held;             /* by a process */
	uint8_t unowned;          /* enum unowned */
	uint8_t age_basis;        /* enum age_basis: age_ms is unknown, a least, or exact */
	uint8_t times_known;      /* the three since_… and the bytes are facts */
	uint64_t age_ms, idle_ms;
	uint32_t since_data_ms, since_sent_ms, since_ack_ms;
	uint32_t fin_after_ms; /* from the last data to the peer's FIN; 0: not known */
	uint32_t rx_queue, tx_queue;
	uint64_t bytes_acked, bytes_received;
	uint32_t pid;
	uint64_t site;       /* the line of code that opened it; 0: not known */
	uint64_t started_ms; /* its process */
	const char *comm, *service, *release, *cause;
};

/* That a host has looked, and what it could see: what makes absence mean something. */
struct look_row {
	uint64_t at_ms;
	uint8_t complete;
	uint8_t translates; /* enum row_translates: it tracks connections, and what it translates is known or not */
	uint8_t sample_k;   /* idle connections are told if flow_id & (2^k - 1) is 0 */
	uint64_t key_id;    /* of the fleet's key, as fleet_key_id() has it; 0: no sequence numbers are told */
	uint32_t sockets;   /* that it saw */
	uint32_t lost;      /* rows that it had to leave out since its last look */
	uint8_t skew_known; /* its clock was held against the hub's */
	int32_t skew_ms;    /* of its clock to the hub's, before correction */
};

/* What the hub adds to each row. */
struct row_stamp {
	uint64_t host_id;
	uint8_t boot_id[16];
	uint32_t epoch;
	uint64_t seq, received_ms;
	uint16_t v;
	uint16_t day; /* since 1970, of the row: see row_day() */
};

enum row_kind {
	ROW_U8,
	ROW_U16,
	ROW_U32,
	ROW_U64,
	ROW_I32,
	ROW_F32,
	ROW_ID16, /* sixteen bytes */
	ROW_DAY,  /* as U16: days since 1970 */
	ROW_TEXT, /* const char *, in an arena; never NULL where a row is read, NULL is "" where it is written */
	/* The same as U64 and U32, and held against the hub's clock. When a look was is judged by it: */
	ROW_AT_MS,
	ROW_AT_MINUTE,
	/* and what a look says of other times is brought within what is kept. */
	ROW_SINCE_MS,
	ROW_UNTIL_MS, /* 0, or some time to come */
};

struct row_column {
	const char *name;
	enum row_kind kind;
	size_t offset;            /* into the row, or into the stamp */
	uint64_t most;            /* of a number, or bytes of a text; 0: whatever the kind can hold */
	const char *const *words; /* of an enumeration, with NULL at the end: what its numbers mean */
	bool lines;               /* a text that may have line ends */
	bool few;                 /* a text that many rows have in common */
};

struct row_layout {
	const char *table;
	size_t bytes;                     /* of the struct */
	const struct row_column *columns; /* as they are sent; the last has no name */
	const struct row_column *stamp;   /* as the hub puts them in front; the same */
	const char *key;                  /* the columns that tell one row from another */
	const char *newest;               /* of rows with one key, that with most of it counts */
	const char *closes;               /* a row with this set changes itself and `newest` alone; NULL: none does */
	const char *day;                  /* the column that `day` is taken from; NULL: it has no day */
	unsigned keep_days;               /* 0: for ever */
	unsigned file_days;               /* where one file has all; 0: the same */
};

const struct row_layout *row_layout(enum row_class c);
uint16_t row_day(enum row_class c, const void *row);

static inline bool row_kind_is_time(enum row_kind kind)
{
	return kind >= ROW_AT_MS;
}

/* 0: it has a length of its own. Inline, as is the next: a minute of a large fleet has a hundred million numbers. */
static inline size_t row_kind_bytes(enum row_kind kind)
{
	static const uint8_t bytes[] = {
		[ROW_U8] = 1,       [ROW_U16] = 2,      [ROW_U32] = 4,   [ROW_U64] = 8,  [ROW_I32] = 4,
		[ROW_F32] = 4,      [ROW_ID16] = 16,    [ROW_AT_MS] = 8, [ROW_TEXT] = 0, [ROW_AT_MINUTE] = 4,
		[ROW_SINCE_MS] = 8, [ROW_UNTIL_MS] = 8, [ROW_DAY] = 2,
	};

	return bytes[kind];
}

/* Copies a value of a kind that is not a text; sizes that the compiler knows need no call. */
static inline void row_copy(void *to, const void *from, enum row_kind kind)
{
	switch (row_kind_bytes(kind)) {
	case 1:
		memcpy(to, from, 1);
		break;
	case 2:
		memcpy(to, from, 2);
		break;
	case 4:
		memcpy(to, from, 4);
		break;
	case 8:
		memcpy(to, from, 8);
		break;
	case 16:
		memcpy(to, from, 16);
		break;
	}
}

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "numbers are sent as they are");

/* Of any kind but texts, ROW_ID16 and what can be below 0. */
static inline uint64_t row_number(enum row_kind kind, const void *value)
{
	uint64_t number[2] = { 0 }; /* row_copy() may need it */

	row_copy(number, value, kind);
	return number[0];
}

/* Rows of all classes. */
struct row_list {
	uint8_t *items;
	size_t count, room;
};

struct row_set {
	struct row_list of[ROW_CLASSES];
};

/* A new row of zeros; valid until the next one of its class. */
void *row_push(struct row_set *set, enum row_class c);
const void *row_at(const struct row_set *set, enum row_class c, size_t index);
void row_set_free(struct row_set *set);

/* Little end first, texts with their length in front: RowBinary of ClickHouse. */
void row_write(struct text *out, const struct row_column *columns, const void *from);

/* Bytes that others wrote, and how far they are read. */
struct row_bytes {
	const uint8_t *at;
	size_t left;
};

struct row_clock {
	uint64_t now_ms; /* the hub's */
};

/* Since when something is, as a hub keeps it: longer ago than findings are kept is the first whole day that they are,
 * so that all looks of a day name one time. */
uint64_t row_since_ms(uint64_t since_ms, uint64_t now_ms);
/* Until when, as a hub keeps it: ten years ahead at most. */
uint64_t row_until_ms(uint64_t until_ms, uint64_t now_ms);

/* Reads one row of sent columns, and checks each value (times only if there is a clock). NULL, or the column that is
 * wrong, with `ret_why` ("it is larger than it can be"). Texts go to the arena. */
const char *row_read(struct row_bytes *in, const struct row_layout *layout, const struct row_clock *clock,
                     struct arena *arena, void *ret, const char **ret_why);
/* How many bytes the row has that begins there; 0: it does not end there. */
size_t row_length(struct row_bytes in, const struct row_layout *layout);
