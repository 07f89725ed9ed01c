/* The program that looks for hiding sockets: loaded only when there are any. */
#pragma once
#include "model/moment.h"

void bpf_hiding_search(struct moment *m);
