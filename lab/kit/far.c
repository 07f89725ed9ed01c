/* The other host: a second namespace, joined to ours by a cable. */
#include "lab/kit/cable.h"
#include "lab/kit/maker.h"
#include "base/log.h"
#include <errno.h>
#include <fcntl.h>
#include <sched.h>

/* Makes the second namespace and comes back into ours. */
static int far_namespace(struct lab *lab, int near_fd)
{
	int error = namespace_enter_new();

	if (!error) {
		lab->far_fd = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
		error = lab->far_fd < 0 ? -errno : 0;
	}
	return setns(near_fd, CLONE_NEWNET) ? -errno : error;
}

int lab_far(struct lab *lab)
{
	cleanup(cleanup_close) int near_fd = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	int error = near_fd < 0 ? -errno : far_namespace(lab, near_fd);

	if (!error)
		error = cable_add("near", "far", lab->far_fd);
	if (!error)
		error = setns(lab->far_fd, CLONE_NEWNET) ? -errno : cable_up("far", "10.77.0.2");
	if (setns(near_fd, CLONE_NEWNET))
		error = -errno;
	if (!error)
		error = cable_up("near", "10.77.0.1");
	return error ? lab_failed("another host behind a veth pair", error) : 0;
}

int lab_far_leaves(struct lab *lab)
{
	cleanup(cleanup_close) int near_fd = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	int error = near_fd < 0 || setns(lab->far_fd, CLONE_NEWNET) ? -errno : cable_down("far");

	if (setns(near_fd, CLONE_NEWNET))
		error = -errno;
	return error ? lab_failed("the other host's way out", error) : 0;
}

int lab_route(struct lab *lab, const char *network, const char *mask, const char *gateway)
{
	int error = cable_route(network, mask, gateway);

	(void)lab;
	return error ? lab_failed("a route", error) : 0;
}
