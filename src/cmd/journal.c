/* The protocol: https://systemd.io/JOURNAL_NATIVE_PROTOCOL/ */
#include "journal.h"
#include <endian.h>
#include <errno.h>
#include <inttypes.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

int journal_open(void)
{
	const struct sockaddr_un un = { .sun_family = AF_UNIX, .sun_path = "/run/systemd/journal/socket" };
	cleanup(cleanup_close) int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || connect(fd, (const void *)&un, sizeof(un)))
		return -errno;
	int open = fd;

	fd = -1;
	return open;
}

/* systemd says which file that is: "DEVICE:INODE". */
bool journal_has(int fd)
{
	const char *stream = getenv("JOURNAL_STREAM");
	unsigned long long device, inode;
	struct stat st;

	return stream && sscanf(stream, "%llu:%llu", &device, &inode) == 2 && !fstat(fd, &st) && st.st_dev == device &&
	       st.st_ino == inode;
}

/* A value of several lines has its length before it. */
void journal_add(struct journal_entry *e, const char *field, const char *value)
{
	if (!value)
		return;
	if (!strchr(value, '\n')) {
		text_printf(&e->bytes, "%s=%s\n", field, value);
		return;
	}
	uint64_t length = htole64(strlen(value));
	text_printf(&e->bytes, "%s\n", field);
	text_add_bytes(&e->bytes, (const char *)&length, sizeof(length));
	text_printf(&e->bytes, "%s\n", value);
}

void journal_add_number(struct journal_entry *e, const char *field, uint64_t value)
{
	text_printf(&e->bytes, "%s=%" PRIu64 "\n", field, value);
}

int journal_send(int fd, struct journal_entry *e)
{
	ssize_t sent = send(fd, e->bytes.bytes, e->bytes.length, MSG_DONTWAIT | MSG_NOSIGNAL);
	int err = sent < 0 ? -errno : 0;

	text_free(&e->bytes);
	return err;
}
