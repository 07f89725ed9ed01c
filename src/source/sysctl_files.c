#include "sysctl_files.h"
#include "base/file.h"
#include "host.h"
#include <errno.h>
#include <sys/stat.h>

enum { FILE_BYTES = 256 * 1024 };

static bool same_name(const char *at, size_t length, const char *name)
{
	for (size_t i = 0; i < length; i++)
		if (at[i] != name[i] && !(at[i] == '/' && name[i] == '.'))
			return false;
	return !name[length];
}

/* `-net.ipv4.name = value`; the dash: no error if it cannot be set. */
static bool line_turns_on(const char *line, const char *name)
{
	line += strspn(line, " \t");
	line += *line == '-';
	size_t length = strcspn(line, " \t=\n");
	if (length > strlen(name) || !same_name(line, length, name))
		return false;
	line += length + strspn(line + length, " \t");
	if (*line++ != '=')
		return false;
	line += strspn(line, " \t");
	size_t value = strcspn(line, " \t\n");
	return value && !(value == 1 && *line == '0');
}

bool sysctl_text_turns_on(const char *text, const char *name)
{
	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (line_turns_on(line, name))
			return true;
	}
	return false;
}

/* 1, 0, or -errno; what is not there turns nothing on. */
static int file_turns_on(int root, const char *path, const char *name)
{
	TEXT_CLEANUP text = { 0 };
	int err = file_read_at(root, path, FILE_BYTES, &text);

	if (err)
		return err == -ENOENT ? 0 : err;
	return text.bytes && sysctl_text_turns_on(text.bytes, name);
}

/* The first one in the folder that does. 0 or -errno: not all of them could be read. */
static int in_folder(int root, const char *folder, const char *name, struct arena *arena, const char **ret)
{
	cleanup(cleanup_closedir) DIR *dir = file_open_dir(root, folder);
	int err = dir || errno == ENOENT ? 0 : -errno;

	for (const char *entry; !*ret && dir && (entry = file_next_name(dir, &err));) {
		const char *dot = strrchr(entry, '.');
		TEXT_CLEANUP path = { 0 };
		text_printf(&path, "%s/%s", folder, entry);
		int turns_on = dot && streq(dot, ".conf") ? file_turns_on(root, path.bytes, name) : 0;
		if (turns_on > 0)
			*ret = arena_printf(arena, "/%s", path.bytes);
		err = turns_on < 0 ? turns_on : err;
	}
	return err;
}

static bool kernel_has(const char *name)
{
	TEXT_CLEANUP path = { 0 };
	struct stat st;

	text_printf(&path, "/proc/sys/%s", name);
	for (char *c = path.bytes; *c; c++)
		*c = *c == '.' ? '/' : *c;
	return !stat(path.bytes, &st);
}

int sysctl_files_obsolete(const char *name, struct arena *arena, const char **ret)
{
	static const char *const folders[] = { "etc/sysctl.d", "run/sysctl.d", "usr/local/lib/sysctl.d",
		                               "usr/lib/sysctl.d" };
	bool known = kernel_has(name);
	cleanup(cleanup_close) int root = known ? -1 : host_open_root();
	int err = known || root >= 0 ? 0 : -errno;

	*ret = NULL;
	for (size_t i = 0; root >= 0 && i < ARRAY_SIZE(folders) && !*ret; i++)
		err = in_folder(root, folders[i], name, arena, ret) ?: err;
	int turns_on = root >= 0 && !*ret ? file_turns_on(root, "etc/sysctl.conf", name) : 0;
	if (turns_on > 0)
		*ret = "/etc/sysctl.conf";
	return turns_on < 0 ? turns_on : err;
}
