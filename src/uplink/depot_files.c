/* Where batches that wait stand on the disk: names, and files that are there whole or not at all. */
#include "base/file.h"
#include "depot.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/stat.h>

enum { DIGITS = 12, NOTE_BYTES = 1 << 20 };

struct name {
	char text[64];
};

static struct name name_of(char kind, uint64_t number)
{
	struct name n;

	snprintf(n.text, sizeof(n.text), "%c%0*" PRIu64, kind, DIGITS, number);
	return n;
}

static struct name name_of_way(const struct depot_way *w)
{
	struct name n = name_of('h', w->number);
	size_t length = strlen(n.text);

	if (w->epoch)
		snprintf(n.text + length, sizeof(n.text) - length, "-%u-%" PRIu64, w->epoch, w->seq);
	return n;
}

static bool parse_way(const char *name, struct depot_way *ret)
{
	struct depot_way w = { 0 };
	int length = 0;

	if (sscanf(name, "h%12" SCNu64 "%n-%u-%" SCNu64 "%n", &w.number, &length, &w.epoch, &w.seq, &length) < 1)
		return false;
	*ret = w;
	return streq(name_of_way(&w).text, name);
}

static bool parse(const char *name, char kind, uint64_t *ret)
{
	if (*name != kind || strlen(name) != DIGITS + 1 || strspn(name + 1, "0123456789") != DIGITS)
		return false;
	*ret = strtoull(name + 1, NULL, 10);
	return true;
}

int depot_list_files(int folder, char kind, depot_list *ret)
{
	cleanup(cleanup_closedir) DIR *d = file_open_dir(folder, ".");
	const char *name;
	uint64_t number;
	int err = 0;

	if (!d)
		return -errno;
	while ((name = file_next_name(d, &err)))
		if (parse(name, kind, &number))
			*array_push(ret) = number;
	array_sort(ret, compare_u64);
	return err;
}

int depot_read(int folder, char kind, uint64_t number, struct text *ret)
{
	return file_read_at(folder, name_of(kind, number).text, BATCH_BYTES_MOST, ret);
}

/* There whole or not at all, also after a crash. */
static int replace(int folder, const char *name, const struct text *bytes)
{
	cleanup(cleanup_close) int fd =
	        openat(folder, "new", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd < 0)
		return -errno;
	int err = file_write(fd, bytes->bytes, bytes->length);
	if (!err && (fsync(fd) || renameat(folder, "new", folder, name) || fsync(folder)))
		err = -errno;
	if (err)
		unlinkat(folder, "new", 0);
	return err;
}

int depot_write(int folder, char kind, uint64_t number, const struct text *bytes)
{
	return replace(folder, name_of(kind, number).text, bytes);
}

int depot_rename(int folder, char kind, uint64_t number, char to)
{
	return renameat(folder, name_of(kind, number).text, folder, name_of(to, number).text) ? -errno : 0;
}

int depot_remove(int folder, char kind, uint64_t number)
{
	return unlinkat(folder, name_of(kind, number).text, 0) ? -errno : 0;
}

uint64_t depot_bytes(int folder, char kind, uint64_t number)
{
	struct stat st;

	return fstatat(folder, name_of(kind, number).text, &st, AT_SYMLINK_NOFOLLOW) ? 0 : (uint64_t)st.st_size;
}

int depot_note_read(int folder, const char *name, struct text *ret)
{
	text_add(ret, "");
	return file_read_at(folder, name, NOTE_BYTES, ret);
}

int depot_note_write(int folder, const char *name, const struct text *text)
{
	return replace(folder, name, text);
}

int depot_way_find(int folder, struct depot_way *ret)
{
	cleanup(cleanup_closedir) DIR *d = file_open_dir(folder, ".");
	const char *name;
	int err = 0;

	if (!d)
		return -errno;
	while ((name = file_next_name(d, &err)))
		if (parse_way(name, ret))
			return 0;
	return err ?: -EAGAIN;
}

/* Which number a batch has is on the disk before it is sent. */
static int move(int folder, struct name from, struct name to)
{
	return renameat(folder, from.text, folder, to.text) || fsync(folder) ? -errno : 0;
}

int depot_way_begin(int folder, const struct depot_way *w)
{
	return move(folder, name_of('q', w->number), name_of_way(w));
}

int depot_way_renumber(int folder, const struct depot_way *w, const struct depot_way *other)
{
	return move(folder, name_of_way(w), name_of_way(other));
}

int depot_way_put_aside(int folder, const struct depot_way *w)
{
	return move(folder, name_of_way(w), name_of('p', w->number));
}

int depot_way_read(int folder, const struct depot_way *w, struct text *ret)
{
	struct batch_header h;
	struct batch_fault fault;
	int err = file_read_at(folder, name_of_way(w).text, BATCH_BYTES_MOST, ret);

	/* One that the disk has damaged is the hub's to refuse. */
	if (!err && w->epoch && !batch_peek(ret->bytes, ret->length, &h, &fault))
		batch_number(ret, w->epoch, w->seq);
	return err;
}

uint64_t depot_way_bytes(int folder, const struct depot_way *w)
{
	struct stat st;

	return fstatat(folder, name_of_way(w).text, &st, AT_SYMLINK_NOFOLLOW) ? 0 : (uint64_t)st.st_size;
}

int depot_way_remove(int folder, const struct depot_way *w)
{
	return unlinkat(folder, name_of_way(w).text, 0) ? -errno : 0;
}
