#include "v8_text.h"
#include "base/array.h"
#include "base/utf8.h"

enum {
	REPRESENTATION = 7, /* of a string's type: what it is made of */
	FLAT = 0,
	CONS = 1,
	EXTERNAL = 2,
	SLICED = 3,
	THIN = 5,
	ONE_BYTE = 8,
	EXTERNAL_DATA = 24,     /* behind its resource, the characters themselves */
	EXTERNAL_UNCACHED = 16, /* has them not */
	NESTED_MOST = 16,
	SOURCE_MOST = 16 << 20,
};

uint32_t v8_type(const struct v8 *v, const struct memory *m, uint64_t object)
{
	uint64_t map = (object & 3) == 1 ? memory_u64(m, object - 1) : 0;
	uint16_t type = 0;

	if ((map & 3) != 1 || memory_read(m, map - 1 + v->at.type_at, &type, sizeof(type)))
		return UINT32_MAX;
	return type;
}

/* Characters that stand side by side. */
struct flat {
	uint64_t at;
	uint32_t length, width;
};

static bool flat_find(const struct v8 *v, const struct memory *m, uint64_t string, struct flat *ret)
{
	uint32_t type = v8_type(v, m, string), kind = type & REPRESENTATION;

	if (type >= v->at.no_string || (kind != FLAT && kind != EXTERNAL) ||
	    (kind == EXTERNAL && type & EXTERNAL_UNCACHED))
		return false;
	ret->length = memory_u32(m, string - 1 + v->at.length_at);
	ret->width = type & ONE_BYTE ? 1 : 2;
	ret->at = kind == FLAT ? string - 1 + (ret->width == 1 ? v->at.bytes_at : v->at.words_at)
	                       : memory_u64(m, string - 1 + EXTERNAL_DATA);
	return ret->at != 0;
}

static size_t put_flat(const struct memory *m, const struct flat *f, uint32_t from, uint32_t count, char *to,
                       size_t room)
{
	uint16_t words[STACK_FILE];
	uint8_t bytes[STACK_FILE];
	size_t used = 0, length = from < f->length ? MIN(MIN(count, f->length - from), (uint32_t)STACK_FILE) : 0;

	if (memory_read(m, f->at + (uint64_t)from * f->width, f->width == 1 ? (void *)bytes : words, length * f->width))
		return 0;
	for (size_t i = 0; i < length; i++) {
		uint32_t code = f->width == 1 ? bytes[i] : words[i];
		bool whole = code && (code < 0xd800 || code > 0xdfff);
		size_t put = utf8_put(to + used, room - used, whole ? code : '?');
		if (!put)
			break;
		used += put;
	}
	return used;
}

/* A part of another one. */
struct part {
	uint64_t string;
	uint32_t from, count;
};

/* Without recursion: what is still to be written stands in `parts`, the next one last. */
bool v8_text(const struct v8 *v, const struct memory *m, uint64_t string, char *to, size_t room)
{
	struct part parts[NESTED_MOST] = { { string, 0, UINT32_MAX } };
	size_t left = 1, used = 0;
	bool good = v8_type(v, m, string) < v->at.no_string;
	struct flat f;

	for (int i = 0; good && left && i < 4 * NESTED_MOST; i++) {
		struct part p = parts[--left];
		uint32_t type = v8_type(v, m, p.string), kind = type & REPRESENTATION;
		uint64_t body = p.string - 1;
		if (type < v->at.no_string && kind == CONS && left + 2 <= NESTED_MOST) {
			parts[left++] = (struct part){ memory_u64(m, body + v->at.second_at), 0, UINT32_MAX };
			parts[left++] = (struct part){ memory_u64(m, body + v->at.first_at), 0, UINT32_MAX };
		} else if (type < v->at.no_string && kind == THIN) {
			parts[left++] = (struct part){ memory_u64(m, body + v->at.actual_at), p.from, p.count };
		} else if (type < v->at.no_string && kind == SLICED) {
			uint32_t start = (uint32_t)(memory_u64(m, body + v->at.start_at) >> 32);
			uint32_t length = memory_u32(m, body + v->at.length_at);
			parts[left++] = (struct part){ memory_u64(m, body + v->at.parent_at), start, length };
		} else {
			good = flat_find(v, m, p.string, &f);
			used += good ? put_flat(m, &f, p.from, p.count, to + used, room - 1 - used) : 0;
		}
	}
	to[used] = '\0';
	return good;
}

uint32_t v8_line(const struct v8 *v, const struct memory *m, uint64_t source, uint32_t place)
{
	struct flat f;
	uint32_t line = 1;

	if (!flat_find(v, m, source, &f) || place > f.length || place > SOURCE_MOST)
		return 0;
	size_t bytes = (size_t)place * f.width;
	cleanup(cleanup_free) uint8_t *text = memory_zeroed(bytes + 1);
	if (memory_read(m, f.at, text, bytes))
		return 0;
	for (size_t i = 0; i < bytes; i += f.width)
		line += text[i] == '\n' && (f.width == 1 || !text[i + 1]);
	return line;
}
