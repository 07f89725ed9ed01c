#include "memory.h"
#include <errno.h>
#include <unistd.h>

static int read_live(void *context, uint64_t address, void *to, size_t bytes)
{
	const struct image *image = context;
	ssize_t got = image->memory < 0 ? -1 : pread(image->memory, to, bytes, (off_t)address);

	return got == (ssize_t)bytes ? 0 : -EFAULT;
}

struct memory memory_of_image(const struct image *image)
{
	return (struct memory){ .read = read_live, .context = (void *)(uintptr_t)image };
}
