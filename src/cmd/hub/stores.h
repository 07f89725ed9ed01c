/* The ClickHouse servers that --store names, or fleet's --hub. */
#pragma once
#include "base/array.h"
#include "cmd/options.h"
#include "hub/clickhouse.h"
#include "secrets.h"

struct stores {
	ARRAY(struct clickhouse_place) places;
	struct text password;
	struct secret ca;
};

/* `option` for what is said. STATUS_OK, or another after having said why. */
int stores_read(struct stores *s, const char *option, const text_list *urls, const struct options *o);
void stores_free(struct stores *s);
