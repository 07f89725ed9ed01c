/* What a cgroup path tells: the systemd unit, the container and the pod a process belongs to. Pure: paths in,
 * names out; no runtime is asked. The forms are those of docker, containerd (also under kubelet), cri-o,
 * podman, nerdctl, lxc/lxd, systemd-nspawn and ECS, by cgroupfs and by systemd, on cgroup v1 and v2. */
#pragma once
#include "base/arena.h"

struct cgroup {
	const char *path;      /* in v2, or in the v1 hierarchy that says most; NULL: none says anything */
	const char *freezer;   /* path in the v1 freezer hierarchy, NULL if there is none */
	bool unified;          /* `path` is of v2 */
	const char *unit;      /* .service or .scope that is no container's own, as systemd writes it, else NULL */
	bool unit_is_system;   /* it is a service of the system's own manager */
	const char *container; /* id: 64 hex digits, or the name of an lxc or nspawn container; else NULL */
	const char *pod_uid;   /* of kubelet, with dashes; else NULL */
	bool named;            /* `container` is a name for people already */
};

/* `text` is a whole /proc/PID/cgroup; results live in the arena. */
void cgroup_parse(const char *text, struct arena *arena, struct cgroup *ret);
