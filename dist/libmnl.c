/* The part of libmnl that unfin uses, for the static binary: Debian has no libmnl.a. Same names and meanings as
 * libmnl 1.0.4 (its header is the contract), nothing copied. What is used anew and missing here fails to link. */
#include <errno.h>
#include <limits.h>
#include <libmnl/libmnl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct mnl_socket {
	int fd;
};

static size_t aligned(size_t length)
{
	return (length + MNL_ALIGNTO - 1) & ~(size_t)(MNL_ALIGNTO - 1);
}

struct mnl_socket *mnl_socket_open2(int bus, int flags)
{
	struct mnl_socket *s = malloc(sizeof(*s));

	if (!s)
		return NULL;
	s->fd = socket(AF_NETLINK, SOCK_RAW | flags, bus);
	if (s->fd >= 0)
		return s;
	free(s);
	return NULL;
}

struct mnl_socket *mnl_socket_open(int bus)
{
	return mnl_socket_open2(bus, 0);
}

int mnl_socket_get_fd(const struct mnl_socket *s)
{
	return s->fd;
}

int mnl_socket_close(struct mnl_socket *s)
{
	int status = close(s->fd);

	free(s);
	return status;
}

int mnl_socket_bind(struct mnl_socket *s, unsigned groups, pid_t pid)
{
	const struct sockaddr_nl name = { .nl_family = AF_NETLINK, .nl_groups = groups, .nl_pid = (unsigned)pid };

	return bind(s->fd, (const struct sockaddr *)&name, sizeof(name));
}

int mnl_socket_setsockopt(const struct mnl_socket *s, int option, void *value, socklen_t length)
{
	return setsockopt(s->fd, SOL_NETLINK, option, value, length);
}

ssize_t mnl_socket_sendto(const struct mnl_socket *s, const void *bytes, size_t length)
{
	static const struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };

	return sendto(s->fd, bytes, length, 0, (const struct sockaddr *)&kernel, sizeof(kernel));
}

/* What is not the kernel's, or does not fit, is no answer. */
ssize_t mnl_socket_recvfrom(const struct mnl_socket *s, void *bytes, size_t room)
{
	struct sockaddr_nl from = { 0 };
	struct iovec piece = { .iov_base = bytes, .iov_len = room };
	struct msghdr message = { .msg_name = &from, .msg_namelen = sizeof(from), .msg_iov = &piece, .msg_iovlen = 1 };
	ssize_t n = recvmsg(s->fd, &message, 0);

	if (n < 0)
		return n;
	if (message.msg_flags & MSG_TRUNC) {
		errno = ENOSPC;
		return -1;
	}
	if (message.msg_namelen != sizeof(from)) {
		errno = EINVAL;
		return -1;
	}
	return n;
}

struct nlmsghdr *mnl_nlmsg_put_header(void *bytes)
{
	struct nlmsghdr *h = memset(bytes, 0, MNL_NLMSG_HDRLEN);

	h->nlmsg_len = MNL_NLMSG_HDRLEN;
	return h;
}

void *mnl_nlmsg_put_extra_header(struct nlmsghdr *h, size_t size)
{
	char *extra = (char *)h + h->nlmsg_len;

	h->nlmsg_len += (uint32_t)aligned(size);
	return memset(extra, 0, aligned(size));
}

void *mnl_nlmsg_get_payload(const struct nlmsghdr *h)
{
	return (char *)h + MNL_NLMSG_HDRLEN;
}

void *mnl_nlmsg_get_payload_offset(const struct nlmsghdr *h, size_t offset)
{
	return (char *)mnl_nlmsg_get_payload(h) + aligned(offset);
}

void *mnl_nlmsg_get_payload_tail(const struct nlmsghdr *h)
{
	return (char *)h + aligned(h->nlmsg_len);
}

size_t mnl_nlmsg_get_payload_len(const struct nlmsghdr *h)
{
	return h->nlmsg_len - MNL_NLMSG_HDRLEN;
}

static int one_error(const struct nlmsghdr *h)
{
	const struct nlmsgerr *e = mnl_nlmsg_get_payload(h);

	if (h->nlmsg_len < MNL_NLMSG_HDRLEN + sizeof(*e) || e->error == INT_MIN) {
		errno = EBADMSG;
		return MNL_CB_ERROR;
	}
	errno = abs(e->error); /* not all subsystems have it negative */
	return e->error ? MNL_CB_ERROR : MNL_CB_STOP;
}

/* Who takes what: `control` has those of the types below NLMSG_MIN_TYPE, where the caller wants them himself. */
struct takers {
	mnl_cb_t take;
	void *data;
	const mnl_cb_t *control;
	unsigned controls;
};

/* A dump that was interrupted says so in any of its messages. */
static int one_message(const struct nlmsghdr *h, const struct takers *t)
{
	if (h->nlmsg_flags & NLM_F_DUMP_INTR) {
		errno = EINTR;
		return MNL_CB_ERROR;
	}
	if (h->nlmsg_type >= NLMSG_MIN_TYPE)
		return t->take ? t->take(h, t->data) : MNL_CB_OK;
	if (h->nlmsg_type < t->controls && t->control[h->nlmsg_type])
		return t->control[h->nlmsg_type](h, t->data);
	if (h->nlmsg_type == NLMSG_ERROR)
		return one_error(h);
	return h->nlmsg_type == NLMSG_DONE ? MNL_CB_STOP : MNL_CB_OK;
}

