/* A request to the kernel over netlink, built attribute by attribute. */
#pragma once
#include "base/util.h"
#include <linux/netlink.h>

struct nl_request {
	struct nlmsghdr head;
	char rest[508];
};

/* `header` is that of the family, directly after the netlink header. */
void nl_begin(struct nl_request *r, unsigned type, unsigned flags, const void *header, size_t bytes);
struct nlattr *nl_add(struct nl_request *r, unsigned type, const void *data, size_t bytes);
/* What is added between these two is inside. */
struct nlattr *nl_nest(struct nl_request *r, unsigned type);
void nl_nest_end(struct nl_request *r, struct nlattr *nest);

int nl_open(int protocol);                      /* a descriptor or -errno */
int nl_ask(int fd, const struct nl_request *r); /* sends it and waits for its ack: 0 or -errno */
