/* unfin debuginfo, in the executable that has the libraries for it. It has the network, and so nothing else: it becomes
 * another user, who sees the folder of what was fetched and what names of hosts and certificates are found with. */
#include "cmd/debuginfo.h"
#include "debuginfo/servers.h"
#include "debuginfo/shelf.h"
#include "base/log.h"
#include "power/enclose.h"
#include "power/power.h"
#include "names.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>

enum { NOBODY = 65534, FOLDER_MODE = 0700 };

static const uint64_t folder_most = (uint64_t)1 << 30;

/* Folders that are missing are made for who runs this alone: so no other process of the user that we become can reach
 * what is kept there. */
static int open_folder(int *ret_fd)
{
	TEXT_CLEANUP path = { 0 };
	int err = debuginfo_folder(&path);

	for (char *slash = path.bytes; !err && (slash = strchr(slash + 1, '/'));) {
		*slash = '\0';
		err = mkdir(path.bytes, FOLDER_MODE) && errno != EEXIST ? -errno : 0;
		*slash = '/';
	}
	if (!err && mkdir(path.bytes, FOLDER_MODE) && errno != EEXIST)
		err = -errno;
	if (err)
		return err;
	power_raise(); /* it is that user's, since the first time */
	*ret_fd = open(path.bytes, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	err = *ret_fd < 0 ? -errno : 0;
	power_lower();
	return err;
}

/* By its descriptor, for that user may not go the way to it. */
static int become(int folder)
{
	static const char *const folders[] = { "/etc", "/run/systemd/resolve", "/usr/share/ca-certificates" };
	const struct rlimit file = { (rlim_t)DEBUGINFO_MOST_MB << 20, (rlim_t)DEBUGINFO_MOST_MB << 20 };
	char own[32];
	bool open;

	snprintf(own, sizeof(own), "/proc/self/fd/%d", folder);
	int err = enclose(&(struct enclosure){ .uid = NOBODY,
	                                       .gid = NOBODY,
	                                       .folders = folders,
	                                       .count = ARRAY_SIZE(folders),
	                                       .own = own,
	                                       .connects = true },
	                  &open);
	setrlimit(RLIMIT_FSIZE, &file);
	power_limit(POWER_SEND | POWER_REMEMBER | POWER_OPEN);
	return err;
}

static void fetch(struct servers *servers, int folder, const struct debuginfo_question *q, struct debuginfo_answer *ret)
{
	cleanup(cleanup_close) int fd = -1;
	char build[IMAGE_ID_HEX];

	image_id_hex(q->id, q->id_bytes, build);
	int err = shelf_begin(folder, build, &fd);
	if (!err)
		servers_fetch(servers, q, fd, ret);
	if (!err && ret->result == DEBUGINFO_CAME)
		err = shelf_keep(folder, build);
	else if (!err)
		shelf_discard(folder, build);
	if (err)
		*ret = (struct debuginfo_answer){ .result = DEBUGINFO_NO_ROOM, .limit = (uint32_t)-err };
	shelf_trim(folder, folder_most);
}

/* Until who asks is gone. `err`: why nothing can be fetched at all. */
static int serve(struct servers *servers, int folder, int err)
{
	struct debuginfo_question q;

	while (recv(STDIN_FILENO, &q, sizeof(q), 0) == sizeof(q)) {
		struct debuginfo_answer a = { .result = DEBUGINFO_NO_ROOM, .limit = (uint32_t)-err };
		if (q.id_bytes < 2 || q.id_bytes > IMAGE_ID)
			break;
		if (!err)
			fetch(servers, folder, &q, &a);
		if (send(STDOUT_FILENO, &a, sizeof(a), MSG_NOSIGNAL) != sizeof(a))
			break;
	}
	return STATUS_OK;
}

static bool is_asked_by_blame(void)
{
	struct stat st;

	return !fstat(STDIN_FILENO, &st) && S_ISSOCK(st.st_mode) && debuginfo_urls();
}

int debuginfo_run(const struct invocation *in)
{
	cleanup(cleanup_close) int folder = -1;

	if (!is_asked_by_blame()) {
		log_error("this is for unfin itself to ask: unfin blame fetches what it lacks from " DEBUGINFO_URLS);
		return STATUS_USAGE;
	}
	umask(0077);
	int err = open_folder(&folder), status = network_prepare();
	if (status != STATUS_OK)
		return status;
	struct servers *servers = servers_new(debuginfo_urls(), debuginfo_file_ms());
	err = err ?: become(folder);
	if (err)
		power_limit(0); /* it answers, and can do nothing else */
	status = serve(servers, folder, err);
	servers_free(servers);
	return status;
}
