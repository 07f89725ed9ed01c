#include "secrets.h"
#include "base/file.h"
#include "base/log.h"
#include "cmd/status.h"
#include "power/power.h"
#include <errno.h>
#include <sys/mman.h>
#include <sys/stat.h>

enum { SECRET_BYTES = 64 * 1024 };

static int read_file(const char *option, const char *path, struct text *ret, struct stat *ret_of)
{
	power_raise();
	int err = stat(path, ret_of) ? -errno : file_read(path, SECRET_BYTES, ret);
	power_lower();
	if (!err)
		return STATUS_OK;
	log_error("%s %s: %s", option, path, strerror(-err));
	return STATUS_USAGE;
}

int secret_hold(const char *option, const char *path, struct secret *ret)
{
	TEXT_CLEANUP bytes = { 0 };
	struct stat st;
	int status = path ? read_file(option, path, &bytes, &st) : STATUS_OK;

	if (!path || status != STATUS_OK)
		return status;
	ret->fd = memfd_create("unfin", MFD_CLOEXEC);
	if (ret->fd < 0 || file_write(ret->fd, bytes.bytes, bytes.length)) {
		log_error("%s %s: %s", option, path, strerror(errno));
		return STATUS_UNABLE;
	}
	text_printf(&ret->path, "/proc/self/fd/%d", ret->fd);
	return STATUS_OK;
}

int secret_read(const char *option, const char *path, struct text *ret)
{
	struct stat st;
	int status = path ? read_file(option, path, ret, &st) : STATUS_OK;

	if (!path || status != STATUS_OK)
		return status;
	ret->length = strcspn(ret->bytes, "\r\n ");
	ret->bytes[ret->length] = '\0';
	if (st.st_mode & 077) {
		log_error("%s %s: others may read it", option, path);
		log_hint("chmod 600 %s", path);
		return STATUS_USAGE;
	}
	return STATUS_OK;
}

void secret_free(struct secret *s)
{
	if (s->fd > 0)
		close(s->fd);
	text_free(&s->path);
	*s = (struct secret){ 0 };
}
