/* unfin debuginfo: fetches what `unfin blame` lacks, which asks on its standard input. Not for people to run. Its row;
 * what it does is in src/cmd/hub. */
#include "debuginfo.h"
#include "base/parse.h"
#include "power/power.h"
#include <errno.h>
#include <sys/stat.h>

enum { FILE_MS = 2000 };

const char *debuginfo_urls(void)
{
	const char *urls = getenv(DEBUGINFO_URLS);

	return urls && strstr(urls, "://") ? urls : NULL;
}

uint64_t debuginfo_file_ms(void)
{
	const char *text = getenv(DEBUGINFO_TIMEOUT);
	uint64_t seconds = 0;

	if (!text || parse_u64(text, &seconds) || !seconds)
		return FILE_MS;
	return MIN(seconds, (uint64_t)DEBUGINFO_TIMEOUT_MOST_S) * MS_PER_S;
}

static bool is_ours_alone(const char *folder)
{
	struct stat st;

	return geteuid() || (!stat(folder, &st) && st.st_uid == 0 && !(st.st_mode & (S_IWGRP | S_IWOTH)));
}

int debuginfo_folder(struct text *ret)
{
	const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");

	if (cache && *cache == '/' && is_ours_alone(cache))
		text_printf(ret, "%s/unfin/debuginfo", cache);
	else if (!geteuid())
		text_add(ret, "/var/cache/unfin/debuginfo");
	else if (home && *home == '/')
		text_printf(ret, "%s/.cache/unfin/debuginfo", home);
	return ret->length ? 0 : -ENOENT;
}

static const char *const accepted[] = { NULL };

const struct command command_debuginfo = {
	.name = "debuginfo",
	.summary = "debugging information from servers, for unfin blame",
	.options = accepted,
	.power = POWER_OPEN | POWER_FOREIGN | POWER_LISTEN | POWER_REMEMBER | POWER_SEND,
	.hidden = true,
	.beside = "unfin-hub",
	.run = debuginfo_run,
};
