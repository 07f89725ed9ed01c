/* A relay as docker-proxy, socat and HAProxy in TCP mode are: two connections for each conversation, bytes carried both
 * ways, and an end passed on as an end. It closes when both sides have ended, and not before. */
#pragma once
#include "lab/kit/role.h"

/* Listens on `address`, connects to `backend` for everybody who comes. Counts opened and closed conversations. */
void play_relay(struct role *r, const char *address, const char *backend) __attribute__((noreturn));
