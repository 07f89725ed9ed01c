#include "value.h"
#include <errno.h>
#include <inttypes.h>

enum { BITMAP_BYTES = 65536 / 8 };

/* Numbers by width and sign: every plain kind is one row. */
static const struct {
	uint8_t bytes;
	bool is_signed;
} widths[] = {
	[KEPT_U8] = { 1, false }, [KEPT_U16] = { 2, false }, [KEPT_U32] = { 4, false },  [KEPT_U64] = { 8, false },
	[KEPT_I8] = { 1, true },  [KEPT_I32] = { 4, true },  [KEPT_BOOL] = { 1, false },
};

static struct kept_value of_text(const char *s)
{
	if (!s)
		return (struct kept_value){ .is = KEPT_IS_NULL };
	return (struct kept_value){ .is = KEPT_IS_TEXT, .bytes = s, .length = strlen(s) };
}

/* Little-endian hosts only, as all that BPF's CO-RE serves here. */
static struct kept_value of_number(enum kept_kind kind, const char *at)
{
	unsigned bits = 64 - widths[kind].bytes * 8U;
	uint64_t raw = 0;

	memcpy(&raw, at, widths[kind].bytes);
	int64_t number = widths[kind].is_signed ? (int64_t)(raw << bits) >> bits : (int64_t)raw;
	return (struct kept_value){ .is = KEPT_IS_NUMBER, .number = number };
}

static void add_buckets(struct text *t, const uint64_t *buckets)
{
	size_t count = TIME_BUCKETS;

	while (count && !buckets[count - 1])
		count--;
	for (size_t i = 0; i < count; i++)
		text_printf(t, "%s%" PRIu64, i ? " " : "", buckets[i]);
}

struct kept_value kept_get(const struct kept_column *c, const void *item, struct text *scratch)
{
	const char *at = (const char *)item + c->offset;
	const uint64_t *bitmap;

	scratch->length = 0;
	switch (c->kind) {
	case KEPT_TEXT:
		return of_text(*(const char *const *)at);
	case KEPT_CHARS:
		text_add_bytes(scratch, at, strnlen(at, 15));
		return of_text(scratch->bytes);
	case KEPT_ENDPOINT:
		endpoint_format(scratch, (const struct endpoint *)at);
		return of_text(scratch->bytes);
	case KEPT_ADDRESS:
		addr_format(scratch, (const struct addr *)at);
		return of_text(scratch->bytes);
	case KEPT_STATE:
		return of_text(state_json(*(const uint8_t *)at));
	case KEPT_BUCKETS:
		add_buckets(scratch, (const uint64_t *)at);
		return of_text(scratch->length ? scratch->bytes : NULL);
	case KEPT_BITMAP:
		memcpy(&bitmap, at, sizeof(bitmap));
		if (!bitmap)
			return of_text(NULL);
		return (struct kept_value){ .is = KEPT_IS_BYTES, .bytes = bitmap, .length = BITMAP_BYTES };
	case KEPT_COMPLETE:
		return (struct kept_value){ .is = KEPT_IS_NUMBER, .number = moment_is_complete(item) };
	default:
		return of_number(c->kind, at);
	}
}

static int set_number(enum kept_kind kind, char *at, int64_t number)
{
	struct kept_value back;

	memcpy(at, &number, widths[kind].bytes);
	back = of_number(kind, at);
	return back.number == number && (kind != KEPT_BOOL || (uint64_t)number <= 1) ? 0 : -EBADMSG;
}

static int set_state(char *at, const char *word)
{
	enum tcp_state state = state_parse(word);

	*(uint8_t *)at = (uint8_t)state;
	return state == STATE_NONE && !streq(word, state_json(STATE_NONE)) ? -EBADMSG : 0;
}

/* Only as add_buckets() writes them: so the checksum holds for what was understood. */
static int set_buckets(uint64_t *buckets, const char *s)
{
	TEXT_CLEANUP back = { 0 };
	const char *at = s;

	for (size_t i = 0; i < TIME_BUCKETS && *at; i++) {
		char *end;
		buckets[i] = strtoull(at, &end, 10);
		at = *end == ' ' ? end + 1 : end;
	}
	add_buckets(&back, buckets);
	return back.length && streq(back.bytes, s) ? 0 : -EBADMSG;
}

static int set_text(const struct kept_column *c, char *at, const char *s, struct arena *arena)
{
	const char *copy;

	switch (c->kind) {
	case KEPT_TEXT:
		copy = arena_strdup(arena, s);
		memcpy(at, &copy, sizeof(copy));
		return 0;
	case KEPT_CHARS:
		snprintf(at, 16, "%s", s);
		return 0;
	case KEPT_ENDPOINT:
		return endpoint_parse(s, (struct endpoint *)at) ? -EBADMSG : 0;
	case KEPT_ADDRESS:
		return addr_parse(s, (struct addr *)at) ? -EBADMSG : 0;
	case KEPT_STATE:
		return set_state(at, s);
	case KEPT_BUCKETS:
		return set_buckets((uint64_t *)at, s);
	default:
		return -EBADMSG;
	}
}

int kept_set(const struct kept_column *c, void *item, const struct kept_value *v, struct arena *arena)
{
	char *at = (char *)item + c->offset;
	bool is_number = c->kind < ARRAY_SIZE(widths);

	if (c->kind == KEPT_COMPLETE)
		return v->is == KEPT_IS_NUMBER && (uint64_t)v->number <= 1 ? 0 : -EBADMSG;
	if (is_number != (v->is == KEPT_IS_NUMBER))
		return -EBADMSG;
	if (is_number)
		return set_number(c->kind, at, v->number);
	if (v->is == KEPT_IS_TEXT)
		return set_text(c, at, v->bytes, arena);
	if (v->is == KEPT_IS_NULL)
		return c->kind == KEPT_TEXT || c->kind == KEPT_BITMAP || c->kind == KEPT_BUCKETS ? 0 : -EBADMSG;
	if (c->kind != KEPT_BITMAP || v->length != BITMAP_BYTES)
		return -EBADMSG;
	void *bitmap = memcpy(arena_alloc(arena, BITMAP_BYTES), v->bytes, BITMAP_BYTES);
	memcpy(at, &bitmap, sizeof(bitmap));
	return 0;
}

uint64_t kept_value_sum(uint64_t sum, const struct kept_value *v)
{
	uint8_t is = (uint8_t)v->is;

	sum = kept_sum(sum, &is, 1);
	if (v->is == KEPT_IS_NUMBER)
		return kept_sum(sum, &v->number, sizeof(v->number));
	return v->is == KEPT_IS_NULL ? sum : kept_sum(sum, v->bytes, v->length);
}
