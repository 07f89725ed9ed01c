/* What NAT has left, and what one message of conntrack says. */
#include "unit.h"
#include "model/translation.h"
#include "rule/judgement.h"
#include "source/conntrack.h"
#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter/nf_conntrack_tcp.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>

static void nothing_is_known_of_the_rule_but_its_ports_in_use(void **state)
{
	struct translation t = { .count = 10, .port_low = 40000, .port_high = 40009 };
	struct translation_budget b = translation_budget(&t);

	assert_int_equal(b.usable, 64512);
	assert_int_equal(b.used, 10);
	assert_int_equal(b.free_low, 0);
	assert_int_equal(b.free_high, 64502);
	t.port_high = 40019;
	assert_int_equal(translation_budget(&t).free_low, 10);
}

static void what_yields_its_port_may_be_free(void **state)
{
	struct translation t = { .count = 64512, .port_low = 1024, .port_high = 65535 };

	assert_int_equal(translation_budget(&t).free_high, 0);
	t.by_state[STATE_TIME_WAIT] = 5;
	t.by_state[STATE_CLOSE] = 2;
	t.by_state[STATE_ESTABLISHED] = 64505;
	assert_int_equal(translation_budget(&t).free_low, 0);
	assert_int_equal(translation_budget(&t).free_high, 7);
}

static void most_in_use_first(void **state)
{
	cleanup(moment_cleanup) struct moment *m = moment_new();
	cleanup(translation_list_free) struct translation_list list = { 0 };

	*array_push(&m->translations) = (struct translation){ .netns = 1, .count = 9 };
	*array_push(&m->translations) = (struct translation){ .count = 2 };
	*array_push(&m->translations) = (struct translation){ .count = 3 };
	translations_of(m, 0, &list);
	assert_int_equal(list.rows.count, 2);
	assert_int_equal(list.rows.items[0]->count, 3);
}

/* Dropped packets alone, or held ports alone, are no finding; a full table is conntrack-full's. */
static void nat_that_drops_with_all_ports_held(void **state)
{
	cleanup(moment_cleanup) struct moment *m = moment_new();
	uint32_t at = moment_netns(m, 1);
	struct netns *n = &m->netns.items[at];
	struct translation *t = array_push(&m->translations);

	n->in_scope = n->table_seen = n->counters_known = true;
	m->window.ms = 2000;
	m->limits.conntrack_limit = 1000;
	n->totals.conntrack_used = 10;
	*t = (struct translation){ .count = 10, .translated = 10, .port_low = 40000, .port_high = 40009 };
	assert_int_equal(endpoint_parse("10.2.0.2:80", &t->destination), 0);
	cleanup(judgement_cleanup) struct judgement *held = judge(m);
	assert_int_equal(held->findings.count, 0);
	n->totals.conntrack_drops = 3;
	cleanup(judgement_cleanup) struct judgement *drops = judge(m);
	assert_int_equal(drops->findings.count, 1);
	assert_string_equal(drops->findings.items[0].id, "ports-exhausted");
	assert_string_equal(drops->findings.items[0].peer, "10.2.0.2:80");
	assert_int_equal(drops->findings.items[0].severity, SEVERITY_CRITICAL);
	assert_int_equal(drops->findings.items[0].confidence, CONFIDENCE_LIKELY);
	t->port_high = 40010;
	cleanup(judgement_cleanup) struct judgement *room = judge(m);
	assert_int_equal(room->findings.count, 0);
}

static struct nlattr *nest(struct nlmsghdr *h, uint16_t type)
{
	struct nlattr *a = (struct nlattr *)((char *)h + h->nlmsg_len);

	mnl_attr_put(h, type | NLA_F_NESTED, 0, NULL);
	return a;
}

static void nest_end(struct nlmsghdr *h, struct nlattr *a)
{
	a->nla_len = (uint16_t)((char *)h + h->nlmsg_len - (char *)a);
}

