/* One function of a Go program, as its tables describe it (struct _func of the runtime). Inside of golang*.c. */
#pragma once
#include "golang.h"

struct golang_function {
	uint64_t start, at; /* of its code; of its description */
	uint32_t name, stack_steps, file_steps, line_steps, unit, tables, data_tables;
	uint64_t tables_at; /* what follows its description: numbers of further tables */
};

bool golang_function_find(const struct golang *g, uint64_t address, struct golang_function *ret);
/* The value of one of its tables at this address. False: it has none there. */
bool golang_value(const struct golang *g, const struct golang_function *f, uint32_t table, uint64_t address,
                  int32_t *ret);

/* Of the n-th function: where its code begins, and its description. */
uint64_t golang_entry(const struct golang *g, uint64_t index);
uint64_t golang_description(const struct golang *g, uint64_t index);
/* Where in a description its name is said. */
uint32_t golang_name_at(const struct golang *g);
