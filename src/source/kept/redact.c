#include "redact.h"

struct redactor {
	ARRAY(uint64_t) names; /* hash of secret and text, in the order of first sight */
	struct index index;
};

struct redactor *redactor_new(void)
{
	struct redactor *r = memory_zeroed(sizeof(*r));

	index_init(&r->index, NULL, sizeof(uint64_t), 0);
	return r;
}

void redactor_free(struct redactor *r)
{
	if (!r)
		return;
	array_free(&r->names);
	index_free(&r->index);
	free(r);
}

void redactor_cleanup(struct redactor **r)
{
	redactor_free(*r);
}

static unsigned number_of(struct redactor *r, enum kept_secret secret, const void *bytes, size_t length)
{
	uint8_t kind = (uint8_t)secret;
	uint64_t hash = kept_sum(kept_sum(KEPT_SUM_START, &kind, 1), bytes, length) | 1;
	uint32_t found = index_find(&r->index, hash);

	if (found != INDEX_NONE)
		return found + 1;
	*array_push(&r->names) = hash;
	index_move(&r->index, r->names.items);
	index_add(&r->index, (uint32_t)r->names.count - 1);
	return (unsigned)r->names.count;
}

/* 10.a.b.c for IPv4 and what is mapped, fd00::n for IPv6. */
static void redact_endpoint(struct redactor *r, const struct endpoint *e, struct text *scratch)
{
	struct endpoint shown = *e;

	if (!addr_is_any(&e->addr) && !addr_is_loopback(&e->addr)) {
		unsigned n = number_of(r, SECRET_HOST, e->addr.bytes, sizeof(e->addr.bytes));
		uint8_t *tail = shown.addr.bytes + 12;
		if (!addr_is_v4(&e->addr)) {
			memset(shown.addr.bytes, 0, 12);
			shown.addr.bytes[0] = 0xfd;
		}
		tail[0] = addr_is_v4(&e->addr) ? 10 : 0;
		tail[1] = (uint8_t)(n >> 16);
		tail[2] = (uint8_t)(n >> 8);
		tail[3] = (uint8_t)n;
	}
	endpoint_format(scratch, &shown);
}

struct kept_value redact(struct redactor *r, const struct kept_column *c, const void *item, const struct kept_value *v,
                         struct text *scratch)
{
	static const char *const words[] = {
		[SECRET_HOST] = "host", [SECRET_USER] = "user", [SECRET_PATH] = "/path", [SECRET_COMMAND] = "command"
	};

	if (c->secret == SECRET_NO || v->is != KEPT_IS_TEXT)
		return *v;
	if (c->kind == KEPT_ENDPOINT) {
		scratch->length = 0;
		redact_endpoint(r, (const struct endpoint *)((const char *)item + c->offset), scratch);
	} else {
		unsigned n = number_of(r, c->secret, v->bytes, v->length);
		scratch->length = 0;
		text_printf(scratch, "%s%u", words[c->secret], n);
	}
	return (struct kept_value){ .is = KEPT_IS_TEXT, .bytes = scratch->bytes, .length = scratch->length };
}