static void put_tuple(struct nlmsghdr *h, uint16_t type, const char *from, const char *to, uint8_t protocol)
{
	struct endpoint ends[2];

	assert_int_equal(endpoint_parse(from, &ends[0]), 0);
	assert_int_equal(endpoint_parse(to, &ends[1]), 0);
	bool v6 = ends[0].addr.v6;
	struct nlattr *tuple = nest(h, type), *ip = nest(h, CTA_TUPLE_IP);
	for (int i = 0; i < 2; i++)
		mnl_attr_put(h, (uint16_t)((v6 ? CTA_IP_V6_SRC : CTA_IP_V4_SRC) + i), v6 ? 16 : 4,
		             ends[i].addr.bytes + (v6 ? 0 : 12));
	nest_end(h, ip);
	struct nlattr *proto = nest(h, CTA_TUPLE_PROTO);
	mnl_attr_put(h, CTA_PROTO_NUM, 1, &protocol);
	for (int i = 0; i < 2; i++)
		mnl_attr_put(h, (uint16_t)(CTA_PROTO_SRC_PORT + i), 2, &(uint16_t){ htons(ends[i].port) });
	nest_end(h, proto);
	nest_end(h, tuple);
}

static struct nlmsghdr *message(char *room, uint8_t protocol, uint8_t word)
{
	struct nlmsghdr *h = mnl_nlmsg_put_header(room);

	h->nlmsg_type = NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_NEW;
	mnl_nlmsg_put_extra_header(h, sizeof(struct nfgenmsg));
	put_tuple(h, CTA_TUPLE_ORIG, "10.1.0.2:5000", "10.2.0.2:80", protocol);
	put_tuple(h, CTA_TUPLE_REPLY, "10.9.0.9:8080", "10.2.0.1:40001", protocol);
	struct nlattr *info = nest(h, CTA_PROTOINFO), *tcp = nest(h, CTA_PROTOINFO_TCP);
	mnl_attr_put(h, CTA_PROTOINFO_TCP_STATE, 1, &word);
	nest_end(h, tcp);
	nest_end(h, info);
	mnl_attr_put(h, CTA_ZONE, 2, &(uint16_t){ htons(7) });
	return h;
}

static void assert_endpoint(const struct endpoint *e, const char *text)
{
	TEXT_CLEANUP t = { 0 };

	endpoint_format(&t, e);
	assert_string_equal(t.bytes, text);
}

static void a_message_in_both_directions(void **state)
{
	_Alignas(8) char room[512];
	struct track t;

	assert_true(conntrack_decode(message(room, IPPROTO_TCP, TCP_CONNTRACK_TIME_WAIT), &t));
	assert_endpoint(&t.source, "10.1.0.2:5000");
	assert_endpoint(&t.destination, "10.2.0.2:80");
	assert_endpoint(&t.seen_source, "10.2.0.1:40001");
	assert_endpoint(&t.seen_destination, "10.9.0.9:8080");
	assert_int_equal(t.zone, 7);
	assert_int_equal(t.state, STATE_TIME_WAIT);
	assert_true(conntrack_decode(message(room, IPPROTO_TCP, 200), &t));
	assert_int_equal(t.state, STATE_NONE);
}

static void other_protocols_and_messages_are_passed_over(void **state)
{
	_Alignas(8) char room[512];
	struct track t;
	struct nlmsghdr *h = message(room, IPPROTO_UDP, 0);

	assert_false(conntrack_decode(h, &t));
	h = message(room, IPPROTO_TCP, 0);
	h->nlmsg_type++;
	assert_false(conntrack_decode(h, &t));
	h = message(room, IPPROTO_TCP, 0);
	h->nlmsg_len = NLMSG_HDRLEN + 2;
	assert_false(conntrack_decode(h, &t));
}

UNIT_MAIN(TEST(nothing_is_known_of_the_rule_but_its_ports_in_use), TEST(what_yields_its_port_may_be_free),
          TEST(most_in_use_first), TEST(nat_that_drops_with_all_ports_held), TEST(a_message_in_both_directions),
          TEST(other_protocols_and_messages_are_passed_over));
