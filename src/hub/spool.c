#include "spool.h"
#include "base/array.h"
#include "base/file.h"
#include "crc32c.h"
#include "spool_record.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdatomic.h>

static const uint64_t file_bytes = 64ULL << 20;

struct spool {
	int folder, fd;
	uint64_t file;    /* where the file begins that is written */
	uint64_t written; /* up to here; beyond `end` nobody was told yet */
	_Atomic uint64_t begin, end;
};

typedef ARRAY(uint64_t) position_list;

int spool_record_open(int folder, uint64_t file, int flags)
{
	char name[40];

	snprintf(name, sizeof(name), "spool-%016" PRIx64, file);
	int fd = openat(folder, name, flags | O_CLOEXEC | O_NOFOLLOW, 0600);
	return fd < 0 ? -errno : fd;
}

static bool parse_name(const char *name, uint64_t *ret)
{
	int read = 0;

	return strlen(name) == strlen("spool-") + 16 && sscanf(name, "spool-%16" SCNx64 "%n", ret, &read) == 1 &&
	       !name[read];
}

static int list_files(int folder, position_list *ret)
{
	cleanup(cleanup_closedir) DIR *d = file_open_dir(folder, ".");
	const char *name;
	uint64_t at;
	int err = 0;

	if (!d)
		return -errno;
	while ((name = file_next_name(d, &err)))
		if (parse_name(name, &at))
			*array_push(ret) = at;
	array_sort(ret, compare_u64);
	return err;
}

uint64_t spool_file_of(int folder, uint64_t position)
{
	position_list files = { 0 };
	uint64_t found = 0;

	list_files(folder, &files);
	array_each (&files, f)
		if (f == files.items || *f <= position)
			found = *f;
	array_free(&files);
	return found;
}

/* All records of a file. One that is damaged is passed over if its end is known, as readers do: those after it were
 * promised, too. Where the last file ends with such, a crash has torn it. ret_at: where those end that count. */
static int visit_file(struct spool *s, uint64_t file, bool last, spool_visitor *visit, void *context, uint64_t *ret_at)
{
	cleanup(cleanup_close) int fd = spool_record_open(s->folder, file, O_RDONLY);
	uint64_t at = 0, whole = 0;
	int err = fd < 0 ? fd : 0;

	while (!err) {
		struct spool_record r = { 0 };
		err = spool_record_read(fd, at, &r);
		bool passed = err == -EBADMSG && r.batch.length;
		if (!err)
			visit(context, r.batch.bytes, r.batch.length);
		if (!err || passed)
			at += SPOOL_RECORD_BYTES + r.batch.length;
		whole = err ? whole : at;
		err = passed ? 0 : err;
		text_free(&r.batch);
	}
	*ret_at = file + (last ? whole : at);
	return err == -EAGAIN ? 0 : err;
}

/* Torn is only the last file's end: the others were whole before the next one was begun. */
static int visit_all(struct spool *s, const position_list *files, spool_visitor *visit, void *context)
{
	array_each (files, f) {
		bool last = f + 1 == files->items + files->count;
		int err = visit_file(s, *f, last, visit, context, &s->written);
		if (err && !(last && err == -EBADMSG))
			return err;
		if (!last && s->written != f[1])
			return -EBADMSG;
	}
	return 0;
}

static int begin_file(struct spool *s, uint64_t file)
{
	int fd = spool_record_open(s->folder, file, O_WRONLY | O_CREAT);

	if (fd < 0)
		return fd;
	if (s->fd >= 0)
		close(s->fd);
	s->fd = fd;
	s->file = file;
	return ftruncate(fd, (off_t)(s->written - file)) || fsync(fd) || fsync(s->folder) ? -errno : 0;
}

static int resume(struct spool *s, spool_visitor *visit, void *context)
{
	position_list files = { 0 };
	int err = list_files(s->folder, &files) ?: visit_all(s, &files, visit, context);

	if (!err)
		err = begin_file(s, files.count ? files.items[files.count - 1] : 0);
	s->begin = files.count ? files.items[0] : 0;
	s->end = s->written;
	array_free(&files);
	return err;
}

int spool_open(const char *folder, spool_visitor *visit, void *context, struct spool **ret)
{
	struct spool *s = memory_zeroed(sizeof(*s));

	s->fd = -1;
	s->folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int err = s->folder < 0 ? -errno : resume(s, visit, context);
	if (err)
		spool_close(s);
	else
		*ret = s;
	return err;
}

void spool_close(struct spool *s)
{
	if (!s)
		return;
	cleanup_close(&s->folder);
	cleanup_close(&s->fd);
	free(s);
}

/* What stands after `position` goes; that before it may still be synced. */
static int take_back(struct spool *s, uint64_t position, int err)
{
	s->written = position;
	return ftruncate(s->fd, (off_t)(position - s->file)) ? -errno : err;
}

int spool_append(struct spool *s, const void *batch, size_t length, uint64_t received_ms)
{
	TEXT_CLEANUP record = { 0 };

	spool_record_write(&record, batch, length, received_ms);
	int err = lseek(s->fd, (off_t)(s->written - s->file), SEEK_SET) < 0
	                  ? -errno
	                  : file_write(s->fd, record.bytes, record.length);
	if (err)
		return take_back(s, s->written, err);
	s->written += record.length;
	return 0;
}

/* A file that is long enough ends with all that is known to be kept. */
int spool_sync(struct spool *s)
{
	if (fdatasync(s->fd))
		return take_back(s, s->end, -errno);
	s->end = s->written;
	if (s->written - s->file >= file_bytes)
		begin_file(s, s->written); /* if that cannot be: this one grows on */
	return 0;
}

uint64_t spool_begin(const struct spool *s)
{
	return s->begin;
}

uint64_t spool_end(const struct spool *s)
{
	return s->end;
}

void spool_drop(struct spool *s, uint64_t position)
{
	position_list files = { 0 };
	char name[40];

	list_files(s->folder, &files);
	array_each (&files, f) {
		if (f + 1 == files.items + files.count || f[1] > position)
			break;
		snprintf(name, sizeof(name), "spool-%016" PRIx64, *f);
		if (unlinkat(s->folder, name, 0))
			break;
		s->begin = f[1];
	}
	array_free(&files);
}

int spool_folder(const struct spool *s)
{
	return s->folder;
}
