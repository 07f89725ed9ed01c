/* Where decoders find what they ask for by its name, in a kept capture. */
#pragma once
#include "kept.h"
#include "blame/golang.h"
#include "blame/hotspot.h"
#include "blame/symbols.h"

static inline int kept_find(void *context, bool of_libc, const char *name, uint64_t *ret_address)
{
	struct elf_place p = kept_place(context, name);

	*ret_address = p.offset;
	return p.bytes ? 0 : -ENOENT;
}

static inline int kept_find_thread_variable(void *context, const char *name, uint64_t *ret_slot, uint64_t *ret_offset)
{
	*ret_offset = kept_place(context, name).bytes;
	return kept_find(context, false, name, ret_slot);
}

static inline void kept_each(void *context, const char *prefix,
                             void (*take)(void *to, const char *name, uint64_t address), void *to)
{
	const struct kept *k = context;

	for (size_t i = 0; i < k->place_count; i++)
		if (starts_with(k->places[i].name, prefix))
			take(to, k->places[i].name, k->places[i].place.offset);
}

static inline struct symbols kept_symbols(struct kept *k)
{
	return (struct symbols){ kept_find, kept_find_thread_variable, kept_each, k };
}

static inline struct golang_places kept_golang(const struct kept *k)
{
	return (struct golang_places){ .table = kept_place(k, "table"),
		                       .build = kept_place(k, "build"),
		                       .data = { kept_place(k, "module"), kept_place(k, "noptrdata"),
		                                 kept_place(k, "data") } };
}

static inline struct hotspot_places kept_hotspot(const struct kept *k)
{
	struct hotspot_places p;
	char name[16];

	for (size_t i = 0; i < HOTSPOT_SYMBOLS; i++) {
		snprintf(name, sizeof(name), "symbol%zu", i);
		p.at[i] = kept_place(k, name).offset;
	}
	return p;
}

static inline struct registers kept_registers(const struct kept *k)
{
	return (struct registers){ kept_place(k, "java-pc").offset, kept_place(k, "java-sp").offset,
		                   kept_place(k, "java-fp").offset };
}
