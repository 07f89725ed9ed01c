/* What NETLINK_SOCK_DIAG and conntrack answer, message after message, with the reader that the static binary has
 * (dist/libmnl.c), for here it is compiled with ASan. In the input each message is: type, flags, then the offset and
 * value of what is not zero in it; its attributes follow as they stand. */
#include "fuzz.h"
#include "source/conntrack.h"
#include "source/diag/diag.h"
#include <libmnl/libmnl.h>
#include <linux/inet_diag.h>
#include <linux/netfilter/nfnetlink.h>

enum { MESSAGES_BYTES = 16 * 1024, MEMBERS_MOST = 16, ATTRIBUTES_MOST = 512 };

struct taking {
	bool mptcp, conntrack;
};

static void make_header(struct fuzz_input *in, struct nlmsghdr *h)
{
	struct inet_diag_msg *m = mnl_nlmsg_put_extra_header(h, sizeof(*m));

	for (size_t members = fuzz_number(in, 1) % MEMBERS_MOST; members; members--) {
		size_t offset = fuzz_number(in, 1) % (sizeof(*m) - sizeof(uint32_t));
		uint32_t value = (uint32_t)fuzz_number(in, sizeof(value));
		memcpy((char *)m + offset, &value, sizeof(value));
	}
}

static void make_message(struct fuzz_input *in, bool conntrack, char *at, size_t *ret_length)
{
	struct nlmsghdr *h = mnl_nlmsg_put_header(at);
	uint16_t flags = (uint16_t)fuzz_number(in, 1);
	uint16_t usual = conntrack ? NFNL_SUBSYS_CTNETLINK << 8 : 20 /* SOCK_DIAG_BY_FAMILY */;

	h->nlmsg_flags = flags & NLM_F_DUMP_INTR;
	h->nlmsg_type = flags & 1 ? (uint16_t)fuzz_number(in, 1) : usual;
	if (conntrack)
		mnl_nlmsg_put_extra_header(h, sizeof(struct nfgenmsg));
	else
		make_header(in, h);
	size_t attributes = fuzz_number(in, 2) % ATTRIBUTES_MOST;
	attributes = MIN(attributes, in->length);
	memcpy(at + h->nlmsg_len, in->bytes, attributes);
	in->bytes += attributes;
	in->length -= attributes;
	h->nlmsg_len += (uint32_t)attributes;
	*ret_length = MNL_ALIGN(h->nlmsg_len);
	if (flags & 4) /* a length of its own choice */
		h->nlmsg_len = (uint32_t)fuzz_number(in, 2);
}

static int take(const struct nlmsghdr *message, void *data)
{
	const struct taking *how = data;
	struct socket s;
	struct track t;

	if (how->conntrack && conntrack_decode(message, &t) && t.state >= STATE_COUNT)
		abort();
	if (!how->conntrack && diag_decode(message, how->mptcp, &s) &&
	    (s.state >= STATE_COUNT || s.unowned >= UNOWNED_COUNT))
		abort();
	return MNL_CB_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct fuzz_input in = { bytes, length };
	/* In a heap block of exactly its size, so that one byte too far is seen. */
	cleanup(cleanup_free) char *room = calloc(1, MESSAGES_BYTES);
	uint64_t way = fuzz_number(&in, 1);
	struct taking how = { .mptcp = way & 1, .conntrack = way & 2 };
	size_t used = 0;

	while (in.length && used < MESSAGES_BYTES / 2) {
		size_t one = 0;
		make_message(&in, how.conntrack, room + used, &one);
		used += one;
	}
	size_t cut = in.length ? 0 : length % 7;
	used -= MIN(cut, used);
	cleanup(cleanup_free) char *exact = malloc(used ? used : 1);
	memcpy(exact, room, used);
	mnl_cb_run(exact, used, 0, 0, take, &how);
	return 0;
}
