/* How a decoder reads the memory of a traced process: of the live one, or of a kept capture. What is there was written
 * by somebody else: each length is bounded by who reads, each read may fail. */
#pragma once
#include "model/image.h"

struct memory {
	int (*read)(void *context, uint64_t address, void *to, size_t bytes); /* all of it: 0, or -errno */
	void *context;
};

/* That of the process which the image is of, as it is now. */
struct memory memory_of_image(const struct image *image);

static inline int memory_read(const struct memory *m, uint64_t address, void *to, size_t bytes)
{
	return m->read(m->context, address, to, bytes);
}

/* 0 for what cannot be read: no object stands there. */
static inline uint64_t memory_u64(const struct memory *m, uint64_t address)
{
	uint64_t value = 0;

	return address && !memory_read(m, address, &value, sizeof(value)) ? value : 0;
}

static inline uint32_t memory_u32(const struct memory *m, uint64_t address)
{
	uint32_t value = 0;

	return address && !memory_read(m, address, &value, sizeof(value)) ? value : 0;
}

/* A text that ends in a zero, cut to fit: no page beyond its own is read. Empty if it cannot be read. */
static inline void memory_text(const struct memory *m, uint64_t address, char *to, size_t room)
{
	enum { PIECE = 64 };
	size_t used = 0;

	*to = '\0';
	while (address && used + 1 < room) {
		size_t piece = MIN(PIECE - (address + used) % PIECE, room - 1 - used);
		if (memory_read(m, address + used, to + used, piece)) {
			to[used] = '\0';
			return;
		}
		to[used + piece] = '\0';
		if (memchr(to + used, '\0', piece))
			return;
		used += piece;
	}
}

/* So many bytes of a text, cut to fit. Empty if it cannot be read. */
static inline void memory_bytes(const struct memory *m, uint64_t address, uint64_t count, char *to, size_t room)
{
	size_t bytes = MIN(count, (uint64_t)room - 1);

	to[address && !memory_read(m, address, to, bytes) ? bytes : 0] = '\0';
}

/* Words of what was copied. */
static inline uint64_t word_at(const uint8_t *bytes, size_t at)
{
	uint64_t value;

	memcpy(&value, bytes + at, sizeof(value));
	return value;
}

static inline uint32_t half_at(const uint8_t *bytes, size_t at)
{
	uint32_t value;

	memcpy(&value, bytes + at, sizeof(value));
	return value;
}
