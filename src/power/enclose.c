#include "enclose.h"
#include "power.h"
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

/* As the newest kernel knows it; an older one takes the part that it has. */
struct rules {
	uint64_t files, net, scoped;
};

enum {
	FILES_1 = (1 << 13) - 1, /* of the first version: execute, read, write, make, remove */
	REFER = 1 << 13,         /* since 2 */
	TRUNCATE = 1 << 14,      /* 3 */
	DEVICES = 1 << 15,       /* 5 */
	NET = 1 << 0 | 1 << 1,   /* 4: bind and connect of TCP */
	CONNECT = 1 << 1,
	READ = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR,
	WRITE = LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG | TRUNCATE,
	SCOPED = 1 << 0 | 1 << 1 /* 6: abstract unix sockets and signals, to who is outside */
};

static struct rules rules_of(long version)
{
	struct rules r = { .files = FILES_1 };

	r.files |= version >= 2 ? REFER : 0;
	r.files |= version >= 3 ? TRUNCATE : 0;
	r.files |= version >= 5 ? DEVICES : 0;
	r.net = version >= 4 ? NET : 0;
	r.scoped = version >= 6 ? SCOPED : 0;
	return r;
}

static size_t size_of(long version)
{
	return version >= 6   ? sizeof(struct rules)
	       : version >= 4 ? offsetof(struct rules, scoped)
	                      : offsetof(struct rules, net);
}

/* In its own it writes, makes and removes plain files. */
static void allow(int rules, const struct rules *all, const char *folder, bool own)
{
	cleanup(cleanup_close) int fd = open(folder, O_PATH | O_CLOEXEC);
	struct landlock_path_beneath_attr below = {
		.allowed_access = (READ | (own ? WRITE : 0)) & all->files,
		.parent_fd = fd,
	};

	if (fd >= 0)
		syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &below, 0);
}

/* False: this kernel has none of it. */
static bool forbid_files(const struct enclosure *e)
{
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);

	if (version < 1)
		return false;
	struct rules all = rules_of(version);
	if (e->connects)
		all.net &= ~(uint64_t)CONNECT;
	cleanup(cleanup_close) int rules = (int)syscall(SYS_landlock_create_ruleset, &all, size_of(version), 0);
	if (rules < 0)
		return false;
	for (size_t i = 0; i < e->count; i++)
		allow(rules, &all, e->folders[i], false);
	if (e->own)
		allow(rules, &all, e->own, true);
	return !syscall(SYS_landlock_restrict_self, rules, 0);
}

/* Only the folder: what is in it was made by that user, or is no matter of his. */
static int give(const struct enclosure *e)
{
	cleanup(cleanup_close) int fd = e->own ? open(e->own, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

	return !e->own || (fd >= 0 && !fchown(fd, e->uid, e->gid)) ? 0 : -errno;
}

static int become(const struct enclosure *e)
{
	struct stat st;

	if (geteuid())
		return 0;
	power_raise();
	int err = !e->own || (!stat(e->own, &st) && st.st_uid == e->uid) ? 0 : give(e);
	err = err
	              ?: setgroups(0, NULL) || setresgid(e->gid, e->gid, e->gid) || setresuid(e->uid, e->uid, e->uid)
	                 ? -EPERM
	                 : 0;
	power_lower();
	return err;
}

int enclose(const struct enclosure *e, bool *ret_open)
{
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	int err = become(e);

	if (err)
		return err;
	*ret_open = !forbid_files(e);
	return 0;
}
