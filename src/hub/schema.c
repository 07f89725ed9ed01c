#include "schema.h"

enum { NOW_MAJOR = 20, NOW_MINOR = 3 };

enum schema_dialect schema_dialect_of(const char *version)
{
	unsigned major = 0, minor = 0;

	if (sscanf(version, "%u.%u", &major, &minor) != 2)
		return SCHEMA_NOW;
	return major < NOW_MAJOR || (major == NOW_MAJOR && minor < NOW_MINOR) ? SCHEMA_18 : SCHEMA_NOW;
}

static void add_words(struct text *sql, const char *const *words)
{
	text_add(sql, "Enum8(");
	for (size_t i = 0; words[i]; i++)
		text_printf(sql, "%s'%s' = %zu", i ? ", " : "", words[i], i);
	text_add(sql, ")");
}

/* 18.16 knows LowCardinality only as an experiment, and gains little by it. */
static void add_text_type(struct text *sql, const struct row_column *c, enum schema_dialect d)
{
	if (d == SCHEMA_18)
		text_add(sql, "String");
	else if (c->few)
		text_add(sql, "LowCardinality(String)");
	else
		text_add(sql, c->lines ? "String CODEC(ZSTD(1))" : "String");
}

static void add_type(struct text *sql, const struct row_column *c, enum schema_dialect d)
{
	static const char *const types[] = {
		[ROW_U8] = "UInt8",
		[ROW_U16] = "UInt16",
		[ROW_U32] = "UInt32",
		[ROW_U64] = "UInt64",
		[ROW_I32] = "Int32",
		[ROW_F32] = "Float32",
		[ROW_ID16] = "FixedString(16)",
		[ROW_AT_MS] = "UInt64",
		[ROW_AT_MINUTE] = "UInt32",
		[ROW_SINCE_MS] = "UInt64",
		[ROW_UNTIL_MS] = "UInt64",
		[ROW_DAY] = "Date",
	};

	if (c->words)
		add_words(sql, c->words);
	else if (c->kind == ROW_TEXT)
		add_text_type(sql, c, d);
	else
		text_add(sql, types[c->kind]);
}

static void add_columns(struct text *sql, const struct row_column *columns, enum schema_dialect d)
{
	for (const struct row_column *c = columns; c->name; c++) {
		text_printf(sql, "\n  `%s` ", c->name);
		add_type(sql, c, d);
		text_add_char(sql, ',');
	}
}

/* Suspects are asked for by time: ten minutes stand together, and in them the same connection as often as it was told,
 * which takes little room. What closes a finding must not replace what was told of it. */
static void add_order(struct text *sql, enum row_class c)
{
	const struct row_layout *l = row_layout(c);

	text_printf(sql, "ORDER BY (%s%s", c == ROW_SUSPECT ? "intDiv(at_ms, 600000), " : "", l->key);
	if (l->closes)
		text_printf(sql, ", %s", l->closes);
	text_add_char(sql, ')');
}

void schema_add_table(struct text *sql, const char *database, enum row_class c, enum schema_dialect d)
{
	const struct row_layout *l = row_layout(c);

	text_printf(sql, "CREATE TABLE IF NOT EXISTS %s.%s (", database, l->table);
	add_columns(sql, l->stamp, d);
	add_columns(sql, l->columns, d);
	sql->length--;
	text_printf(sql, "\n) ENGINE = ReplacingMergeTree(%s) ", l->newest);
	if (l->day)
		text_add(sql, "PARTITION BY day ");
	add_order(sql, c);
	if (l->keep_days && d == SCHEMA_NOW)
		text_printf(sql, " TTL day + INTERVAL %u DAY SETTINGS ttl_only_drop_parts = 1", l->keep_days);
}

static void add_names(struct text *sql, const struct row_column *columns)
{
	for (const struct row_column *c = columns; c->name; c++)
		text_printf(sql, "`%s`, ", c->name);
}

void schema_add_insert(struct text *sql, const char *database, enum row_class c)
{
	const struct row_layout *l = row_layout(c);

	text_printf(sql, "INSERT INTO %s.%s (", database, l->table);
	add_names(sql, l->stamp);
	add_names(sql, l->columns);
	sql->length -= strlen(", ");
	text_add(sql, ") FORMAT RowBinary");
}

void schema_add_versions(struct text *sql, const char *database)
{
	text_printf(
	        sql,
	        "CREATE TABLE IF NOT EXISTS %s.schema_version (version UInt32, applied_ms UInt64) ENGINE = MergeTree"
	        " ORDER BY version",
	        database);
}
