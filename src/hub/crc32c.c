#include "crc32c.h"
#include <string.h>

/* Four bits at a time, where the processor cannot do it: a batch of the usual size takes some 20 us. */
static const uint32_t steps[16] = {
	0x00000000, 0x105ec76f, 0x20bd8ede, 0x30e349b1, 0x417b1dbc, 0x5125dad3, 0x61c69362, 0x7198540d,
	0x82f63b78, 0x92a8fc17, 0xa24bb5a6, 0xb21572c9, 0xc38d26c4, 0xd3d3e1ab, 0xe330a81a, 0xf36e6f75,
};

uint32_t crc32c_by_table(const void *bytes, size_t length)
{
	uint32_t crc = UINT32_MAX;

	for (const uint8_t *at = bytes, *end = at + length; at < end; at++) {
		crc ^= *at;
		crc = crc >> 4 ^ steps[crc & 15];
		crc = crc >> 4 ^ steps[crc & 15];
	}
	return ~crc;
}

#ifdef __x86_64__
/* An instruction of SSE 4.2 for eight bytes. */
__attribute__((target("sse4.2"))) static uint32_t by_processor(const uint8_t *at, size_t length)
{
	uint64_t crc = UINT32_MAX, word;

	for (; length >= sizeof(word); at += sizeof(word), length -= sizeof(word)) {
		memcpy(&word, at, sizeof(word));
		crc = __builtin_ia32_crc32di(crc, word);
	}
	for (; length; length--)
		crc = __builtin_ia32_crc32qi((uint32_t)crc, *at++);
	return ~(uint32_t)crc;
}

uint32_t crc32c(const void *bytes, size_t length)
{
	return __builtin_cpu_supports("sse4.2") ? by_processor(bytes, length) : crc32c_by_table(bytes, length);
}
#else
uint32_t crc32c(const void *bytes, size_t length)
{
	return crc32c_by_table(bytes, length);
}
#endif
