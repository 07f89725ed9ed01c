/* CRC-32C (Castagnoli), as iSCSI has it (RFC 3720, B.4): of "123456789" it is 0xe3069283. */
#pragma once
#include "base/util.h"

uint32_t crc32c(const void *bytes, size_t length);
/* The same on any processor: what the tests hold the other against. */
uint32_t crc32c_by_table(const void *bytes, size_t length);
