/* A plan that was kept, as `unfin reclaim --json` wrote it: which sockets, and what was true of them. It only narrows:
 * whatever it says, each socket is judged anew by what is there now. */
#pragma once
#include "plan.h"

struct kept_socket {
	uint64_t cookie, netns_cookie;
	enum tcp_state state;
	uint32_t acked, received, recv_q, send_q;
	uint64_t holders; /* reclaim_holders_id() */
};

struct kept_plan {
	const char *id, *boot_id; /* of the arena */
	cookie_list cookies;      /* ascending */
	ARRAY(struct kept_socket) sockets;
};

/* 0 or -errno and `ret_why`; -EINVAL: it is no such plan. */
int kept_plan_read(const char *path, struct arena *arena, struct kept_plan *ret, const char **ret_why);
void kept_plan_free(struct kept_plan *k);

/* Refuses those of `p` that are not what the kept plan says of them. Returns how many of the kept ones are gone. Its
 * netns_cookies must be there. */
size_t kept_plan_compare(const struct kept_plan *k, struct reclaim_plan *p);
