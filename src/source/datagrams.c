#include "datagrams.h"
#include "descriptors.h"
#include "netns_read.h"
#include <errno.h>
#include <inttypes.h>

/* Each group of eight digits is a word of the address as it lies in memory (net/ipv4/udp.c, net/ipv6/udp.c). */
static bool parse_address(const char *hex, struct addr *ret)
{
	uint32_t words[4] = { 0 };
	size_t count = strlen(hex) / 8;

	if (count != 1 && count != 4)
		return false;
	for (size_t i = 0; i < count; i++)
		if (sscanf(hex + i * 8, "%8" SCNx32, &words[i]) != 1)
			return false;
	if (count == 1) {
		*ret = addr_v4(words[0]);
	} else {
		uint8_t bytes[16];
		memcpy(bytes, words, sizeof(bytes));
		*ret = addr_v6(bytes);
	}
	return true;
}

bool datagram_parse(const char *line, uint16_t port, struct datagram *ret)
{
	char local[33], peer[33];
	struct datagram d = { 0 };
	unsigned local_port, peer_port;

	if (sscanf(line, " %*u: %32[0-9A-F]:%x %32[0-9A-F]:%x %*x %*x:%*x %*x:%*x %*x %" SCNu32 " %*u %" SCNu64, local,
	           &local_port, peer, &peer_port, &d.uid, &d.inode) != 6)
		return false;
	if (local_port != port || !parse_address(local, &d.local.addr) || !parse_address(peer, &d.peer.addr))
		return false;
	d.local.port = (uint16_t)local_port;
	d.peer.port = (uint16_t)peer_port;
	*ret = d;
	return true;
}

static void close_table(FILE **f)
{
	if (*f)
		fclose(*f);
}

/* 0 or -errno. */
static int read_udp_table(const char *net, const char *name, uint32_t netns, uint16_t port, struct datagrams *ret)
{
	char path[96];
	size_t room = 0;
	struct datagram d;

	snprintf(path, sizeof(path), "%s/%s", net, name);
	cleanup(close_table) FILE *table = fopen(path, "re");
	if (!table)
		return -errno;
	char *line = NULL;
	while (getline(&line, &room, table) > 0) {
		if (!datagram_parse(line, port, &d))
			continue;
		d.netns = netns;
		*array_push(&ret->rows) = d;
	}
	free(line);
	return ferror(table) ? -EIO : 0;
}

static void read_netns(const struct netns *n, uint32_t index, uint16_t port, struct datagrams *ret)
{
	char net[64];

	snprintf(net, sizeof(net), n->self ? NET_HERE : "/proc/%u/net", n->member_pid);
	if ((!n->self && !n->member_pid) || read_udp_table(net, "udp", index, port, ret)) {
		ret->unread++;
		return;
	}
	read_udp_table(net, "udp6", index, port, ret); /* not there without IPv6 */
}

static void note_holder(void *context, const struct descriptor_owner *owner, const struct descriptor *descriptor)
{
	struct datagrams *all = context;

	if (descriptor->kind != DESCRIPTOR_SOCKET)
		return;
	array_each (&all->rows, d) {
		if (d->inode != descriptor->inode)
			continue;
		struct datagram_holder *h = array_push(&d->holders);
		*h = (struct datagram_holder){ .pid = owner->pid, .fd = descriptor->fd };
		snprintf(h->comm, sizeof(h->comm), "%s", owner->stat.comm);
	}
}

void datagrams_find(const struct moment *m, uint16_t port, struct datagrams *ret)
{
	struct descriptor_walk walk = { .found = note_holder, .context = ret };

	for (uint32_t n = 0; n < m->netns.count; n++)
		if (m->netns.items[n].in_scope)
			read_netns(&m->netns.items[n], n, port, ret);
	if (ret->rows.count)
		descriptors_walk(&walk);
}
