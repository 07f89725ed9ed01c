/* SipHash-2-4 (Aumasson, Bernstein 2012): 64 bits that nobody foresees who does not know the key. With a key of zeros
 * it is what ClickHouse calls sipHash64(), so that a database finds the same number from its columns. */
#pragma once
#include "util.h"

enum { SIPHASH_KEY_BYTES = 16 };

uint64_t siphash(const uint8_t key[SIPHASH_KEY_BYTES], const void *bytes, size_t length);
