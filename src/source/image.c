#include "image.h"
#include "proc.h"
#include "base/file.h"
#include "base/foreign.h"
#include "base/parse.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

enum { MAPS_BYTES = 16 << 20, PATH_BYTES = 4096 };

struct mapping {
	uint64_t start, end, offset, device, inode;
	bool runs;
	const char *path; /* "" of memory that is no file's */
	size_t path_length;
};

static bool mapping_parse(const char *line, size_t length, struct mapping *ret)
{
	char rights[5] = "";
	unsigned major = 0, minor = 0;
	char head[128] = ""; /* of the line, all but the path */
	int at = 0;

	parse_line(&(const char *){ line }, head, MIN(sizeof(head), length + 1));
	if (sscanf(head, "%" SCNx64 "-%" SCNx64 " %4s %" SCNx64 " %x:%x %" SCNu64 "%n", &ret->start, &ret->end, rights,
	           &ret->offset, &major, &minor, &ret->inode, &at) != 7)
		return false;
	ret->device = makedev(major, minor);
	ret->runs = rights[2] == 'x';
	ret->path = line + at + strspn(line + at, " ");
	ret->path_length = ret->path < line + length ? (size_t)(line + length - ret->path) : 0;
	return ret->end > ret->start;
}

static const char *path_take(const struct mapping *m, struct arena *arena, bool *ret_deleted)
{
	static const char deleted[] = " (deleted)";
	size_t length = m->path_length, mark = sizeof(deleted) - 1;

	*ret_deleted = length > mark && !memcmp(m->path + length - mark, deleted, mark);
	return arena_strndup(arena, m->path, length - (*ret_deleted ? mark : 0));
}

static void add_mapping(struct image *image, const struct mapping *m, struct arena *arena)
{
	struct image_file *last = image->files.count ? &image->files.items[image->files.count - 1] : NULL;

	if (m->runs && !m->path_length)
		image->makes_code = true;
	if (!m->inode || !m->path_length || *m->path != '/')
		return;
	if (last && last->inode == m->inode && last->device == m->device && m->offset) {
		last->end = m->end;
		last->runs |= m->runs;
		return;
	}
	if (image->files.count == IMAGE_FILES)
		return;
	struct image_file *f = array_push(&image->files);
	*f = (struct image_file){ m->start, m->end, m->end, m->offset, m->device, m->inode, .fd = -1, .debug_fd = -1 };
	f->runs = m->runs;
	f->path = path_take(m, arena, &f->deleted);
}

void image_parse(const char *maps, struct arena *arena, struct image *ret)
{
	struct mapping m = { 0 };

	for (const char *line = maps; *line; line += strcspn(line, "\n"), line += *line == '\n')
		if (mapping_parse(line, strcspn(line, "\n"), &m))
			add_mapping(ret, &m, arena);
}

/* Only the very file that is mapped: another one may stand at its path by now. Takes `fd`. */
static int if_same(int fd, const struct image_file *f)
{
	struct stat st;

	if (fd < 0 || (!fstat(fd, &st) && st.st_ino == f->inode))
		return MAX(fd, -1);
	close(fd);
	return -1;
}

/* By its path, and else by the mapping itself, which finds deleted files, too: but that takes a right that a user may
 * lack. */
static int open_mapped(uint32_t pid, int root, const struct image_file *f)
{
	char path[96];
	int fd = f->deleted ? -1 : if_same(foreign_open_within(root, f->path), f);

	if (fd >= 0)
		return fd;
	snprintf(path, sizeof(path), "/proc/%" PRIu32 "/map_files/%" PRIx64 "-%" PRIx64, pid, f->start, f->first_end);
	fd = foreign_open_link(path);
	if (fd >= 0)
		return fd;
	snprintf(path, sizeof(path), "/proc/%" PRIu32 "/exe", pid);
	return if_same(foreign_open_link(path), f);
}

static int open_debug(int root, const struct image_file *f)
{
	static const char *const places[] = { "", "/usr/lib/debug" };
	char path[PATH_BYTES + 32];
	int fd = -1;

	for (size_t i = 0; fd < 0 && i < ARRAY_SIZE(places); i++) {
		snprintf(path, sizeof(path), "%s%s.debug", places[i], f->path);
		fd = foreign_open_within(root, path);
	}
	return MAX(fd, -1);
}

