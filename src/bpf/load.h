/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* How kernel programs come into the kernel. For each NAME.bpf.c of this folder the build makes NAME.load.h, with
 * NAME_bpf__open(), __load() and __destroy(), and with a struct NAME_bpf that has the descriptors of its programs and
 * maps (bpftool's light skeleton). There is one way in:
 *  - The kernel finds for itself where the members of its types stand (since 5.17), told by a small program that
 *    libbpf made when we were built. That takes a third of the time, for user space reads no types at all.
 *  - Where this is refused, for whatever reason, libbpf reads them, and loads the same object: but not of what is
 *    optional (meson.build), for it would take its time to be refused once more. */
#ifndef UNFIN_LOAD_H
#define UNFIN_LOAD_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <bpf/skel_internal.h>
#include "record.h"

/* An object as it was compiled. */
typedef const void *(*programs_object)(size_t *ret_size);

/* Fills the descriptors behind light->ctx, which are the caller's. `object` is NULL if there is one way alone. 0, or
 * -errno and nothing is loaded. */
int programs_load(struct bpf_load_and_run_opts *light, programs_object object);

#endif
