#include "sysctl_files.h"
#include "base/file.h"
#include "host.h"
#include <dirent.h>
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

static bool file_turns_on(int root, const char *path, const char *name)
{
	TEXT_CLEANUP text = { 0 };

	return !file_read_at(root, path, FILE_BYTES, &text) && text.bytes && sysctl_text_turns_on(text.bytes, name);
}

static const char *in_folder(int root, const char *folder, const char *name, struct arena *arena)
{
	cleanup(cleanup_closedir) DIR *dir = file_open_dir(root, folder);

	for (struct dirent *entry; dir && (entry = readdir(dir));) {
		const char *dot = strrchr(entry->d_name, '.');
		TEXT_CLEANUP path = { 0 };
		text_printf(&path, "%s/%s", folder, entry->d_name);
		if (dot && streq(dot, ".conf") && file_turns_on(root, path.bytes, name))
			return arena_printf(arena, "/%s", path.bytes);
	}
	return NULL;
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

const char *sysctl_files_obsolete(const char *name, struct arena *arena)
{
	static const char *const folders[] = { "etc/sysctl.d", "run/sysctl.d", "usr/local/lib/sysctl.d",
		                               "usr/lib/sysctl.d" };
	cleanup(cleanup_close) int root = kernel_has(name) ? -1 : host_open_root();
	const char *found = NULL;

	if (root < 0)
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(folders) && !found; i++)
		found = in_folder(root, folders[i], name, arena);
	return found ? found : file_turns_on(root, "etc/sysctl.conf", name) ? "/etc/sysctl.conf" : NULL;
}