static const char *link_read(int dir, const char *name, struct arena *arena)
{
	TEXT_CLEANUP t = { 0 };

	return proc_read_link(dir, name, &t) ? NULL : arena_strdup(arena, t.bytes);
}

int image_open(uint32_t pid, struct arena *arena, struct image *ret)
{
	TEXT_CLEANUP maps = { 0 };
	char path[64];

	snprintf(path, sizeof(path), "/proc/%" PRIu32, pid);
	cleanup(cleanup_close) int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int err = dir < 0 ? -errno : file_read_at(dir, "maps", MAPS_BYTES, &maps);
	if (err)
		return err;
	*ret = (struct image){ .pid = pid, .memory = openat(dir, "mem", O_RDONLY | O_CLOEXEC) };
	if (ret->memory < 0)
		return -errno;
	struct proc_stat stat;
	if (!proc_read_stat(dir, &stat))
		ret->start_stack = stat.start_stack;
	cleanup(cleanup_close) int root = openat(dir, "root", O_PATH | O_DIRECTORY | O_CLOEXEC);
	ret->exe = link_read(dir, "exe", arena);
	ret->cwd = link_read(dir, "cwd", arena);
	image_parse(maps.bytes ? maps.bytes : "", arena, ret);
	array_each (&ret->files, f) {
		if (!f->runs)
			continue;
		f->fd = open_mapped(pid, root, f);
		f->debug_fd = open_debug(root, f);
	}
	return 0;
}

/* ab/cdef0123….debug */
static void add_id(struct text *t, const struct image_debug *d)
{
	char build[IMAGE_ID_HEX];

	image_id_hex(d->id, d->id_bytes, build);
	text_printf(t, "/usr/lib/debug/.build-id/%.2s/%s.debug", build, build + 2);
}

static int open_fetched(int ours, const char *folder, const struct image_debug *d)
{
	TEXT_CLEANUP t = { 0 };
	char build[IMAGE_ID_HEX];

	image_id_hex(d->id, d->id_bytes, build);
	text_printf(&t, "%s/%s.debug", folder, build);
	return foreign_open_within(ours, t.bytes);
}

static int open_by_id(int root, const struct image_debug *d, const char *fetched)
{
	TEXT_CLEANUP t = { 0 };

	if (d->id_bytes < 2)
		return -1;
	add_id(&t, d);
	int fd = foreign_open_within(root, t.bytes);
	if (fd >= 0)
		return fd;
	cleanup(cleanup_close) int ours = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	fd = foreign_open_within(ours, t.bytes);
	return fd >= 0 || !fetched ? fd : open_fetched(ours, fetched, d);
}

static int open_by_link(int root, const struct image_file *f, const struct image_debug *d)
{
	static const char *const places[][2] = { { "", "" }, { "", ".debug/" }, { "/usr/lib/debug", "" } };
	const char *slash = strrchr(f->path, '/');
	char path[PATH_BYTES + 128];
	int fd = -1;

	if (!slash || !*d->link || strchr(d->link, '/'))
		return -1;
	for (size_t i = 0; fd < 0 && i < ARRAY_SIZE(places); i++) {
		snprintf(path, sizeof(path), "%s%.*s%s%s", places[i][0], (int)(slash + 1 - f->path), f->path,
		         places[i][1], d->link);
		fd = foreign_open_within(root, path);
	}
	return fd;
}

void image_open_debugs(struct image *image, const struct image_debugs *wanted, const char *fetched)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%" PRIu32 "/root", image->pid);
	cleanup(cleanup_close) int root = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	for (uint32_t i = 0; i < MIN(wanted->count, (uint32_t)IMAGE_DEBUGS); i++) {
		const struct image_debug *d = &wanted->files[i];
		array_each (&image->files, f) {
			if (f->inode != d->inode || f->fd < 0)
				continue;
			int fd = open_by_id(root, d, fetched);
			fd = fd < 0 ? open_by_link(root, f, d) : fd;
			if (fd < 0)
				continue;
			cleanup_close(&f->debug_fd);
			f->debug_fd = fd;
		}
	}
}

void image_close(struct image *image)
{
	cleanup_close(&image->memory);
	array_each (&image->files, f) {
		cleanup_close(&f->fd);
		cleanup_close(&f->debug_fd);
	}
	array_free(&image->files);
}
