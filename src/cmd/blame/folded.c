#include "folded.h"
#include "cmd/session.h"
#include "cmd/status.h"
#include "base/log.h"
#include <errno.h>
#include <fcntl.h>

int folded_open(const char *path, int *ret_fd)
{
	*ret_fd = -1;
	if (!path)
		return STATUS_OK;
	int status = session_can_keep(path);
	if (status != STATUS_OK)
		return status;
	*ret_fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0644);
	if (*ret_fd >= 0)
		return STATUS_OK;
	log_error("cannot write %s: %s", path, strerror(errno));
	return STATUS_USAGE;
}

int folded_write(int fd, const char *path, const struct blame *b)
{
	TEXT_CLEANUP out = { 0 };

	if (fd < 0)
		return STATUS_OK;
	blame_folded(&out, b);
	int err = text_flush(&out, fd);
	if (!err)
		return STATUS_OK;
	log_error("cannot write %s: %s", path, strerror(-err));
	return STATUS_UNABLE;
}
