/* The network namespace of a container or a pod, by what a person calls it. */
#pragma once
#include "base/util.h"

/* A container's name, its id or 12 digits and more of it, a pod with or without its namespace. 0, -ENOENT, or
 * -ENOTUNIQ: several have that name, in different namespaces. Reads the cgroup of every process. */
int whose_netns(const char *called, uint64_t *ret_inode);
