#include "lab/kit/ledger.h"
#include "lab/kit/net.h"
#include "base/json.h"
#include <errno.h>
#include <fcntl.h>

int ledger_open(const char *path)
{
	int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);

	return fd < 0 ? -errno : fd;
}

void ledger_line(struct text *t, pid_t pid, int fd, const struct endpoint *local, const struct endpoint *peer,
                 const char *state)
{
	struct json j = JSON(t, false);
	TEXT_CLEANUP address = { 0 };

	json_object_begin(&j, NULL);
	if (fd < 0) {
		json_none(&j, "pid");
		json_none(&j, "fd");
	} else {
		json_i64(&j, "pid", pid);
		json_i64(&j, "fd", fd);
	}
	endpoint_format(&address, local);
	json_text(&j, "local", address.bytes);
	address.length = 0;
	endpoint_format(&address, peer);
	json_text(&j, "peer", address.bytes);
	json_text(&j, "state", state);
	json_object_end(&j);
}

void ledger_add(int ledger_fd, int fd, const char *state)
{
	struct endpoint local, peer;
	TEXT_CLEANUP line = { 0 };

	if (net_ends(fd, &local, &peer))
		return;
	ledger_line(&line, getpid(), fd, &local, &peer, state);
	text_flush(&line, ledger_fd);
}
