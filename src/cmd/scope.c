#include "scope.h"
#include "status.h"
#include "base/log.h"
#include "base/parse.h"
#include "base/words.h"
#include "model/process.h"
#include "source/host.h"
#include "source/name/whose.h"
#include <errno.h>
#include <sys/stat.h>

enum { PID_MOST = 1 << 22 }; /* pid_max is at most 2^22, and the inodes of namespaces begin above 2^31 */

static int inode_of(const char *path, uint64_t *ret)
{
	struct stat st;

	if (stat(path, &st))
		return -errno;
	*ret = st.st_ino;
	return 0;
}

static int scope_number(uint64_t number, uint64_t *ret_inode)
{
	char path[64];

	if (number > PID_MOST) {
		*ret_inode = number;
		return 0;
	}
	snprintf(path, sizeof(path), "/proc/%llu/ns/net", (unsigned long long)number);
	return inode_of(path, ret_inode);
}

static int scope_named(const char *name, uint64_t *ret_inode)
{
	char path[4096];

	if (!*name)
		return -ENOENT;
	if (strchr(name, '/'))
		return inode_of(name, ret_inode);
	snprintf(path, sizeof(path), "/run/netns/%s", name);
	return inode_of(path, ret_inode);
}

static void tell_unknown(const char *which, int err)
{
	if (err == -ENOTUNIQ) {
		log_error("several containers or pods are called \"%s\", in different network namespaces", which);
		log_hint("name the pod with its namespace (shop/api-0), or the container's id: "
		         "unfin list --group-by netns,pod,container");
		return;
	}
	log_error("no network namespace \"%s\": %s", which, strerror(-err));
	log_hint("use self, all, a name of `ip netns`, a container or pod, the pid of a process in it, or its inode");
}

/* The word that says so, or NULL. */
static const char *scope_word(const char *option)
{
	const char *variable = getenv("UNFIN_NETNS");

	return option ?: variable && *variable ? variable : NULL;
}

bool scope_is_named(const char *option)
{
	return scope_word(option) != NULL;
}

int scope_parse(const char *option, struct source_request *request)
{
	const char *which = scope_word(option) ?: "all";
	uint64_t number;

	request->scope = SCOPE_ALL;
	if (word_equal(which, "all"))
		return STATUS_OK;
	if (word_equal(which, "self")) {
		request->scope = SCOPE_SELF;
		return STATUS_OK;
	}
	bool is_number = strlen(which) < CONTAINER_ID_SHOWN && !parse_u64(which, &number);
	int err = is_number ? scope_number(number, &request->netns) : scope_named(which, &request->netns);
	if (err == -ENOENT && !is_number)
		err = whose_netns(which, &request->netns);
	if (err) {
		tell_unknown(which, err);
		return STATUS_USAGE;
	}
	request->scope = SCOPE_ONE;
	return STATUS_OK;
}

int scope_inode(const struct source_request *request, uint64_t *ret)
{
	*ret = request->scope == SCOPE_ONE ? request->netns : 0;
	return request->scope == SCOPE_SELF ? host_self_netns(ret) : 0;
}
