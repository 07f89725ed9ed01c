/* A server that accepts requests on 127.0.0.1:8080 and then hangs, each fault in its own way; and its clients, who lose
 * patience and close, so that all its connections wait in CLOSE_WAIT for a close() that does not come. */
#pragma once
#include "lab/kit/role.h"

struct lab;

/* Accepts them all, then `hang`s; one that comes back from it rests. */
void deserted_server(struct role *r, void (*hang)(void)) __attribute__((noreturn));
void deserted_clients(struct role *r) __attribute__((noreturn));
/* Starts `order-server` and `shops`, which run these, and waits until the fault stands. 0 or -errno. */
int deserted_make(struct lab *lab);
