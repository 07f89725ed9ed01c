#include "redact.h"

struct redactor {
	bool names_too;
	ARRAY(uint64_t) names; /* hash of secret and text, in the order of first sight */
	struct index index;
};

struct redactor *redactor_new(bool names)
{
	struct redactor *r = memory_zeroed(sizeof(*r));

	r->names_too = names;
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

/* 10.a.b.c for IPv4 and what is mapped, fd00::n for IPv6, fe80::n for that of a link. */
static struct addr redact_addr(struct redactor *r, const struct addr *a)
{
	struct addr shown = *a;

	if (addr_is_any(a) || addr_is_loopback(a))
		return shown;
	unsigned n = number_of(r, SECRET_HOST, a->bytes, sizeof(a->bytes));
	uint8_t *tail = shown.bytes + 12;
	if (!addr_is_v4(a)) {
		memset(shown.bytes, 0, 12);
		shown.bytes[0] = addr_is_link_local(a) ? 0xfe : 0xfd;
		shown.bytes[1] = addr_is_link_local(a) ? 0x80 : 0;
	}
	tail[0] = addr_is_v4(a) ? 10 : 0;
	tail[1] = (uint8_t)(n >> 16);
	tail[2] = (uint8_t)(n >> 8);
	tail[3] = (uint8_t)n;
	return shown;
}

static void redact_member(struct redactor *r, const struct kept_column *c, const void *member, struct text *scratch)
{
	scratch->length = 0;
	if (c->kind == KEPT_ENDPOINT) {
		struct endpoint shown = *(const struct endpoint *)member;
		shown.addr = redact_addr(r, &shown.addr);
		endpoint_format(scratch, &shown);
	} else {
		struct addr shown = redact_addr(r, member);
		addr_format(scratch, &shown);
	}
}

struct kept_value redact(struct redactor *r, const struct kept_column *c, const void *item, const struct kept_value *v,
                         struct text *scratch)
{
	static const char *const words[] = {
		[SECRET_HOST] = "host",       [SECRET_USER] = "user",           [SECRET_PATH] = "/path",
		[SECRET_COMMAND] = "command", [SECRET_TEXT] = "text",           [SECRET_PROGRAM] = "program",
		[SECRET_UNIT] = "unit",       [SECRET_CONTAINER] = "container",
	};

	if (c->secret == SECRET_NO || v->is != KEPT_IS_TEXT || (c->secret >= SECRET_PROGRAM && !r->names_too))
		return *v;
	if (c->kind == KEPT_ENDPOINT || c->kind == KEPT_ADDRESS) {
		redact_member(r, c, (const char *)item + c->offset, scratch);
	} else {
		unsigned n = number_of(r, c->secret, v->bytes, v->length);
		scratch->length = 0;
		text_printf(scratch, "%s%u", words[c->secret], n);
	}
	return (struct kept_value){ .is = KEPT_IS_TEXT, .bytes = scratch->bytes, .length = scratch->length };
}
