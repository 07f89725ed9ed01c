/* The addresses that a network namespace has: those that bind() may name, and that a connect() may come from. */
#pragma once
#include "addr.h"

struct moment;

enum address_state {
	ADDRESS_READY,
	ADDRESS_TENTATIVE, /* IPv6: whether nobody else has it is still asked, or its link is down: bind() is refused */
	ADDRESS_DUPLICATE, /* IPv6: another host has it, too: bind() is refused */
};

/* One of them, or a range: the kernel calls all of 127.0.0.0/8 its own, and what a local route covers. */
struct local_address {
	uint32_t netns; /* index into the moment's namespaces */
	struct addr_range range;
	uint8_t state;  /* enum address_state */
	bool link_down; /* of its interface: nothing comes in there */
};

enum address_found {
	ADDRESS_UNKNOWN, /* the namespace's addresses were not read */
	ADDRESS_THERE,   /* or one that every namespace has: the wildcard, multicast */
	ADDRESS_UNREADY, /* tentative or duplicate */
	ADDRESS_ABSENT,
};

/* What is known of it; `ret_which`, where it is not NULL, gets the row of one that is there and unready. */
enum address_found address_find(const struct moment *m, uint32_t netns, const struct addr *a,
                                const struct local_address **ret_which);
/* May bind() name it? ADDRESS_ABSENT and ADDRESS_UNREADY do not matter where ip_nonlocal_bind is set. */
bool address_binds(const struct moment *m, uint32_t netns, const struct addr *a);
/* Is there one that a connect() to this destination could come from? An address of its family, and of loopback to
 * loopback. True where it is not known. */
bool address_serves(const struct moment *m, uint32_t netns, const struct addr *destination);
