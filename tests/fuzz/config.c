/* A file of defaults, /etc/unfin.conf or another: what it sets is shown again with where it came from. */
#include "fuzz.h"
#include "cmd/config.h"
#include <fcntl.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	cleanup(invocation_free) struct invocation in = { .command = command_find("check") };
	TEXT_CLEANUP shown = { 0 };
	char path[128];

	fuzz_path(path, "config");
	int file = open(path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
	if (file < 0 || write(file, bytes, length) < 0)
		abort();
	close(file);
	in.options.config = path;
	if (config_apply(&in) == STATUS_OK)
		config_show(&shown, &in);
	unlink(path);
	return 0;
}
