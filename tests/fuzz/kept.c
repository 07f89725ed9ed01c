/* A kept file that came to harm, or was made by somebody who wishes us ill: a good one with bytes changed and its
 * end cut off. The checksum stops most of it; moment.c goes on behind the checksum. */
#include "fuzz.h"
#include "../unit/scene.h"
#include "base/file.h"
#include "source/kept/kept.h"
#include <fcntl.h>

enum { KEPT_BYTES = 1 << 20 };

/* The file that kept_write() makes, in memory. */
static struct text good_file(void)
{
	struct text content = { 0 };
	struct gap why;
	char path[128];
	struct moment *m = scene_new();

	m->boot_id = "scene";
	m->kernel = "6.1";
	m->source = "bpf";
	scene_lines(m);
	fuzz_path(path, "kept");
	unlink(path);
	if (kept_write(m, path, false, m->arena, &why) || file_read(path, KEPT_BYTES, &content))
		abort();
	unlink(path);
	moment_free(m);
	return content;
}

static void write_changed(struct fuzz_input *in, const struct text *good, const char *path)
{
	cleanup(cleanup_free) char *bytes = malloc(good->length);
	cleanup(cleanup_close) int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
	size_t cut = fuzz_number(in, 2);

	memcpy(bytes, good->bytes, good->length);
	while (in->length) {
		size_t at = fuzz_number(in, 3) % good->length;
		bytes[at] = (char)fuzz_number(in, 1);
	}
	if (fd < 0 || write(fd, bytes, good->length - MIN(cut, good->length)) < 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	static struct text good;
	struct fuzz_input in = { bytes, length };
	cleanup(moment_cleanup) struct moment *m = moment_new();
	struct gap why = { 0 };
	char path[128];

	if (!good.length)
		good = good_file();
	fuzz_path(path, "kept");
	write_changed(&in, &good, path);
	if (kept_read(path, m, m->arena, &why) && (!why.what || !why.why))
		abort();
	unlink(path);
	return 0;
}
