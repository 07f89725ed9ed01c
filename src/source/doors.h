/* The ways into network namespaces. One is found by a task in it, a bind mount, a descriptor, or a socket that
 * somebody still holds; it is entered with the thread itself, so that files do not grow with namespaces. */
#pragma once
#include "base/array.h"
#include "model/index.h"

struct door {
	uint64_t inode;
	uint32_t tgid, tid;           /* a task in it; 0: none known */
	uint32_t last_tgid, last_tid; /* another one: the first may be gone by now */
	uint32_t file_pid, file_fd;
	uint32_t socket_pid, socket_fd;
	char *path; /* bind mount, owned; NULL */
	char *name; /* of `ip netns`, owned; NULL */
};

struct doors {
	ARRAY(struct door) items;
	struct index index; /* by inode */
	int home;           /* descriptor of the tool's own */
	uint64_t home_inode, here_inode;
};

/* 0 or -errno: there is no /proc. */
int doors_open(struct doors *d);
void doors_close(struct doors *d);

/* The door of this namespace, added if new; valid until the next one is added. */
struct door *doors_at(struct doors *d, uint64_t inode);
void doors_add_task(struct doors *d, uint64_t inode, uint32_t tgid, uint32_t tid);
/* An nsfs descriptor; one of a namespace of another type is passed over. */
void doors_add_file(struct doors *d, uint64_t inode, uint32_t pid, uint32_t fd);
void doors_add_socket(struct doors *d, uint64_t inode, uint32_t pid, uint32_t fd);
/* Bind mounts, ours and the host's: from a container that shows the host's processes, a namespace of `ip netns` may
 * have no process at all. */
int doors_find_mounts(struct doors *d); /* 0 or -errno: ours could not be read */
/* Those that a mount namespace shows; `mountinfo` is a whole /proc/PID/mountinfo, `root_of` the way to the root of
 * that process: "" for our own, "/proc/1/root" for the host's. */
void doors_add_mounts(struct doors *d, const char *mountinfo, const char *root_of);

/* Moves the calling thread there. -ENOENT: no way in is left, so perhaps it is gone; else -errno of the last
 * way that failed (-EPERM: not allowed). */
int doors_enter(struct doors *d, uint64_t inode);
void doors_leave(struct doors *d);
