/* Is a file of that build? Whatever a server sent: ELF with notes, changed. */
#include "fuzz.h"
#include "debuginfo/build.h"
#include <fcntl.h>
#include <sys/mman.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	static const uint8_t none[20];
	int fd = memfd_create("sent", MFD_CLOEXEC);

	if (fd < 0 || write(fd, bytes, length) != (ssize_t)length)
		abort();
	/* What has no such number is of no build. */
	if (build_is(fd, none, sizeof(none)) && !memmem(bytes, length, none, sizeof(none)))
		abort();
	close(fd);
	return 0;
}
