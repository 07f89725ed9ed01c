#include "stores.h"
#include "base/log.h"
#include "cmd/status.h"

static int add_place(struct stores *s, const char *option, const char *text)
{
	struct clickhouse_place place;

	if (!clickhouse_place_parse(text, &place)) {
		*array_push(&s->places) = place;
		return STATUS_OK;
	}
	log_error("%s: \"%s\" is no store", option, text);
	log_hint("like clickhouse=http://10.0.0.1:8123/unfin, or clickhouse=https://unfin@ch-1.example:8443/unfin with "
	         "--store-password FILE");
	return STATUS_USAGE;
}

static int check_place(const struct stores *s, const struct clickhouse_place *p)
{
	if (!s->password.bytes || !clickhouse_place_is_open(p))
		return STATUS_OK;
	log_error("--store-password: on its way to %s it could be read", p->url);
	log_hint("https:// keeps it; ClickHouse has https_port for that");
	return STATUS_USAGE;
}

int stores_read(struct stores *s, const char *option, const text_list *urls, const struct options *o)
{
	int status = secret_read("--store-password", o->store_password, &s->password)
	                     ?: secret_hold("--store-ca", o->store_ca, &s->ca);

	array_each (urls, url)
		status = status ?: add_place(s, option, *url);
	array_each (&s->places, p) {
		status = status ?: check_place(s, p);
		p->password = s->password.bytes;
		p->ca = s->ca.path.bytes;
	}
	return status;
}

void stores_free(struct stores *s)
{
	array_each (&s->places, p)
		clickhouse_place_free(p);
	array_free(&s->places);
	text_free(&s->password);
	secret_free(&s->ca);
}
