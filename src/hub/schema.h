/* The tables of a hub in ClickHouse, made of the one table of rows (row/row_table.c), in two dialects: that of 18.16,
 * which Debian has, and that of releases from 20.3 on.
 *
 * Each table is a ReplacingMergeTree whose order is the key of its rows: a row that is inserted again is there once
 * after the next merge, and until then whoever asks counts it once. */
#pragma once
#include "row/row.h"

enum schema_dialect { SCHEMA_18, SCHEMA_NOW };

enum { SCHEMA_VERSION = 1 };

/* Of SELECT version(). */
enum schema_dialect schema_dialect_of(const char *version);

void schema_add_table(struct text *sql, const char *database, enum row_class c, enum schema_dialect d);
/* "INSERT INTO … FORMAT RowBinary": what the hub adds to a row, then the row as it is sent. */
void schema_add_insert(struct text *sql, const char *database, enum row_class c);
/* Which version the tables are of. */
void schema_add_versions(struct text *sql, const char *database);
