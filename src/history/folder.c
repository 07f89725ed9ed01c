#include "folder.h"
#include "base/file.h"
#include "base/format.h"
#include "base/parse.h"
#include "base/text.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#define ENDING ".unfin"

enum { DAY_LENGTH = 10, ASIDE_MOST = 1000 };

const char *folder_day(uint64_t unix_ms, struct arena *arena)
{
	TEXT_CLEANUP time = { 0 };

	format_rfc3339(&time, unix_ms);
	return arena_printf(arena, "%.*s" ENDING, DAY_LENGTH, time.bytes);
}

/* 2026-11-30.unfin, and nothing else. */
static bool is_day(const char *name, uint64_t *ret_begins_ms)
{
	char midnight[32];

	if (strlen(name) != DAY_LENGTH + strlen(ENDING) || !streq(name + DAY_LENGTH, ENDING))
		return false;
	snprintf(midnight, sizeof(midnight), "%.*sT00:00:00Z", DAY_LENGTH, name);
	return !parse_rfc3339_ms(midnight, ret_begins_ms);
}

static uint64_t size_of(const char *path, const char *ending)
{
	TEXT_CLEANUP name = { 0 };
	struct stat st;

	text_printf(&name, "%s%s", path, ending);
	return lstat(name.bytes, &st) ? 0 : (uint64_t)st.st_size;
}

uint64_t folder_bytes(const char *path)
{
	return size_of(path, "") + size_of(path, "-wal") + size_of(path, "-shm");
}

static int compare_days(const void *a, const void *b)
{
	const struct day_file *x = a, *y = b;

	return CMP(x->begins_ms, y->begins_ms);
}

int folder_list(const char *folder, struct arena *arena, day_list *ret)
{
	cleanup(cleanup_closedir) DIR *dir = file_open_dir(AT_FDCWD, folder);
	uint64_t begins_ms;
	int err = dir ? 0 : -errno;

	for (const char *name; dir && (name = file_next_name(dir, &err));) {
		if (!is_day(name, &begins_ms))
			continue;
		const char *path = arena_printf(arena, "%s/%s", folder, name);
		*array_push(ret) = (struct day_file){
			.name = arena_strdup(arena, name),
			.path = path,
			.begins_ms = begins_ms,
			.bytes = folder_bytes(path),
		};
	}
	array_sort(ret, compare_days);
	return err;
}

static int remove_day(const struct day_file *d)
{
	static const char *const endings[] = { "-wal", "-shm", "" };
	int err = 0;

	for (size_t i = 0; i < ARRAY_SIZE(endings); i++) {
		TEXT_CLEANUP name = { 0 };
		text_printf(&name, "%s%s", d->path, endings[i]);
		if (unlink(name.bytes) && errno != ENOENT)
			err = -errno;
	}
	return err;
}

int folder_trim(const char *folder, const char *today, size_t most, uint64_t bytes)
{
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	day_list days = { 0 };
	uint64_t all = 0;
	size_t count = 0;
	int err = folder_list(folder, arena, &days);

	array_each (&days, d) {
		all += d->bytes;
		count += strcmp(d->name, today) <= 0;
	}
	array_each (&days, d) {
		if (count <= most && all <= bytes)
			break;
		if (streq(d->name, today))
			continue;
		err = remove_day(d) ?: err;
		all -= d->bytes;
		count -= strcmp(d->name, today) < 0;
	}
	array_free(&days);
	return err;
}

const struct day_file *folder_last(const day_list *days, uint64_t unix_ms)
{
	const struct day_file *last = NULL;

	array_each (days, d)
		if (d->begins_ms <= unix_ms)
			last = d;
	return last;
}

static int write_reason(const char *path, const char *why)
{
	TEXT_CLEANUP name = { 0 }, line = { 0 };

	text_printf(&name, "%s.why", path);
	text_printf(&line, "%s\n", why);
	cleanup(cleanup_close) int fd = open(name.bytes, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0640);
	return fd < 0 ? -errno : text_flush(&line, fd);
}

int folder_set_aside(const char *path, const char *why, struct arena *arena, const char **ret)
{
	const char *aside = NULL;

	for (unsigned n = 1; n < ASIDE_MOST; n++) {
		aside = arena_printf(arena, "%s.aside-%u", path, n);
		if (access(aside, F_OK))
			break;
	}
	if (rename(path, aside))
		return -errno;
	/* What SQLite has beside it belongs to it: under its new name it is found again. */
	static const char *const endings[] = { "-wal", "-shm" };
	for (size_t i = 0; i < ARRAY_SIZE(endings); i++) {
		TEXT_CLEANUP from = { 0 }, to = { 0 };
		text_printf(&from, "%s%s", path, endings[i]);
		text_printf(&to, "%s%s", aside, endings[i]);
		if (rename(from.bytes, to.bytes) && errno != ENOENT)
			return -errno;
	}
	*ret = aside;
	(void)write_reason(aside, why);
	return 0;
}
