/* A container's name and pod, from the files its runtime leaves on the host. No daemon is asked: at 3 a.m. it
 * may be the one that hangs. Reads below a root directory, so that tests keep trees of such files. */
#pragma once
#include "cgroup.h"

struct container {
	const char *id;
	const char *name; /* NULL: no file tells it */
	const char *pod;  /* namespace/name; the pod's uid if no file tells more; NULL: in no pod */
};

/* `root`: a directory descriptor of the host's /; `home`: of the user whose rootless runtime it may be, or
 * NULL. Texts live in the arena; `c->container` is not NULL. */
void container_describe(int root, const char *home, const struct cgroup *c, struct arena *arena, struct container *ret);
