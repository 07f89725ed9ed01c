/* What is asked of the rows that a hub has stored, whatever it stores them in: each question is for whole rows of one
 * class, one SQL text for SQLite and ClickHouse (question.c). What follows from the rows is the asker's to find out; so
 * all stores give the same answers.
 *
 * A store may give a row several times, in any order: ClickHouse drops what came twice when it gets round to it. */
#pragma once
#include "row.h"

enum row_question {
	ROW_ASKS_NEWEST,     /* the newest look of all hosts */
	ROW_ASKS_LAST_LOOKS, /* the newest look of each host, if that was since `from_ms` */
	ROW_ASKS_LOOKS,      /* all looks since `from_ms` */
	ROW_ASKS_HOSTS,
	ROW_ASKS_SUSPECTS, /* of `looks`, of which the oldest is of `from_ms` */
	ROW_ASKS_PLACES,   /* endpoints since `from_ms` that are an address of a host in the outer network */
	ROW_ASKS_FINDINGS, /* told of since `from_ms` */
	ROW_ASKS_PORTS,    /* rollups since `from_ms` of destinations to which half of the ports are used */
	ROW_QUESTIONS,
};

/* As it is sent to ClickHouse: two numbers of 64 bits. */
struct row_look {
	uint64_t host_id, at_ms;
};

struct row_asked {
	enum row_question what;
	uint64_t from_ms;
	const struct row_look *looks;
	size_t look_count;
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

enum row_class row_question_class(enum row_question q);
/* "SELECT host_id, …": the columns of the class follow, as they are sent. ROW_ASKS_SUSPECTS wants a table `asked`, with
 * the looks. */
void row_question_add(struct text *sql, const struct row_asked *asked, enum row_dialect d);
