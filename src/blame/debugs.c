#include "debugs.h"
#include "elf.h"
#include <errno.h>

static bool has_debug(const struct image *image, const struct image_debug *d)
{
	array_each (&image->files, f)
		if (f->inode == d->inode && elf_is_build(f->debug_fd, d->id, d->id_bytes))
			return true;
	return false;
}

int debugs_missing(const struct image *image, const struct image_debugs *wanted, struct image_debugs *ret)
{
	*ret = (struct image_debugs){ 0 };
	for (uint32_t i = 0; i < MIN(wanted->count, (uint32_t)IMAGE_DEBUGS); i++)
		if (!has_debug(image, &wanted->files[i]))
			ret->files[ret->count++] = wanted->files[i];
	return ret->count ? 0 : -ENOENT;
}