int mnl_cb_run2(const void *bytes, size_t length, unsigned sequence, unsigned port, mnl_cb_t take, void *data,
                mnl_cb_t *control, unsigned controls)
{
	const struct takers takers = { take, data, control, controls };
	const struct nlmsghdr *h = bytes;
	int status = MNL_CB_OK;

	while (length >= sizeof(*h) && h->nlmsg_len >= sizeof(*h) && h->nlmsg_len <= length) {
		size_t step = aligned(h->nlmsg_len);

		if ((port && h->nlmsg_pid && h->nlmsg_pid != port) ||
		    (sequence && h->nlmsg_seq && h->nlmsg_seq != sequence)) {
			errno = h->nlmsg_pid != port ? ESRCH : EPROTO;
			return MNL_CB_ERROR;
		}
		status = one_message(h, &takers);
		if (status <= MNL_CB_STOP)
			return status;
		if (step > length)
			break;
		length -= step;
		h = (const struct nlmsghdr *)((const char *)h + step);
	}
	return status;
}

int mnl_cb_run(const void *bytes, size_t length, unsigned sequence, unsigned port, mnl_cb_t take, void *data)
{
	return mnl_cb_run2(bytes, length, sequence, port, take, data, NULL, 0);
}

bool mnl_attr_ok(const struct nlattr *a, int length)
{
	return length >= (int)sizeof(*a) && a->nla_len >= sizeof(*a) && a->nla_len <= length;
}

struct nlattr *mnl_attr_next(const struct nlattr *a)
{
	return (struct nlattr *)((char *)a + aligned(a->nla_len));
}

uint16_t mnl_attr_get_type(const struct nlattr *a)
{
	return a->nla_type & NLA_TYPE_MASK;
}

uint16_t mnl_attr_get_len(const struct nlattr *a)
{
	return a->nla_len;
}

uint16_t mnl_attr_get_payload_len(const struct nlattr *a)
{
	return (uint16_t)(a->nla_len - MNL_ATTR_HDRLEN);
}

void *mnl_attr_get_payload(const struct nlattr *a)
{
	return (char *)a + MNL_ATTR_HDRLEN;
}

static uint64_t number(const struct nlattr *a, size_t bytes)
{
	uint64_t value = 0;

	memcpy(&value, mnl_attr_get_payload(a), bytes);
	return value;
}

uint8_t mnl_attr_get_u8(const struct nlattr *a)
{
	return (uint8_t)number(a, 1);
}

uint16_t mnl_attr_get_u16(const struct nlattr *a)
{
	return (uint16_t)number(a, 2);
}

uint32_t mnl_attr_get_u32(const struct nlattr *a)
{
	return (uint32_t)number(a, 4);
}

uint64_t mnl_attr_get_u64(const struct nlattr *a)
{
	return number(a, 8);
}

const char *mnl_attr_get_str(const struct nlattr *a)
{
	return mnl_attr_get_payload(a);
}

int mnl_attr_validate(const struct nlattr *a, enum mnl_attr_data_type type)
{
	static const uint16_t widths[] = {
		[MNL_TYPE_U8] = 1, [MNL_TYPE_U16] = 2, [MNL_TYPE_U32] = 4, [MNL_TYPE_U64] = 8
	};
	uint16_t length = mnl_attr_get_payload_len(a);
	const char *text = mnl_attr_get_payload(a);

	if (type < sizeof(widths) / sizeof(widths[0]) && length < widths[type])
		errno = ERANGE;
	else if (type == MNL_TYPE_NUL_STRING && (!length || text[length - 1]))
		errno = EINVAL;
	else
		return 0;
	return -1;
}

static int each_attribute(const char *at, size_t length, mnl_attr_cb_t take, void *data)
{
	int status = MNL_CB_OK;

	while (length >= sizeof(struct nlattr)) {
		const struct nlattr *a = (const struct nlattr *)at;

		if (a->nla_len < sizeof(*a) || a->nla_len > length)
			break;
		status = take(a, data);
		if (status <= MNL_CB_STOP || aligned(a->nla_len) > length)
			break;
		at += aligned(a->nla_len);
		length -= aligned(a->nla_len);
	}
	return status;
}

int mnl_attr_parse(const struct nlmsghdr *h, unsigned offset, mnl_attr_cb_t take, void *data)
{
	size_t skip = aligned(offset), length = mnl_nlmsg_get_payload_len(h);

	if (skip > length)
		return MNL_CB_OK;
	return each_attribute((const char *)mnl_nlmsg_get_payload(h) + skip, length - skip, take, data);
}

int mnl_attr_parse_nested(const struct nlattr *nested, mnl_attr_cb_t take, void *data)
{
	return each_attribute(mnl_attr_get_payload(nested), mnl_attr_get_payload_len(nested), take, data);
}

void mnl_attr_put(struct nlmsghdr *h, uint16_t type, size_t length, const void *data)
{
	struct nlattr *a = (struct nlattr *)((char *)h + aligned(h->nlmsg_len));
	size_t whole = (size_t)MNL_ATTR_HDRLEN + length;

	memset(a, 0, aligned(whole));
	a->nla_type = type;
	a->nla_len = (uint16_t)whole;
	memcpy(mnl_attr_get_payload(a), data, length);
	h->nlmsg_len = (uint32_t)(aligned(h->nlmsg_len) + aligned(whole));
}

void mnl_attr_put_u8(struct nlmsghdr *h, uint16_t type, uint8_t value)
{
	mnl_attr_put(h, type, sizeof(value), &value);
}

void mnl_attr_put_u32(struct nlmsghdr *h, uint16_t type, uint32_t value)
{
	mnl_attr_put(h, type, sizeof(value), &value);
}
