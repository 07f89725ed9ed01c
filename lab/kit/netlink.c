#include "lab/kit/netlink.h"
#include <errno.h>
#include <sys/socket.h>

void nl_begin(struct nl_request *r, unsigned type, unsigned flags, const void *header, size_t bytes)
{
	r->head = (struct nlmsghdr){ .nlmsg_len = (uint32_t)NLMSG_SPACE(bytes),
		                     .nlmsg_type = (uint16_t)type,
		                     .nlmsg_flags = (uint16_t)(flags | NLM_F_REQUEST) };
	memset(r->rest, 0, sizeof(r->rest));
	memcpy(r->rest, header, bytes);
}

struct nlattr *nl_add(struct nl_request *r, unsigned type, const void *data, size_t bytes)
{
	struct nlattr *a = (struct nlattr *)((char *)r + r->head.nlmsg_len);

	*a = (struct nlattr){ .nla_type = (uint16_t)type, .nla_len = (uint16_t)(NLA_HDRLEN + bytes) };
	if (bytes)
		memcpy(a + 1, data, bytes);
	r->head.nlmsg_len += (uint32_t)NLA_ALIGN(a->nla_len);
	return a;
}

struct nlattr *nl_nest(struct nl_request *r, unsigned type)
{
	return nl_add(r, type | NLA_F_NESTED, NULL, 0);
}

void nl_nest_end(struct nl_request *r, struct nlattr *nest)
{
	nest->nla_len = (uint16_t)((char *)r + r->head.nlmsg_len - (char *)nest);
}

int nl_open(int protocol)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);

	return fd < 0 ? -errno : fd;
}

int nl_ask(int fd, const struct nl_request *r)
{
	struct {
		struct nlmsghdr head;
		struct nlmsgerr error;
		char rest[512];
	} answer;
	struct nl_request with_ack = *r;

	with_ack.head.nlmsg_flags |= NLM_F_ACK;
	if (send(fd, &with_ack, with_ack.head.nlmsg_len, 0) < 0 || recv(fd, &answer, sizeof(answer), 0) < 0)
		return -errno;
	return answer.head.nlmsg_type == NLMSG_ERROR ? answer.error.error : -EPROTO;
}
