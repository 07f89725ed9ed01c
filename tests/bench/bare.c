/* Loads the two bare iterators, reads them to their end and forgets what it read. Prints the two counts. */
#include "base/util.h"
#include "bare.skel.h"
#include <bpf/bpf.h>

enum { RECORD_BYTES = 80, READ_BYTES = 256 * 1024 };

static long read_all(struct bpf_link *link)
{
	static char buffer[READ_BYTES];
	cleanup(cleanup_close) int fd = bpf_iter_create(bpf_link__fd(link));
	long bytes = 0;

	for (ssize_t n; (n = read(fd, buffer, sizeof(buffer))) > 0;)
		bytes += n;
	return bytes / RECORD_BYTES;
}

int main(void)
{
	struct bare_bpf *programs = bare_bpf__open_and_load();

	if (!programs || bare_bpf__attach(programs)) {
		perror("bare iterators");
		return 1;
	}
	long files = read_all(programs->links.bare_files), sockets = read_all(programs->links.bare_table);
	printf("%ld %ld\n", sockets, files);
	bare_bpf__destroy(programs);
	return 0;
}
