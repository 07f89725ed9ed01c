/* Reading rows that others wrote: nothing is taken over that was not looked at. */
#include "row.h"
#include "base/utf8.h"
#include <math.h>

static const uint64_t minute_ms = 60 * 1000, hour_ms = 60 * minute_ms, day_ms = 24 * hour_ms;

/* What is older than all that is kept would only open partitions for the moment it takes to drop them. A host corrects
 * its clock by ours, so it can hardly be ahead. */
static bool is_about_now(const struct row_clock *clock, uint64_t at_ms)
{
	return at_ms + 7 * day_ms >= clock->now_ms && at_ms <= clock->now_ms + hour_ms;
}

uint64_t row_since_ms(uint64_t since_ms, uint64_t now_ms)
{
	uint64_t day = now_ms / day_ms, kept = row_layout(ROW_FINDING)->keep_days - 1;

	return MIN(MAX(since_ms, (day - MIN(day, kept)) * day_ms), now_ms + hour_ms);
}

uint64_t row_until_ms(uint64_t until_ms, uint64_t now_ms)
{
	return MIN(until_ms, now_ms + 3650 * day_ms);
}

static const char *check_time(const struct row_clock *clock, enum row_kind kind, uint64_t value)
{
	if (kind == ROW_AT_MS && !is_about_now(clock, value))
		return "it is no time of these days: is that host's clock right?";
	if (kind == ROW_AT_MINUTE && !is_about_now(clock, value * minute_ms))
		return "it is no minute of these days: is that host's clock right?";
	return NULL;
}

static void bring_near(const struct row_clock *clock, enum row_kind kind, void *value)
{
	uint64_t ms = row_number(kind, value);

	if (kind == ROW_SINCE_MS)
		ms = row_since_ms(ms, clock->now_ms);
	else if (kind == ROW_UNTIL_MS)
		ms = row_until_ms(ms, clock->now_ms);
	else
		return;
	memcpy(value, &ms, sizeof(ms));
}

static const char *check_number(const struct row_column *c, const struct row_clock *clock, const void *value)
{
	if (c->kind == ROW_F32 && !isfinite(*(const float *)value))
		return "it is no number";
	if (c->most && row_number(c->kind, value) > c->most)
		return c->words ? "there is no such value" : "it is larger than it can be";
	return clock && row_kind_is_time(c->kind) ? check_time(clock, c->kind, row_number(c->kind, value)) : NULL;
}

/* At most three bytes of seven bits: longer texts are refused anyway. */
static bool read_length(struct row_bytes *in, size_t *ret)
{
	size_t length = 0;

	for (unsigned shift = 0; shift < 21 && in->left; shift += 7) {
		uint8_t byte = *in->at++;
		in->left--;
		length |= (size_t)(byte & 0x7f) << shift;
		if (byte & 0x80)
			continue;
		*ret = length;
		return true;
	}
	return false;
}

/* Valid UTF-8 without control characters: what a terminal obeys, or ends a line of a log, is no name. */
static bool is_clean(const char *text, size_t length, bool lines)
{
	const char *end = text + length;

	for (int step; text < end; text += step) {
		step = utf8_valid(text);
		if (!step || text + step > end || *text == 0x7f)
			return false;
		if ((unsigned char)*text < ' ' && !(lines && (*text == '\n' || *text == '\t')))
			return false;
	}
	return true;
}

static const char *read_text(struct row_bytes *in, const struct row_column *c, struct arena *arena, const char **ret)
{
	size_t length;

	if (!read_length(in, &length) || length > in->left)
		return "the batch ends in it";
	if (c->most && length > c->most)
		return "it is longer than it can be";
	char *copy = arena_alloc(arena, length + 1);
	memcpy(copy, in->at, length);
	if (!is_clean(copy, length, c->lines))
		return "it is no plain text";
	in->at += length;
	in->left -= length;
	*ret = copy;
	return NULL;
}

static const char *read_number(struct row_bytes *in, const struct row_column *c, const struct row_clock *clock,
                               void *ret)
{
	size_t bytes = row_kind_bytes(c->kind);

	if (bytes > in->left)
		return "the batch ends in it";
	row_copy(ret, in->at, c->kind);
	in->at += bytes;
	in->left -= bytes;
	if (clock)
		bring_near(clock, c->kind, ret);
	return check_number(c, clock, ret);
}

const char *row_read(struct row_bytes *in, const struct row_layout *layout, const struct row_clock *clock,
                     struct arena *arena, void *ret, const char **ret_why)
{
	for (const struct row_column *c = layout->columns; c->name; c++) {
		void *value = (uint8_t *)ret + c->offset;
		const char *why =
		        c->kind == ROW_TEXT ? read_text(in, c, arena, value) : read_number(in, c, clock, value);
		if (why) {
			*ret_why = why;
			return c->name;
		}
	}
	return NULL;
}

size_t row_length(struct row_bytes in, const struct row_layout *layout)
{
	size_t left = in.left;

	for (const struct row_column *c = layout->columns; c->name; c++) {
		size_t bytes = row_kind_bytes(c->kind);
		if ((c->kind == ROW_TEXT && !read_length(&in, &bytes)) || bytes > in.left)
			return 0;
		in.at += bytes;
		in.left -= bytes;
	}
	return left - in.left;
}
