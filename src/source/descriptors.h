/* Who has which descriptors, from /proc/PID/fd: for hosts where no BPF program may walk them. One line of work
 * a descriptor, so it costs (3.6 us each, measured). Tables that tasks share are told once. */
#pragma once
#include "proc.h"

enum descriptor_kind { DESCRIPTOR_SOCKET, DESCRIPTOR_NETNS, DESCRIPTOR_RING };

struct descriptor_owner {
	uint32_t pid, tid; /* tid: whose table it is; the pid's mostly */
	uint32_t uid;
	struct proc_stat stat;
};

struct descriptor {
	enum descriptor_kind kind;
	uint32_t fd;
	uint64_t inode; /* of the socket or the namespace; 0 for a ring */
};

struct descriptor_walk {
	bool only_tasks; /* call `task`, not `found` */
	void (*found)(void *context, const struct descriptor_owner *owner, const struct descriptor *d);
	/* A task and the inode of its network namespace. */
	void (*task)(void *context, uint32_t pid, uint32_t tid, uint64_t netns);
	void *context;
	/* Told at the end: how many there are, of how many the descriptors could not be read, which was the first, and
	 * why: -errno, another one than "not permitted" if there was one. */
	uint32_t processes, unreadable;
	struct descriptor_owner unread;
	int why;
};

/* 0 or -errno: /proc could not be read. A process that goes away meanwhile is no error. */
int descriptors_walk(struct descriptor_walk *w);
