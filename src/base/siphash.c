#include "siphash.h"

struct state {
	uint64_t v0, v1, v2, v3;
};

static uint64_t word_at(const uint8_t *bytes, size_t length)
{
	uint64_t word = 0;

	for (size_t i = 0; i < length; i++)
		word |= (uint64_t)bytes[i] << 8 * i;
	return word;
}

static uint64_t turn_left(uint64_t word, int bits)
{
	return word << bits | word >> (64 - bits);
}

static void run_rounds(struct state *s, int rounds)
{
	while (rounds--) {
		s->v0 += s->v1;
		s->v2 += s->v3;
		s->v1 = turn_left(s->v1, 13) ^ s->v0;
		s->v3 = turn_left(s->v3, 16) ^ s->v2;
		s->v0 = turn_left(s->v0, 32) + s->v3;
		s->v2 += s->v1;
		s->v1 = turn_left(s->v1, 17) ^ s->v2;
		s->v3 = turn_left(s->v3, 21) ^ s->v0;
		s->v2 = turn_left(s->v2, 32);
	}
}

static void take_word(struct state *s, uint64_t word)
{
	s->v3 ^= word;
	run_rounds(s, 2);
	s->v0 ^= word;
}

uint64_t siphash(const uint8_t key[SIPHASH_KEY_BYTES], const void *bytes, size_t length)
{
	const uint64_t k0 = word_at(key, 8), k1 = word_at(key + 8, 8);
	const uint8_t *at = bytes;
	struct state s = { k0 ^ 0x736f6d6570736575, k1 ^ 0x646f72616e646f6d, k0 ^ 0x6c7967656e657261,
		           k1 ^ 0x7465646279746573 };

	for (size_t left = length; left >= 8; left -= 8, at += 8)
		take_word(&s, word_at(at, 8));
	take_word(&s, word_at(at, length % 8) | (uint64_t)length << 56);
	s.v2 ^= 0xff;
	run_rounds(&s, 4);
	return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}
