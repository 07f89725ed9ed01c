/* From a method and an instruction in it to class, file and line. Inside of hotspot*.c. */
#pragma once
#include "hotspot.h"

enum { HOTSPOT_NO_INSTRUCTION = -1 };

/* False: that is no method. `instruction`: its offset in the method's bytes, or HOTSPOT_NO_INSTRUCTION. */
bool hotspot_method(const struct hotspot *h, uint64_t method, int32_t instruction, struct frame *ret);
/* The offset of an instruction at this address, or HOTSPOT_NO_INSTRUCTION: it is none of this method's. */
int32_t hotspot_instruction(const struct hotspot *h, uint64_t method, uint64_t address);

/* A number as HotSpot packs them: `left` bytes at `*at`, which it moves on. */
uint32_t hotspot_number(const struct hotspot *h, const uint8_t **at, size_t *left);
