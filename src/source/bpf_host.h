/* What this host lets a BPF program do, and in plain words why not. Shared with src/trace. */
#pragma once
#include "model/moment.h"

/* Why loading failed with this -errno, and what mends it. Texts live in the arena. */
struct gap bpf_host_why(int err, struct arena *arena);
