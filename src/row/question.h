/* What is asked of the rows that a hub has stored, whatever it stores them in: each question is for whole rows of one
 * class, one SQL text for SQLite and ClickHouse (question.c). What follows from the rows is the asker's to find out; so
 * all stores give the same answers.
 *
 * A store may give a row several times, in any order: ClickHouse drops what came twice when it gets round to it. */
#pragma once
#include "model/addr.h"
#include "row.h"

enum row_question {
	ROW_ASKS_NEWEST,     /* the newest look of all hosts from `from_ms` to `until_ms` */
	ROW_ASKS_LAST_LOOKS, /* the newest look of each host, if that was since `from_ms` */
	ROW_ASKS_LOOKS,      /* all looks since `from_ms` */
	ROW_ASKS_HOSTS,
	/* Of `looks`, of which the oldest is of `from_ms`: */
	ROW_ASKS_SUSPECTS,
	ROW_ASKS_UNHEALTHY,         /* all but those that the next counts, for they are most of them */
	ROW_COUNTS_HEALTHY,         /* connections that both ends have, established, with the same numbers */
	ROW_COUNTS_DEBTS,           /* what waits for a close() for a minute or longer, of each look */
	ROW_ASKS_OF_SERVICES,       /* of the services `words` */
	ROW_ASKS_DEBTS_OF_SERVICES, /* of these what waits for a close() */
	ROW_ASKS_VOTES,             /* of clients: when, after the last data, the server finished (fleet/stale.h) */
	ROW_ASKS_UNJOINED,          /* whose other end is not told, or not beyond doubt */
	ROW_ASKS_OF_ENDS,           /* with `ends` */
	ROW_ASKS_OF_IDS,            /* with a flow or sequence numbers of `ids` */
	ROW_ASKS_OF_IDS_NO_DEBTS,   /* the same, but for what ROW_ASKS_DEBTS_OF_SERVICES and */
	ROW_ASKS_OF_IDS_NO_VOTES,   /* what ROW_ASKS_VOTES has told */
	ROW_ASKS_OF_IDS_AT_HOSTS,   /* of the host that stands beside it */

	ROW_ASKS_PLACES,   /* endpoints since `from_ms` that are an address of a host in the outer network */
	ROW_ASKS_FINDINGS, /* told of since `from_ms` */
	ROW_ASKS_PORTS,    /* rollups since `from_ms` of destinations to which half of the ports are used */
	ROW_QUESTIONS,
};

/* As they are sent to ClickHouse: numbers of 64 bits. */
struct row_look {
	uint64_t host_id, at_ms;
};

struct row_id {
	uint64_t id, host_id;
};

/* What is counted, of one look or of all. */
struct count_row {
	uint64_t at_ms, told;
};

struct row_asked {
	enum row_question what;
	uint64_t from_ms, until_ms;
	const struct row_look *looks;
	size_t look_count;
	const struct row_id *ids;
	size_t id_count;
	const char *const *words;
	size_t word_count;
	const struct endpoint *ends; /* all of them at one row */
	size_t end_count;
};

/* Valid during the call alone, its texts, too. */
typedef void row_visitor(void *context, uint64_t host_id, const void *row);

/* A part of a store that did not answer, and why: whatever it has is not known. */
struct row_missing {
	const char *name, *why;
};

/* A store that is asked. */
struct row_source {
	void *store;
	/* 0 or -errno; what was visited until then stands. */
	int (*ask)(void *store, const struct row_asked *asked, row_visitor *visit, void *context);
	/* How many parts have not answered until now; they are the store's. NULL: it has no parts. */
	size_t (*missing)(const void *store, const struct row_missing **ret);
	void (*close)(void *store);
};

static inline void row_source_close(struct row_source *s)
{
	if (s->store)
		s->close(s->store);
}

enum row_dialect { ROW_SQLITE, ROW_CLICKHOUSE };

/* Of what comes back: that of a class, or of count_row. */
const struct row_layout *row_question_layout(enum row_question q);
/* "SELECT host_id, …": its columns follow, as they are sent. It may speak of tables `asked` (looks), `ids` and `words`.
 */
void row_question_add(struct text *sql, const struct row_asked *asked, enum row_dialect d);
