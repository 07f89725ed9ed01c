/* A fresh namespace with the addresses and the two black holes that the populations use. */
#pragma once
#include "base/util.h"

/* Makes one, enters it and returns its descriptor; exits with a message if this host cannot. The black holes
 * are there as long as the descriptor `ret_hole` is open. */
int netns_new(int *ret_hole);
void netns_set(int fd);
/* Writes a setting of net.ipv4; what this kernel does not have is left out. */
void netns_setting(const char *name, const char *format, ...) PRINTF_LIKE(2, 3);
