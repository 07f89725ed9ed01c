/* An order over a moment's sockets: `-age,local_port`. */
#pragma once
#include "field.h"

/* Sorts `count` positions in the moment's sockets. What is not known comes last, either way round; equal ones
 * keep their order. */
void sort_sockets(const struct moment *m, uint32_t *positions, size_t count, const field_list *by);
