/* A container's name, pod and image, from the files its runtime leaves on the host. No daemon is asked: at 3 a.m. it
 * may be the one that hangs. Reads below a root directory, so that tests keep trees of such files. Those in a home are
 * whatever that user wants them to be: see naming.h for who should read them. */
#pragma once
#include "cgroup.h"
#include <sys/types.h>

struct container {
	const char *name; /* NULL: no file tells it */
	const char *pod;  /* namespace/name; NULL: no file tells it */
	/* What it was made of, as it was asked for, and the first digits of what that was then: `shop/web:latest
	 * (0a1b2c3d4e5f)`, or one of both. NULL: no file tells it. */
	const char *image;
};

struct container_place {
	int root;         /* a directory descriptor of the host's / */
	const char *home; /* of the user `owner`, whose rootless runtime it may be; NULL: the host's own places */
	uid_t owner;      /* files of his are taken, and root's, and our own */
};

/* Adds what the files say to `found`; texts live in the arena. 0, or -errno: a file that is there and may tell the name
 * could not be read, or not trusted. */
int container_describe(const struct container_place *where, const char *id, struct arena *arena,
                       struct container *found);

/* By a file that its runtime has mounted in it: `path` is that file's on the host, wherever the runtime keeps it. */
int container_describe_beside(const struct container_place *where, const char *id, const char *path,
                              struct arena *arena, struct container *found);
/* By a name that its runtime has given it: one of kubelet's (k8s_CONTAINER_POD_NAMESPACE_UID_N) has the pod in it. */
void container_take_name(const char *name, struct arena *arena, struct container *found);

/* A containerd task that was given a name instead of an id (`ctr run`) shows in nothing but its directory: true if the
 * last two pieces of `c->path` are one, which then is the container. */
bool container_of_task(int root, struct cgroup *c, struct arena *arena);
