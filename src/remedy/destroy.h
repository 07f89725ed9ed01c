/* The ways to destroy a socket, a row each. All of them name it by its cookie and ask once more what is true of it:
 *
 *	bpf           bpf_sock_destroy() in an iterator: asked and destroyed under the socket's lock
 *	sock-destroy  SOCK_DESTROY of sock_diag: asked, then destroyed; the kernel compares the cookie
 *	shutdown      shutdown() on a copy of the holder's descriptor: the peer gets a FIN, not a reset
 */
#pragma once
#include "doomed.h"

struct destroyer;

enum destroy_method { DESTROY_BPF, DESTROY_DIAG, DESTROY_SHUTDOWN, DESTROY_METHODS };

/* 0, or -errno: this kernel, or this user, cannot. */
int destroyer_open(enum destroy_method method, struct destroyer **ret);
void destroyer_close(struct destroyer *d); /* NULL is fine */
/* All of them are in the network namespace that the thread is in. Fills their answers: ANSWER_NONE where there is no
 * such socket any more. -errno: it broke off, and what has no answer may have been destroyed. */
int destroyer_run(struct destroyer *d, struct doomed *items, size_t count);

const char *destroy_name(enum destroy_method method);

/* One way. `state` is its own. */
struct destroy_kind {
	const char *name;
	int (*open)(void **ret_state);
	int (*run)(void *state, struct doomed *items, size_t count);
	void (*close)(void *state);
};

extern const struct destroy_kind destroy_bpf, destroy_diag, destroy_shutdown;
