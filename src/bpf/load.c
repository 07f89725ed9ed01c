// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "load.h"
#include <bpf/libbpf.h>
#include <fcntl.h>
#include <string.h>

/* What stands behind a context (libbpf's gen_loader.c): one for each map of the object, then one for each program. */
struct descriptors {
	struct bpf_map_desc *maps;
	struct bpf_prog_desc *programs;
};

static struct descriptors descriptors_find(struct bpf_loader_ctx *ctx, const struct bpf_object *o)
{
	struct descriptors d = { .maps = (struct bpf_map_desc *)(ctx + 1) };
	struct bpf_map_desc *end = d.maps;
	struct bpf_map *map;

	bpf_object__for_each_map (map, o)
		end++;
	d.programs = (struct bpf_prog_desc *)end;
	return d;
}

/* What the caller has set before loading, .rodata and .bss, and sizes. And all that a light skeleton maps into memory
 * must let it: also the compiler's constants, which libbpf keeps apart. */
static void values_give(struct bpf_object *o, const struct bpf_map_desc *from)
{
	struct bpf_map *map;
	size_t size;

	bpf_object__for_each_map (map, o) {
		const void *value = (const void *)(uintptr_t)from->initial_value;
		if (from->max_entries)
			bpf_map__set_max_entries(map, from->max_entries);
		from++;
		void *to = value ? (void *)bpf_map__initial_value(map, &size) : NULL;
		if (!to)
			continue;
		memcpy(to, value, size);
		bpf_map__set_map_flags(map, bpf_map__map_flags(map) | BPF_F_MMAPABLE);
	}
}

/* The object's own descriptor is closed with it. */
static int descriptor_keep(int fd, int *ret)
{
	*ret = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	return *ret < 0 ? -errno : 0;
}

/* An error leaves what is kept so far, and 0 behind it, to the destructor of the skeleton. */
static int descriptors_keep(struct bpf_object *o, struct descriptors d)
{
	struct bpf_program *program;
	struct bpf_map *map;
	int err = 0;

	bpf_object__for_each_map (map, o)
		err = err ?: descriptor_keep(bpf_map__fd(map), &d.maps++->map_fd);
	bpf_object__for_each_program (program, o)
		err = err ?: descriptor_keep(bpf_program__fd(program), &d.programs++->prog_fd);
	return err;
}

static int load_with_libbpf(struct bpf_loader_ctx *ctx, programs_object object)
{
	size_t size;
	const void *bytes = object(&size);

	libbpf_set_print(NULL); /* the command tells once, in our words */
	struct bpf_object *o = bpf_object__open_mem(bytes, size, NULL);
	if (!o)
		return -errno;
	struct descriptors d = descriptors_find(ctx, o);
	values_give(o, d.maps);
	int err = bpf_object__load(o);
	if (!err)
		err = descriptors_keep(o, d);
	bpf_object__close(o);
	return err;
}

int programs_load(struct bpf_load_and_run_opts *light, programs_object object)
{
	int err = bpf_load_and_run(light);

	return err && object ? load_with_libbpf(light->ctx, object) : err;
}
