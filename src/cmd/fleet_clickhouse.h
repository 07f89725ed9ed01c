/* The ClickHouse servers of a hub as a source of rows: in the executable unfin-hub, or where that is missing. */
#pragma once
#include "row/question.h"

struct options;

/* Those that --hub names. STATUS_OK, or another after having said why: none of them answers. */
int fleet_clickhouse_open(const struct options *o, struct row_source *ret);
