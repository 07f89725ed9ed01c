/* A network namespace of its own, filled with sockets by chance: what the port model is judged on. All that
 * chance decides follows from one number, so that a population can be made again. */
#pragma once
#include "base/array.h"
#include "base/text.h"
#include "model/addr.h"
#include <sys/socket.h>

struct chance {
	uint64_t state;
};

uint32_t chance_below(struct chance *c, uint32_t n); /* 0 … n - 1 */
bool chance_of(struct chance *c, unsigned percent);

struct population {
	struct chance chance;
	int netns; /* descriptor of the namespace; entering it is the caller's */
	int hole;
	uint16_t first, last;
	unsigned tw_reuse, tw_delay_ms, timestamps, autobind_reuse;
	ARRAY(int) sockets;
	struct text story; /* a line for each thing done: told when kernel and model disagree */
	int listeners[8];  /* of the destinations, -1: nobody listens there */
};

/* Makes the namespace, which the caller then stands in. Exits with a message if this host cannot. */
void population_open(struct population *p, uint64_t seed);
/* The early part: everything. The late part, made some time after: connections that are in TIME_WAIT for a
 * shorter time, if the population's delay tells the two apart. */
void population_fill(struct population *p);
void population_fill_late(struct population *p);
void population_close(struct population *p);

/* Where the populations connect to: outside every range. */
struct endpoint population_destination(unsigned i);
enum { DESTINATIONS = 7 };
struct addr population_address(struct chance *c, bool with_wildcards);

/* A socket of this family, not blocking; exits if there is none. */
int socket_new(int family);
socklen_t socket_name(const struct endpoint *e, struct sockaddr_storage *ret);
struct endpoint socket_local(int fd);
/* 0 or -errno; a connection under way counts as 0. */
int socket_bind(int fd, const struct addr *a, uint16_t port);
int socket_connect(int fd, const struct endpoint *to);
void socket_option(int fd, int level, int name, int value);
/* Closes without TIME_WAIT or anything else that stays behind. */
void socket_abort(int fd);
_Noreturn void give_up(const char *what);
