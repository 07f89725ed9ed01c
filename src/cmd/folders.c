#include "folders.h"
#include "status.h"
#include "base/log.h"
#include <errno.h>
#include <sys/stat.h>

enum { MODE = 0750 };

const char *folder_state(const struct options *o)
{
	return o->state_dir ?: FOLDER_STATE;
}

const char *folder_run(const struct options *o)
{
	return o->run_dir ?: FOLDER_RUN;
}

int folder_make(const char *path)
{
	struct stat st;

	if (!mkdir(path, MODE) || (errno == EEXIST && !stat(path, &st) && S_ISDIR(st.st_mode)))
		return STATUS_OK;
	log_error("cannot make the folder %s: %s", path, strerror(errno));
	return STATUS_UNABLE;
}
