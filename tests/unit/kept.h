/* Kept captures: what was frozen of a thread, and what a decoder then read of its process's memory, so that it can be
 * decoded again without that process. Written by tests/blame-matrix/keep, a line each:
 *
 *	place NAME ADDRESS BYTES     where something stands, as the file of the program says; of a variable of each
 *	                             thread what elf_thread_variable_find() says
 *	register NUMBER VALUE
 *	stack HEX                    from the stack pointer on; continued by the next one
 *	lead ADDRESS HEX             instead of a stack: what the walker froze of an interpreter
 *	node ADDRESS HEX
 *	call ADDRESS HEX             or what node.bpf.c did
 *	read ADDRESS HEX             of the memory
 *	zeros ADDRESS BYTES
 *	frame FUNCTION|FILE|LINE|LIBRARY   what must come out */
#pragma once
#include "base/array.h"
#include "blame/elf.h"
#include "blame/memory.h"
#include "bpf/node.h"
#include "model/site.h"
#include <errno.h>

enum { KEPT_PLACES = 64, KEPT_NAME = 80, KEPT_FRAMES = 64, KEPT_LINE = 1 << 16, KEPT_TEXT = 1024 };

struct kept_piece {
	uint64_t address, bytes;
	uint8_t *at;
};

struct kept {
	struct record_capture capture;
	struct record_javascript calls;
	ARRAY(struct kept_piece) pieces; /* by address */
	struct {
		char name[KEPT_NAME];
		struct elf_place place;
	} places[KEPT_PLACES];
	size_t place_count, node_count;
	char *frames[KEPT_FRAMES];
	size_t frame_count;
};

static inline size_t kept_hex(const char *hex, uint8_t *to, size_t most)
{
	size_t count = 0;
	unsigned byte;

	while (count < most && sscanf(hex + 2 * count, "%2x", &byte) == 1)
		to[count++] = (uint8_t)byte;
	return count;
}

static inline void kept_piece(struct kept *k, uint64_t address, const uint8_t *bytes, uint64_t count)
{
	struct kept_piece *last = k->pieces.count ? &k->pieces.items[k->pieces.count - 1] : NULL;

	if (!last || last->address + last->bytes != address) {
		last = array_push(&k->pieces);
		last->address = address;
	}
	last->at = memory_resize(last->at, last->bytes + count, 1);
	if (bytes)
		memcpy(last->at + last->bytes, bytes, count);
	else
		memset(last->at + last->bytes, 0, count);
	last->bytes += count;
}

static inline void kept_node(struct record_node *to, uint64_t address, const char *hex)
{
	to->address = address;
	kept_hex(hex, to->bytes, sizeof(to->bytes));
}

static inline void kept_line(struct kept *k, char *line)
{
	uint8_t bytes[KEPT_LINE / 2];
	unsigned long long a, b;
	char name[KEPT_NAME];
	int at;

	line[strcspn(line, "\n")] = '\0';
	if (sscanf(line, "place %79s %llx %llx", name, &a, &b) == 3 && k->place_count < KEPT_PLACES) {
		memcpy(k->places[k->place_count].name, name, sizeof(name));
		k->places[k->place_count++].place = (struct elf_place){ a, b };
	} else if (sscanf(line, "register %llu %llx", &a, &b) == 2 && a < CAPTURE_REGISTERS) {
		k->capture.registers[a] = b;
	} else if (starts_with(line, "stack ")) {
		k->capture.body_bytes +=
		        (uint32_t)kept_hex(line + 6, (uint8_t *)k->capture.body.stack + k->capture.body_bytes,
		                           CAPTURE_STACK_BYTES - k->capture.body_bytes);
	} else if (sscanf(line, "lead %llx %n", &a, &at) == 1) {
		kept_node(&k->capture.lead, a, line + at);
		k->capture.flags |= CAPTURE_WALKED | CAPTURE_LED;
	} else if (sscanf(line, "node %llx %n", &a, &at) == 1 && k->node_count < CAPTURE_NODES) {
		kept_node(&k->capture.body.nodes[k->node_count++], a, line + at);
		k->capture.flags |= CAPTURE_WALKED;
		k->capture.body_bytes += sizeof(struct record_node);
	} else if (sscanf(line, "call %llx %n", &a, &at) == 1 && k->calls.count < NODE_CALLS) {
		kept_node(&k->calls.calls[k->calls.count++], a, line + at);
	} else if (sscanf(line, "read %llx %n", &a, &at) == 1) {
		kept_piece(k, a, bytes, kept_hex(line + at, bytes, sizeof(bytes)));
	} else if (sscanf(line, "zeros %llx %llx", &a, &b) == 2) {
		kept_piece(k, a, NULL, b);
	} else if (starts_with(line, "frame ") && k->frame_count < KEPT_FRAMES) {
		k->frames[k->frame_count++] = memory_strdup(line + 6);
	}
}

/* NULL: there is no such file, or it is broken. */
static inline struct kept *kept_open(const char *name)
{
	char path[256], line[KEPT_LINE];
	struct kept *k = memory_zeroed(sizeof(*k));

	snprintf(path, sizeof(path), "tests/unit/captures/%s", name);
	cleanup(cleanup_fclose) FILE *f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f))
		kept_line(k, line);
	if (k->frame_count)
		return k;
	free(k);
	return NULL;
}

static inline void kept_close(struct kept *k)
{
	array_each (&k->pieces, p)
		free(p->at);
	array_free(&k->pieces);
	for (size_t i = 0; i < k->frame_count; i++)
		free(k->frames[i]);
	free(k);
}

static inline struct elf_place kept_place(const struct kept *k, const char *name)
{
	for (size_t i = 0; i < k->place_count; i++)
		if (streq(k->places[i].name, name))
			return k->places[i].place;
	return (struct elf_place){ 0 };
}

/* What was not read then cannot be read now. */
static inline int kept_read(void *context, uint64_t address, void *to, size_t bytes)
{
	const struct kept *k = context;
	size_t low = 0, high = k->pieces.count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (k->pieces.items[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	const struct kept_piece *p = low ? &k->pieces.items[low - 1] : NULL;
	if (!p || address - p->address > p->bytes || bytes > p->bytes - (address - p->address))
		return -EFAULT;
	memcpy(to, p->at + (address - p->address), bytes);
	return 0;
}

static inline struct memory kept_memory(struct kept *k)
{
	return (struct memory){ .read = kept_read, .context = k };
}
